import type { CasePlaces, CaseVariables, LowLevelPlace } from "../case.ts";
import { TOKENS } from "../functions/evaluate.ts";
import { isBehind, placeText } from "../places.ts";
import { badCase, isPlainObject, requireOf } from "./fault.ts";
import { assertName } from "./variables.ts";

/** The blocks there are places in. */
export interface Blocks {
  readonly nLayers: number;
  readonly nHeads: number;
}

/**
 * Throws `E_CASE` unless every variable of a definition has places of its own that the transformer has,
 * behind those of all variables it reads.
 */
export function assertPlaces(
  places: unknown,
  variables: CaseVariables,
  blocks: Blocks,
  name: string,
): asserts places is CasePlaces {
  const labels = Object.keys(variables);
  const example = `{ ${labels[0]}: [{ layer: 0, head: 1 }], … }`;
  requireOf(name)(isPlainObject(places), "places", `an object such as ${example}`, places);
  const given = places as Readonly<Record<string, unknown>>;
  for (const label of Object.keys(given)) assertName(label, labels, name, "places");
  const checked = labels.map((label) => {
    const list = given[label];
    assertPlaceList(list, blocks, name, `places.${label}`);
    return [label, list] as const;
  });
  const complete = Object.fromEntries(checked);
  assertOwn(complete, name);
  assertOrder(complete, variables, name);
}

/** Throws `E_CASE` unless it is a list of places that the blocks have; `at` names it. */
export function assertPlaceList(
  list: unknown,
  blocks: Blocks,
  name: string,
  at: string,
): asserts list is readonly LowLevelPlace[] {
  requireOf(name)(Array.isArray(list) && list.length > 0, at, "a list of places", list);
  for (const place of list as unknown[]) assertPlace(place, blocks, name, at);
}

function assertPlace(place: unknown, { nLayers, nHeads }: Blocks, name: string, at: string): void {
  const { layer, head } = (isPlainObject(place) ? place : {}) as Partial<LowLevelPlace>;
  const isBelow = (value: unknown, end: number) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) < end;
  if (isBelow(layer, nLayers) && (head === "mlp" || isBelow(head, nHeads))) return;
  const expected = `{ layer, head } with a layer below ${nLayers}, and a head below ${nHeads} or "mlp"`;
  throw badCase(name, at, expected, JSON.stringify(place) ?? "nothing");
}

/** Exchanging a place exchanges all that is computed there, so variables share none. */
export function assertOwn(places: CasePlaces, name: string): void {
  const takenBy = new Map<string, string>();
  for (const [label, list] of Object.entries(places)) {
    for (const text of list.map(placeText)) {
      const other = takenBy.get(text);
      takenBy.set(text, label);
      if (other === undefined) continue;
      const received = `${text} for "${other}" and "${label}"`;
      const hint = "Give each its own, or make one variable of both.";
      throw badCase(name, `places.${label}`, "a place for one variable", received, hint);
    }
  }
}

/** A transformer reads what earlier layers, or the heads of an MLP's own layer, have written. */
export function assertOrder(
  places: CasePlaces,
  variables: Readonly<Record<string, Pick<CaseVariables[string], "reads">>>,
  name: string,
): void {
  for (const [label, { reads }] of Object.entries(variables)) {
    for (const read of reads) {
      const sources = read === TOKENS ? [] : places[read]!;
      const early = places[label]!.find((place) => !sources.every((one) => isBehind(place, one)));
      if (early === undefined) continue;
      const expected = `a place behind those of "${read}", which it reads`;
      const received = `${placeText(early)}, and ${sources.map(placeText).join(", ")} for "${read}"`;
      throw badCase(name, `places.${label}`, expected, received);
    }
  }
}
