import type { CaseVariable, CaseVariables } from "../case.ts";
import { TOKENS } from "./evaluate.ts";

/** Variables in order of execution, each behind those it reads, and frozen. They read each other in no circle. */
export function orderedVariables(variables: CaseVariables): CaseVariables {
  const done = new Map<string, CaseVariable>();
  const visit = (label: string): void => {
    if (done.has(label) || label === TOKENS) return;
    const { reads, compute } = variables[label]!;
    reads.forEach(visit);
    done.set(label, Object.freeze({ reads: Object.freeze([...new Set(reads)]), compute }));
  };
  Object.keys(variables).forEach(visit);
  return Object.freeze(Object.fromEntries(done));
}
