import { compile, sampleInput, slice, type Tensor } from "../engine/index.ts";
import type { CaptureSpec, ModelNode, Pairs } from "../interventions/index.ts";
import { distinctRows, slices } from "../interventions/index.ts";
import { forward, usedInputs, writtenAt } from "../transformer/index.ts";
import { valueNumbering } from "./value-numbering.ts";

/** Interventions that may come out differently, among those of a list of pairs. */
export interface DistinctInterventions {
  /** A pair for each. */
  readonly pairs: Pairs;
  /** Which of them each pair of the list is. `[pair]` */
  readonly numbers: Uint32Array;
}

/** For each of some inputs the number of what a node writes: equal values, equal numbers. `[row]` */
function numberValues(
  { backend, model, tokens, positions }: Omit<CaptureSpec, "hooks">,
  { hook, head }: ModelNode,
  rows: Uint32Array,
): Uint32Array {
  const { config, tensors, bindings } = model;
  const at = writtenAt(config, hook);
  const input = sampleInput("tokens", [positions]);
  const { cache } = forward(config, tensors, input, { capture: [at] });
  const written: Tensor = cache.get(at)!;
  const value = head === null ? written : slice(written, 1, head, head + 1);
  const executable = backend.load(compile({ outputs: { value } }));
  const number = valueNumbering();
  const numbers = new Uint32Array(tokens.length / positions);
  for (const some of slices(rows)) {
    const inputs = usedInputs(executable.program, {
      tokens: { table: tokens, rows: some },
      ...bindings,
    });
    const values = executable.run({ batch: some.length, inputs }).value;
    const width = values.length / some.length;
    for (const [i, row] of some.entries()) {
      numbers[row] = number(values.subarray(i * width, (i + 1) * width));
    }
  }
  executable.dispose();
  return numbers;
}

/**
 * Finds the different interventions at a node of a frozen model: pairs of one base whose sources give
 * the node the same value come out the same.
 */
export function distinctInterventions(
  spec: Omit<CaptureSpec, "hooks">,
  node: ModelNode,
  { base, source }: Pairs,
): DistinctInterventions {
  const inputCount = spec.tokens.length / spec.positions;
  const { rows } = distinctRows(source, new Uint32Array(inputCount));
  const numberOf = numberValues(spec, node, rows);
  const known = new Map<number, number>();
  const numbers = new Uint32Array(base.length);
  const firsts: number[] = [];
  for (let pair = 0; pair < base.length; pair++) {
    const key = numberOf[source[pair]!]! * inputCount + base[pair]!;
    let number = known.get(key);
    if (number === undefined) {
      number = firsts.length;
      known.set(key, number);
      firsts.push(pair);
    }
    numbers[pair] = number;
  }
  const pick = (side: Uint32Array) => Uint32Array.from(firsts, (pair) => side[pair]!);
  return { pairs: { base: pick(base), source: pick(source) }, numbers };
}
