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
  /** Positions, BOS being 0: `1,3`. */
  at: "patch.at",
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
  /** Positions at which it is replaced, BOS being 0, in order; `undefined` for all of them. */
  readonly at: readonly number[] | undefined;
}

/** @param positions of the input, BOS included */
export function readState(
  state: ViewState,
  places: Places,
  subject: Subject,
  positions: number,
): PatchState {
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
    at: positionsOf(state[STATE.at], positions),
  };
}

function positionsOf(text: string | undefined, positions: number): readonly number[] | undefined {
  const named = new Set((text ?? "").split(","));
  const at = Array.from({ length: positions }, (_, i) => i).filter((i) => named.has(String(i)));
  return at.length === 0 ? undefined : at;
}

/** Positions as the address has them; nothing where all are meant. */
export const positionsText = (at: readonly number[]): string | undefined =>
  at.length === 0 ? undefined : at.join(",");

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
