import type { CarriedInput } from "../../engine/methods/intervene.ts";
import type { Subject, ViewState } from "../contract.ts";
import { boxesOf, kindOf } from "../variables.ts";
import type { Place, Places } from "./places.ts";

/** What this view keeps in the address. */
export const STATE = {
  /** Names of places: `a1.2,m0>a1.2`. */
  cut: "patch.cut",
  with: "patch.with",
  value: "patch.value",
  direction: "patch.direction",
} as const;

/** What parts carry, as it is offered. */
export const CARRIED = ["input", "zero", "mean", "value"] as const;
export type CarriedKind = (typeof CARRIED)[number];

/** Everything that the address says about this view, checked; what means nothing is passed over. */
export interface PatchState {
  readonly cut: readonly Place[];
  readonly carried: CarriedKind;
  readonly value: number;
  /** A direction of the residual stream; `undefined` for all of them. */
  readonly direction: number | undefined;
}

export function readState(state: ViewState, places: Places, subject: Subject): PatchState {
  const value = Number(state[STATE.value] ?? 1);
  const direction = Number(state[STATE.direction]);
  const isDirection =
    state[STATE.direction] !== undefined &&
    Number.isInteger(direction) &&
    direction >= 0 &&
    direction < subject.model.config.dModel;
  return {
    cut: cutOf(state, places, subject),
    carried: CARRIED.find((one) => one === state[STATE.with]) ?? "input",
    value: Number.isFinite(value) ? value : 1,
    direction: isDirection ? direction : undefined,
  };
}

/** The places of the address; without any what is pinned in the circuit, or what holds the last variable. */
function cutOf(state: ViewState, places: Places, subject: Subject): readonly Place[] {
  const text = state[STATE.cut];
  const named = (names: readonly string[]) =>
    [...new Set(names)].flatMap((name) => places.named(name) ?? []);
  if (text !== undefined) return named(text.split(","));
  const [, kind, id = ""] = /^(edge|box):(.+)$/.exec(state["circuit.pin"] ?? "") ?? [];
  const pinned = kind === "box" ? places.named(id) : places.ofText(id);
  if (pinned !== undefined) return [pinned];
  const last = subject.case?.variables.at(-1);
  return named(last === undefined ? [] : boxesOf(last, kindOf(subject.model, subject.case!)));
}

/** Places as the address has them; `""` where nothing is cut. */
export const cutText = (cut: readonly Place[]): string => cut.map(({ name }) => name).join(",");

/** What the engine is told to put in place of what is cut; `other`: token ids of the other input. */
export function carriedOf(
  { carried, value, direction }: PatchState,
  other: readonly number[],
): CarriedInput {
  if (carried === "input") return { kind: "input", tokens: other };
  if (carried === "value") return { kind: "value", value, direction };
  return { kind: carried };
}
