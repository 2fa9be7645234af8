/**
 * Milliseconds that an address waits for the next one. Safari takes 100 in half a minute, and in Chromium each has the
 * page laid out, which frames that show a change have no time for.
 */
const WAIT = 350;

/**
 * Writes addresses without new entries in the history, of those that follow shortly the last. What waits is given up where
 * one has gone elsewhere meanwhile: a link changes the page's own address before the page is told.
 */
export interface AddressBar {
  show(address: string): void;
  /** Writes what waits. */
  flush(): void;
  /** Gives up what waits: one has gone elsewhere, as the page knows by now. */
  drop(): void;
}

export function addressBar(
  write = (address: string) => history.replaceState(null, "", address),
  here = () => location.hash,
): AddressBar {
  /** Where the page knows to be. */
  let known = here();
  let waiting: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const drop = () => {
    clearTimeout(timer);
    timer = undefined;
    waiting = undefined;
    known = here();
  };
  const flush = () => {
    if (waiting !== undefined && here() === known) write(waiting);
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
