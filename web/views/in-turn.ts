import type { Mount, View } from "./contract.ts";

/** Milliseconds without a change after which views that nobody sees are updated, too. */
const REST = 150;

/** What is to be done to views, by their elements. */
const waiting = new Map<Element, () => void>();
/** What waits for a rest of changes. */
const resting = new Map<Element, () => void>();
let isRunning = false;
let rest: ReturnType<typeof setTimeout> | undefined;

/**
 * A view that is made in a task of its own: one after the other, what is nearest to the window first. What is in the
 * window, or being used, is updated at once; what is not, when nothing has changed for a
 * while or it comes into the window.
 */
export function inTurn<Props>(
  mount: Mount<Props>,
  element: HTMLElement,
  first: Props,
): View<Props> {
  let props = first;
  let view: View<Props> | undefined;
  let isSeen = true;
  let isStale = true;
  const show = () => {
    isStale = false;
    if (view === undefined) view = mount(element, props);
    else view.update(props);
  };
  const stopWatching = watchSeen(element, (is) => {
    isSeen = is;
    if (is && isStale && view !== undefined) inOwnTask(element, show);
  });
  let isWanted = true;
  const begin = () => {
    if (isWanted) inOwnTask(element, show);
  };
  if (mount.prepare === undefined) begin();
  else mount.prepare(first).then(begin, begin);
  return {
    update(next) {
      props = next;
      isStale = true;
      if (view === undefined) return;
      if (isSeen || element.contains(document.activeElement)) show();
      else whenAtRest(element, show);
    },
    destroy() {
      isWanted = false;
      stopWatching();
      for (const queue of [waiting, resting]) queue.delete(element);
      view?.destroy();
    },
    snapshot() {
      if (isStale && view !== undefined) show();
      return view?.snapshot() ?? { data: undefined };
    },
  };
}

/** A task that comes as soon as what waits already has had its turn. */
export const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

function inOwnTask(element: Element, work: () => void): void {
  waiting.set(element, work);
  if (!isRunning) void runAll();
}

/** Between two pieces of work the page is drawn: where things stand is known then. */
async function runAll(): Promise<void> {
  isRunning = true;
  await nextTask();
  while (waiting.size > 0) {
    const next = [...waiting.keys()].reduce((a, b) => (distanceOf(b) < distanceOf(a) ? b : a));
    const work = waiting.get(next)!;
    waiting.delete(next);
    try {
      work();
    } catch (error) {
      reportError(error);
    }
    await new Promise(requestAnimationFrame);
    await nextTask();
  }
  isRunning = false;
}

/** Pixels between the window and an element; 0 for what is in it. */
function distanceOf(element: Element): number {
  const { top, bottom } = element.getBoundingClientRect();
  return Math.max(0, top - innerHeight, -bottom);
}

function whenAtRest(element: Element, work: () => void): void {
  resting.set(element, work);
  clearTimeout(rest);
  rest = setTimeout(() => {
    for (const [one, own] of resting) inOwnTask(one, own);
    resting.clear();
  }, REST);
}

const watchers = new WeakMap<Element, (isSeen: boolean) => void>();
let observer: IntersectionObserver | undefined;

function watchSeen(element: Element, told: (isSeen: boolean) => void): () => void {
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) watchers.get(target)?.(isIntersecting);
  });
  watchers.set(element, told);
  observer.observe(element);
  return () => observer!.unobserve(element);
}
