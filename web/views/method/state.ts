import type { MethodInput } from "../../engine/methods/rank.ts";
import type { ViewState } from "../contract.ts";

/** A method as it is chosen. */
export interface Choice extends Pick<MethodInput, "algorithm" | "texts" | "seed"> {
  /** The place of the model among those that can be chosen. */
  readonly model: number;
}

const keysOf = (prefix: string) => ({
  algorithm: `${prefix}.method`,
  model: `${prefix}.model`,
  seed: `${prefix}.seed`,
  options: `${prefix}.options`,
});

/** A whole number in the address, or another one. */
export const wholeOf = (text: string | undefined, fallback: number): number =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : fallback;

/** What the address says about a method under a prefix; options as in a query: `threshold=0.1&prune=true`. */
export function choiceOf(state: ViewState, prefix: string, usual: Choice): Choice {
  const keys = keysOf(prefix);
  const algorithm = state[keys.algorithm] ?? usual.algorithm;
  const options = state[keys.options];
  const isUsual = options === undefined && algorithm === usual.algorithm;
  return {
    algorithm,
    model: wholeOf(state[keys.model], usual.model),
    seed: wholeOf(state[keys.seed], usual.seed),
    texts: isUsual ? usual.texts : Object.fromEntries(new URLSearchParams(options ?? "")),
  };
}

/** The same as changes of the address. */
export function choiceState(prefix: string, choice: Choice, usual: Choice) {
  const keys = keysOf(prefix);
  const queryOf = ({ texts }: Choice) => new URLSearchParams(texts).toString();
  const isUsual =
    choice.algorithm === usual.algorithm
      ? queryOf(choice) === queryOf(usual)
      : queryOf(choice) === "";
  return {
    [keys.algorithm]: choice.algorithm === usual.algorithm ? undefined : choice.algorithm,
    [keys.model]: choice.model === usual.model ? undefined : String(choice.model),
    [keys.seed]: choice.seed === usual.seed ? undefined : String(choice.seed),
    [keys.options]: isUsual ? undefined : queryOf(choice),
  };
}
