import type { ViewState } from "../contract.ts";
import type { Part } from "./drawing.ts";
import type { CircuitFacts, Detail } from "./facts.ts";
import { LENSES, type Lens, type Shown } from "./selection.ts";

/** What this view keeps in the address. */
export const STATE = {
  lens: "circuit.lens",
  detail: "circuit.detail",
  threshold: "circuit.threshold",
  pin: "circuit.pin",
} as const;

/** Everything that the address says about this view, checked; what means nothing is passed over. */
export interface ReadState {
  readonly lens: Lens;
  readonly detail: Detail;
  readonly shown: Shown;
  readonly pin: Part | undefined;
}

export function readState(state: ViewState, { ranking, found, truth }: CircuitFacts): ReadState {
  const lens = LENSES.find((one) => one === state[STATE.lens]) ?? "difference";
  const detail = state[STATE.detail] === "qkv" ? "qkv" : "merged";
  const text = state[STATE.threshold];
  const threshold = text === "all" ? Number.NEGATIVE_INFINITY : Number(text);
  const isGiven = text !== undefined && text !== "" && !Number.isNaN(threshold);
  const shown: Shown =
    isGiven && ranking !== undefined
      ? { kind: "above", threshold }
      : found !== undefined
        ? { kind: "found" }
        : ranking !== undefined && truth === undefined
          ? { kind: "above", threshold: Number.NEGATIVE_INFINITY }
          : { kind: "truth" };
  return { lens, detail, shown, pin: readPin(state[STATE.pin]) };
}

/** What an address says of a part. */
export const pinText = ({ kind, id }: Part) => `${kind}:${id}`;

function readPin(text: string | undefined): Part | undefined {
  const [, kind, id] = /^(edge|box):(.+)$/.exec(text ?? "") ?? [];
  return id === undefined ? undefined : { kind: kind as Part["kind"], id };
}
