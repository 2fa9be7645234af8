import {
  abs,
  add,
  type Binding,
  compile,
  type Executable,
  keptPrograms,
  less,
  type Program,
  type Steps,
  sampleInput,
  sizeOf,
  stack,
  sub,
  sum,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";
import { type Forward, forward } from "./forward.ts";
import { type HookName, headAxis, hookNames, hookShape } from "./hook-names.ts";
import { usedInputs } from "./run.ts";
import type { WeightTensors } from "./tensors.ts";
import type { Weights } from "./weights.ts";

/**
 * Throws `E_NUMBER` for the first weight that is NaN or infinite, with its key and index. Readers do
 * not look at values; whoever makes a statement about a transformer does.
 */
export function assertFiniteWeights(weights: Weights): void {
  for (const [key, { shape, data }] of weights) {
    const first = firstNonFinite(data);
    if (first === data.length) continue;
    const count = data.reduce((n, value) => n + (Number.isFinite(value) ? 0 : 1), 0);
    throw new InterpBenchError("E_NUMBER", `the weight "${key}" holds values that are not finite`, {
      at: `${key}[${indexOf(first, shape).join(", ")}]`,
      expected: "finite numbers",
      received: `${data[first]}${count > 1 ? `, and ${count - 1} more of ${data.length}` : ""}`,
      hint: "Did training diverge, or was the file damaged?",
    });
  }
}

/** The place of the first value that is NaN or infinite; the length if there is none. */
function firstNonFinite(data: Values): number {
  let i = 0;
  while (i < data.length && Math.abs(data[i]!) < Number.POSITIVE_INFINITY) i++;
  return i;
}

/** The number of values of a tensor that are NaN or infinite, exact if there are none: `[]`. */
export function countNonFinite(x: Tensor): Tensor {
  return sum(sub(1, less(abs(x), Number.POSITIVE_INFINITY)));
}

/** A model on a backend, and inputs of it. */
export interface CheckedRun {
  load<O extends string>(program: Program<O>): Executable<O>;
  readonly config: TransformerConfig;
  readonly tensors: WeightTensors;
  /** Where the weights are, if they are no constants. */
  readonly bindings: Readonly<Record<string, Binding>>;
  /** The same for weights of which graphs are the same; absent where they are part of the program. */
  readonly key?: string | undefined;
  readonly positions: number;
}

/** Some of the inputs, as one run takes them. */
export interface CheckedRows {
  /** Token ids, `[row, pos]`. */
  readonly tokens: Binding;
  readonly count: number;
  /** How errors call a row of the run, by its number. */
  readonly nameOf: (row: number) => string;
}

/** A check of ordinary runs, in steps. Whoever loaded its programs disposes of them. */
export type FiniteCheck = (rows: CheckedRows) => Steps<void>;

const LOGITS = "logits";

/**
 * Prepares a check that every value of ordinary forward passes is finite, at all hook points that
 * compute something and in the logits; attention scores, −∞ where a query may not look, are judged
 * by the pattern they give.
 *
 * One sum a row says whether there is anything to look for. The check throws `E_NUMBER` with the first such
 * hook point in firing order, the row and the position.
 */
export function prepareFiniteCheck(run: CheckedRun): FiniteCheck {
  const { config, tensors, key, positions, load } = run;
  const prepared = () => {
    const tokens = sampleInput("tokens", [positions]);
    const capture = tellingHooks(config, key);
    return compile({
      outputs: { total: tellingSum(forward(config, tensors, tokens, { capture })) },
    });
  };
  const executable = load(
    keptPrograms.kept(key && `finite ${positions} ${key}`, prepared, ({ order }) => order.length),
  );
  return function* (rows) {
    const inputs = inputsOf(run, executable.program, rows);
    const { total } = yield* executable.runInSteps({ batch: rows.count, inputs });
    if (!areFinite(total)) yield* assertEachFinite(run, rows);
  };
}

/** Whether all values are finite. */
export const areFinite = (values: Values): boolean => firstNonFinite(values) === values.length;

/**
 * Hook points that tell, with the logits, whether all that a forward pass computes is finite.
 *
 * @param key that of {@link CheckedRun}
 */
export function tellingHooks(config: TransformerConfig, key: string | undefined): HookName[] {
  return key === undefined ? computedHooks(config) : beforeLosses(config);
}

/** A number that is finite only if all logits are, `[pos, class]`, and all that was captured: `[]`. */
export function tellingSum({ cache, logits }: Forward): Tensor {
  const sums = [...cache.values(), logits].map((values) => sum(values));
  return sums.reduce((total, other) => add(total, other));
}

const inputsOf = ({ bindings }: CheckedRun, program: Program, { tokens }: CheckedRows) =>
  usedInputs(program, { ...bindings, tokens });

/** Looks at every number: a sum of finite ones may overflow, too. */
function* assertEachFinite(run: CheckedRun, rows: CheckedRows): Steps<void> {
  const { config, tensors, positions, load } = run;
  const { count, nameOf } = rows;
  const { cache, logits } = forward(config, tensors, sampleInput("tokens", [positions]), {
    capture: computedHooks(config),
  });
  const values = new Map<string, Tensor>([...cache, [LOGITS, logits]]);
  const counts = stack([...values.values()].map(countNonFinite), 0);
  const counting = load(compile({ outputs: { counts } }));
  const inputs = inputsOf(run, counting.program, rows);
  const { counts: found } = yield* counting.runInSteps({ batch: count, inputs });
  for (const [at, [name, tensor]] of [...values].entries()) {
    for (let row = 0; row < count; row++) {
      if (found[row * values.size + at] === 0) continue;
      const closer = load(compile({ outputs: { value: tensor } }));
      const shape =
        name === LOGITS ? [positions, config.dVocabOut] : hookShape(config, name, positions);
      const size = sizeOf(shape);
      const all = closer.run({ batch: count, inputs: inputsOf(run, closer.program, rows) }).value;
      const own = all.slice(row * size, (row + 1) * size);
      const first = own.findIndex((value) => !Number.isFinite(value));
      const position = indexOf(first, shape)[headAxis(name) === 0 ? 1 : 0];
      throw new InterpBenchError("E_NUMBER", "a forward pass gives values that are not finite", {
        at: `${name}, ${nameOf(row)}, position ${position}`,
        expected: "finite numbers",
        received: String(own[first]),
        hint: "Numbers beyond 3.4e38 overflow float32: are the weights very large?",
      });
    }
  }
}

/**
 * Where values that are not finite may get lost: before a softmax, an activation function, a division, or a soft cap
 * of the logits. What is not finite elsewhere shows in the logits, since ∞ and NaN stay what they are in sums and
 * products, also with 0. (Of weights that are constants zeros are left out.)
 */
function beforeLosses(config: TransformerConfig): HookName[] {
  if (config.outputLogitsSoftCap !== undefined) return computedHooks(config);
  return hookNames(config).filter((name) => /(hook_[qk]|hook_pre|hook_scale)$/.test(name));
}

/** The hook points at which a value is computed that was at none before. */
function computedHooks(config: TransformerConfig): HookName[] {
  const copies = /hook_(q_input|k_input|v_input|mlp_in|attn_scores|result)$/;
  return hookNames(config).filter((name) => !copies.test(name));
}

/** The index, one number for each axis, of a flat place in a row-major tensor. */
function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
