import { type Case, shapeNameOf } from "../../cases/index.ts";

/** What documents say of the case they are about: its shape where it has several. */
export function caseMembers(case_: Case): { readonly case: string; readonly caseShape?: string } {
  const caseShape = shapeNameOf(case_);
  return { case: case_.id, ...(caseShape === undefined ? {} : { caseShape }) };
}
