import { assertInput, readProgram } from "../../../src/cases/index.ts";
import { InterpBenchError } from "../../../src/errors/index.ts";
import { isSelector, type RaspValue } from "../../../src/rasp/index.ts";
import type { EngineState } from "../state.ts";

export interface TraceInput {
  readonly case: string;
  /** Tokens, BOS excluded. */
  readonly input: readonly RaspValue[];
}

/** What a sub-expression is on the input. */
export type TraceStep =
  | { readonly label: string; readonly kind: "sequence"; readonly values: readonly RaspValue[] }
  | {
      readonly label: string;
      readonly kind: "selector";
      /** `[query, key]`. */
      readonly matrix: readonly (readonly boolean[])[];
    };

export interface TraceOutput {
  /** Each after what it uses, the inputs of the program among them. */
  readonly steps: readonly TraceStep[];
  /** The label of the last one, the output. */
  readonly output: string;
}

/** Runs a program expression by expression. `E_CASE` without a program, `E_INPUT` for another input. */
export function traceProgram(state: EngineState, { case: id, input }: TraceInput): TraceOutput {
  const case_ = state.caseOf(id);
  assertInput(case_, input);
  const compiled = state.compiled(id);
  if (compiled === undefined || case_.kind !== "rasp") {
    throw new InterpBenchError("E_CASE", `case "${id}" has no program`, {
      expected: "a case whose causal model is a RASP program",
    });
  }
  const { graph, program } = compiled;
  const { causal } = case_;
  const { sequences, matrices } = readProgram({ program: () => program, causal }).trace(input);
  return {
    output: graph.sink,
    steps: graph.dependenciesFirst.map((label): TraceStep => {
      const { expression } = graph.nodes.get(label)!;
      return isSelector(expression)
        ? { label, kind: "selector", matrix: matrices.get(expression)! }
        : { label, kind: "sequence", values: sequences.get(expression)! };
    }),
  };
}
