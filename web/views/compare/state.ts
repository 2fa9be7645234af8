import type { ViewState } from "../contract.ts";
import { type Choice, choiceOf, choiceState } from "../method/state.ts";

export const SIDES = ["left", "right"] as const;
export type SideName = (typeof SIDES)[number];

const usual = (algorithm: string): Choice => ({ algorithm, model: 0, seed: 0, texts: {} });
const USUAL: Readonly<Record<SideName, Choice>> = { left: usual("acdc"), right: usual("eap") };

/** How many edges are compared. */
export const COUNT = "compare.edges";

/** What the address says about a side. */
export const sideOf = (state: ViewState, side: SideName): Choice =>
  choiceOf(state, side, USUAL[side]);

/** The same as changes of the address. */
export const sideState = (side: SideName, choice: Choice) => choiceState(side, choice, USUAL[side]);
