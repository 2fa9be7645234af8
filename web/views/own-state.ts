import type { ViewState } from "./contract.ts";

/** Whether something under one of these beginnings of names is another in two states: `path.` of `path.step`. */
export function isOtherState(
  before: ViewState,
  next: ViewState,
  beginnings: readonly string[],
): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(next)]);
  return [...names].some(
    (name) =>
      before[name] !== next[name] && beginnings.some((beginning) => name.startsWith(beginning)),
  );
}
