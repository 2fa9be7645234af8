import { InterpBenchError } from "../../errors/index.ts";
import { isSelector, type Sequence, type SOp } from "../../rasp/index.ts";
import { extractGraph } from "../../tracr/index.ts";
import type { Case, FunctionCase, RaspCase } from "../case.ts";
import { evaluateVariables, exchanged } from "../functions/evaluate.ts";
import { programRuns } from "../generated/effects.ts";

/** A case on some inputs of one length, between which the values of variables can be exchanged. */
export interface VariableRuns {
  /** The inputs on which there is an output. */
  readonly inputs: readonly Sequence[];
  /** The outputs, `[input][pos]`. */
  readonly outputs: readonly Sequence[];
  /** The variables by name. */
  readonly names: readonly string[];
  /** The value of a variable on an input, `[pos]`. */
  value(name: string, input: number): Sequence;
  /** The output of an input, `base`, with the value that a variable has on another, `[pos]`. */
  exchanged(name: string, base: number, source: number): Sequence;
}

/** The runs of a case; inputs on which it stops are left out. */
export function variableRuns(case_: Case, inputs: readonly Sequence[]): VariableRuns {
  return case_.kind === "rasp" ? raspRuns(case_, inputs) : functionRuns(case_, inputs);
}

function raspRuns({ program: build, causal }: RaspCase, all: readonly Sequence[]): VariableRuns {
  const program = build();
  const variables = new Map(
    [...extractGraph(program).nodes.values()].flatMap(
      ({ label, expression, children }): [string, SOp][] =>
        isSelector(expression) || children.length === 0 ? [] : [[label, expression]],
    ),
  );
  const tried = programRuns(program, all, causal);
  const inputs = all.filter((_, i) => runs(() => tried.trace(i)));
  const { trace, exchanged } = programRuns(program, inputs, causal);
  return {
    inputs,
    outputs: inputs.map((_, i) => trace(i).sequences.get(program)!),
    names: [...variables.keys()],
    value: (name, input) => trace(input).sequences.get(variables.get(name)!)!,
    exchanged: (name, base, source) => exchanged(variables.get(name)!, base, source),
  };
}

function functionRuns(case_: FunctionCase, inputs: readonly Sequence[]): VariableRuns {
  const rows = inputs.map((input) => evaluateVariables(case_, input));
  return {
    inputs,
    outputs: rows.map((row) => row.get(case_.output)!),
    names: Object.keys(case_.variables),
    value: (name, input) => rows[input]!.get(name)!,
    exchanged(name, base, source) {
      const values = exchanged(case_, rows[base]!, name, rows[source]!.get(name)!);
      return values.get(case_.output)!;
    },
  };
}

/** Whether a program has a value. */
function runs(evaluate: () => unknown): boolean {
  try {
    evaluate();
    return true;
  } catch (error) {
    if (error instanceof InterpBenchError) return false;
    throw error;
  }
}
