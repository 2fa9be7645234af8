import type { Node } from "../../circuit/index.ts";
import type { Values } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { type Pairs, runSteps, type Steps, type ValueNumbers } from "../../interventions/index.ts";
import {
  type RaspValue,
  type Sequence,
  showSequence,
  showValue,
  showValues,
  valueKey,
} from "../../rasp/index.ts";
import { keptPositions } from "../../transformer/index.ts";
import type { FunctionCase } from "../case.ts";
import type {
  CausalInputs,
  CausalModel,
  CausalVariable,
  Exchange,
  LoadedCausalModel,
} from "../causal-model.ts";
import { classIds, type TokenIds, tokenIds } from "../token-ids.ts";
import { evaluateVariables, exchanged, TOKENS, type Valuation } from "./evaluate.ts";

/** Pairs of one step: some milliseconds. */
const STEP = 256;

/** The variables of a case of functions: each is held by a node of its name. */
export function functionVariables({
  variables,
}: Pick<FunctionCase, "variables">): CausalVariable[] {
  return Object.keys(variables).map((label) => ({ label, node: { hook: label, head: null } }));
}

/** The functions of a case as a causal model. They are called once for each input and intervention. */
export function functionModel(case_: FunctionCase): CausalModel {
  const { classes, maxSeqLen } = case_;
  return Object.freeze({
    variables: functionVariables(case_),
    categorical: classes !== undefined,
    outputs: classIds(case_).size,
    dVocab: tokenIds(case_).size,
    nCtx: maxSeqLen,
    load: (inputs: CausalInputs) => load(case_, inputs),
  });
}

function load(case_: FunctionCase, { tokens, positions }: CausalInputs): LoadedCausalModel {
  const ids = tokens.read();
  const inputIds = tokenIds(case_);
  const encode = outputEncoder(case_, positions);
  const inputs = new Map<number, Valuation>();
  const onInput = (row: number): Valuation => {
    const known = inputs.get(row);
    if (known !== undefined) return known;
    const own = ids.subarray(row * positions, (row + 1) * positions);
    const found = evaluateVariables(case_, decodeInput(inputIds, own));
    inputs.set(row, found);
    return found;
  };
  function* runInSteps(rows: Uint32Array): Steps<Values> {
    const outputs = new Float32Array(rows.length * positions);
    for (const [i, row] of rows.entries()) {
      if (i % STEP === 0) yield i / rows.length;
      outputs.set(encode(onInput(row)), i * positions);
    }
    return outputs;
  }
  return {
    run: (rows) => runSteps(runInSteps(rows)),
    runInSteps,
    numberValues({ hook }: Node): ValueNumbers {
      const known = new Map<unknown, number>();
      const numberOf = (row: number): number => {
        const key = valueKey(onInput(row).get(hook)!);
        const number = known.get(key) ?? known.size;
        known.set(key, number);
        return number;
      };
      function* inSteps(rows: Uint32Array): Steps<Uint32Array> {
        const numbers = new Uint32Array(rows.length);
        for (const [i, row] of rows.entries()) {
          if (i % STEP === 0) yield i / rows.length;
          numbers[i] = numberOf(row);
        }
        return numbers;
      }
      return { of: (rows) => runSteps(inSteps(rows)), inSteps, dispose: () => {} };
    },
    exchange({ hook }: Node, { base, source }: Pairs, at?: readonly number[]): Exchange {
      // Position 0 is BOS, of which variables have no value.
      const taken = (own: Sequence, other: Sequence): Sequence =>
        at === undefined ? other : other.map((value, i) => (at.includes(i + 1) ? value : own[i]!));
      function* outputSteps(numbers: Uint32Array): Steps<Values> {
        const outputs = new Float32Array(numbers.length * positions);
        for (const [i, pair] of numbers.entries()) {
          if (i % STEP === 0) yield i / numbers.length;
          const own = onInput(base[pair]!);
          const value = taken(own.get(hook)!, onInput(source[pair]!).get(hook)!);
          const values = exchanged(case_, own, hook, value);
          outputs.set(encode(values), i * positions);
        }
        return outputs;
      }
      return {
        outputs: (numbers) => runSteps(outputSteps(numbers)),
        outputSteps,
        dispose: () => {},
      };
    },
    dispose: () => inputs.clear(),
  };
}

/** The tokens of an input `[pos]` of ids, without BOS and PAD. */
function decodeInput({ padId, tokenOf }: TokenIds, ids: Values): Sequence {
  return Array.from(
    ids.subarray(1).filter((id) => id !== padId),
    (id) => tokenOf(id)!,
  );
}

/**
 * Turns outputs into class ids or numbers, `[pos]`: 0 for BOS, PAD and where the output does not
 * count.
 */
function outputEncoder(
  case_: FunctionCase,
  positions: number,
): (values: Valuation) => Float32Array {
  const { id, output, classes, outputPositions } = case_;
  const counts = new Set(keptPositions({ positions, outputPositions }));
  const { idOf } = classIds(case_);
  const expected = classes === undefined ? "a number" : `one of ${showValues(classes, 40)}`;
  const encoded = (value: RaspValue): number | undefined => {
    if (classes !== undefined) return idOf(value);
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  };
  return (values) => {
    const outputs = new Float32Array(positions);
    for (const [i, value] of values.get(output)!.entries()) {
      const found = encoded(value);
      if (found === undefined && counts.has(i + 1)) {
        throw new InterpBenchError("E_CASE", `case "${id}" gives no output`, {
          at: `variables.${output}, token ${i} of ${showSequence(values.get(TOKENS)!)}`,
          expected,
          received: showValue(value),
          hint: "Variables are also computed from values that belong to different inputs.",
        });
      }
      outputs[i + 1] = found ?? 0;
    }
    return outputs;
  };
}
