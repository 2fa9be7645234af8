import type { Sequence } from "../../rasp/index.ts";
import type { CaseVariable } from "../case.ts";

/**
 * A variable of a case whose function knows by type what it reads.
 *
 * ```ts
 * variable(["tokens", "previous"], ({ tokens, previous }) => tokens.map((t, i) => t === previous[i]));
 * ```
 */
export function variable<const Read extends string>(
  reads: readonly Read[],
  compute: (values: Readonly<Record<Read, Sequence>>) => Sequence,
): CaseVariable {
  return { reads, compute: compute as CaseVariable["compute"] };
}
