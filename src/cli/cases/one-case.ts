import { allCases, type Case, getCase } from "../../cases/index.ts";
import { oneId } from "../options/cases.ts";

/**
 * The case of the catalogue that is meant; `at` is where it was given. Usage error `E_CASE` if there
 * is none, with the nearest names or the numbers that exist.
 */
export function oneCase(id: string, at: string): Case {
  return getCase(
    oneId(
      id,
      allCases().map((case_) => case_.id),
      at,
    ),
  );
}
