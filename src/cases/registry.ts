import { unknownNameError } from "../errors/index.ts";
import type { Case } from "./case.ts";
import { CATALOGUE } from "./catalogue/index.ts";

const BY_ID: ReadonlyMap<string, Case> = new Map(CATALOGUE.map((case_) => [case_.id, case_]));

/** All cases: numbered ones in order, then those with names. */
export function allCases(): readonly Case[] {
  return CATALOGUE;
}

/** The case of an id. Throws `E_CASE` with the nearest ids if there is none. */
export function getCase(id: string): Case {
  const found = BY_ID.get(id.trim().toLowerCase());
  if (found === undefined) throw unknownNameError("E_CASE", "case", id, BY_ID.keys());
  return found;
}

/** The row of a case in a table that has one for each program of the catalogue, in its order; other cases have none. */
export function storedRow<Row>(table: readonly Row[], case_: Case): Row | undefined {
  return table[CATALOGUE.filter(({ kind }) => kind === "rasp").indexOf(case_)];
}
