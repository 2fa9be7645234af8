import type { MethodInput } from "../../engine/methods/rank.ts";
import type { ViewState } from "../contract.ts";

export const SIDES = ["left", "right"] as const;
export type SideName = (typeof SIDES)[number];

/** What is chosen for a side. */
export interface Choice extends Pick<MethodInput, "algorithm" | "texts" | "seed"> {
  /** The place of the model among those that can be chosen. */
  readonly model: number;
}

const USUAL: Readonly<Record<SideName, string>> = { left: "acdc", right: "eap" };

const keysOf = (side: SideName) => ({
  algorithm: `${side}.method`,
  model: `${side}.model`,
  seed: `${side}.seed`,
  options: `${side}.options`,
});

/** How many edges are compared. */
export const COUNT = "compare.edges";

const wholeOf = (text: string | undefined, fallback: number) =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : fallback;

/** What the address says about a side; options as in a query: `threshold=0.1&prune=true`. */
export function choiceOf(state: ViewState, side: SideName): Choice {
  const keys = keysOf(side);
  return {
    algorithm: state[keys.algorithm] ?? USUAL[side],
    model: wholeOf(state[keys.model], 0),
    seed: wholeOf(state[keys.seed], 0),
    texts: Object.fromEntries(new URLSearchParams(state[keys.options] ?? "")),
  };
}

/** The same as changes of the address. */
export function choiceState(side: SideName, { algorithm, model, seed, texts }: Choice) {
  const keys = keysOf(side);
  const options = new URLSearchParams(texts).toString();
  return {
    [keys.algorithm]: algorithm === USUAL[side] ? undefined : algorithm,
    [keys.model]: model === 0 ? undefined : String(model),
    [keys.seed]: seed === 0 ? undefined : String(seed),
    [keys.options]: options === "" ? undefined : options,
  };
}
