/**
 * Of the calls of something that takes its time the latest alone counts: each is given whether it still is that one.
 * A call that is made only to make earlier ones too late ends them.
 */
export function latestCalls(): () => () => boolean {
  let latest = 0;
  return () => {
    const mine = ++latest;
    return () => mine === latest;
  };
}
