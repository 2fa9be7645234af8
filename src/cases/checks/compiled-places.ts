import type { CompiledProgram, Wiring } from "../../tracr/index.ts";
import type { CasePlaces, CaseVariables, RaspCase } from "../case.ts";
import { compileCase } from "../compile-case.ts";
import { correspondence } from "../correspondence.ts";
import { lowLevelConfig } from "../low-level.ts";
import { placeText } from "../places.ts";
import { badCase, requireOf } from "./fault.ts";
import { assertOrder, assertOwn, assertPlaceList } from "./places.ts";

/**
 * Throws `E_CASE` for places of a case, if it names any, unless the variables that a head or MLP of its compiled
 * transformer writes have places that the transformer to be trained has, the same ones for all that it writes and no
 * other's, behind those of what it reads: an interchange exchanges all that it writes.
 *
 * @param given what its program compiles to, if that is known
 */
export function assertCompiledPlaces(case_: RaspCase, given?: CompiledProgram): void {
  const { id, places } = case_;
  if (places === undefined) return;
  const name = `case "${id}"`;
  const compiled = given ?? compileCase(case_);
  const { wiring } = compiled;
  for (const [label, list] of Object.entries(places)) {
    requireOf(name)(Array.isArray(list), `places.${label}`, "a list of places", list);
  }
  // Throws unless every variable has a place.
  correspondence(case_, {}, compiled);
  const blocks = lowLevelConfig(case_, {}, compiled);
  for (const [label, list] of Object.entries(places)) {
    assertPlaceList(list, blocks, name, `places.${label}`);
  }
  for (const { writes } of wiring) assertTogether(writes, places, name);
  const first = wiring.flatMap(({ writes }) => writes.slice(0, 1));
  assertOwn(Object.fromEntries(first.map((label) => [label, places[label]!])), name);
  assertOrder(places, readsOf(wiring), name);
}

/** What one head or MLP writes is exchanged together, so that it is in the same places. */
function assertTogether(labels: readonly string[], places: CasePlaces, name: string): void {
  const text = (label: string) => places[label]!.map(placeText).join(", ");
  const [first, ...others] = labels;
  for (const label of others) {
    if (text(label) === text(first!)) continue;
    const expected = `${text(first!)}, as for "${first}", which the compiled transformer holds in the same place`;
    const hint = "Give both the same places: they are exchanged together.";
    throw badCase(name, `places.${label}`, expected, text(label), hint);
  }
}

/** For each variable those that the head or MLP which writes it reads. */
function readsOf(wiring: Wiring): Readonly<Record<string, Pick<CaseVariables[string], "reads">>> {
  const written = new Set(wiring.flatMap(({ writes }) => writes));
  const entries = wiring.flatMap((part) => {
    const all = part.kind === "mlp" ? part.reads : [...part.query, ...part.key, ...part.value];
    const reads = all.filter((label) => written.has(label));
    return part.writes.map((label) => [label, { reads }] as const);
  });
  return Object.fromEntries(entries);
}
