/**
 * Milliseconds that an address waits for the next one. Safari takes 100 in half a minute, and in Chromium each has the
 * page laid out, which frames that show a change have no time for.
 */
const WAIT = 350;

/** Writes addresses without new entries in the history, of those that follow shortly the last. */
export interface AddressBar {
  show(address: string): void;
  /** Writes what waits. */
  flush(): void;
  /** Gives up what waits: one has gone elsewhere. */
  drop(): void;
}

export function addressBar(
  write = (address: string) => history.replaceState(null, "", address),
): AddressBar {
  let waiting: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const drop = () => {
    clearTimeout(timer);
    timer = undefined;
    waiting = undefined;
  };
  const flush = () => {
    if (waiting !== undefined) write(waiting);
    drop();
  };
  return {
    show(address) {
      waiting = address;
      timer ??= setTimeout(flush, WAIT);
    },
    flush,
    drop,
  };
}
