import {
  add,
  constant,
  expandDims,
  formatShape,
  mul,
  type Operand,
  reshape,
  sameShape,
  sub,
  type Tensor,
  where,
} from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { type HookName, headAxis } from "./hook-names.ts";

/**
 * `replacement` where `on` is not 0, else `tensor`: a hard choice, safe with infinities and NaN in
 * the branch not taken. `on` broadcasts, e.g. `[]` for the whole tensor or `[head, 1]` for heads of
 * `[pos, head, dModel]`. No gradient flows to `on`.
 */
export function patch(tensor: Tensor, replacement: Operand, on: Operand = 1): Tensor {
  return where(on, replacement, tensor);
}

/** {@link patch} at some positions, which are the first axis of a hook's value `[pos, …]`. */
export function patchAt(tensor: Tensor, replacement: Tensor, at: readonly number[]): Tensor {
  const [positions = 0, ...rest] = tensor.shape;
  const on = Array.from({ length: positions }, (_, position) => (at.includes(position) ? 1 : 0));
  return patch(tensor, replacement, constant(on, [positions, ...rest.map(() => 1)]));
}

/**
 * `(1 − on)·tensor + on·replacement`: {@link patch} that is differentiable in `on` and takes values
 * between. Exact at 0 and 1 for finite tensors.
 */
export function blend(tensor: Tensor, replacement: Operand, on: Operand): Tensor {
  return add(mul(tensor, sub(1, on)), mul(replacement, on));
}

/**
 * Replaces one head of `[pos, head, …]` (`hook_result`, `hook_z`, `hook_q`, …) when the scalar
 * `on` is not 0. `replacement` is that head's `[pos, …]`, or a tensor like the whole, from which
 * the head is taken. Throws `E_HOOK` when there is no such head or the shapes do not fit.
 */
export function patchHead(
  tensor: Tensor,
  head: number,
  replacement: Tensor,
  on: Operand = 1,
): Tensor {
  const heads = tensor.shape[1] ?? 0;
  if (!Number.isInteger(head) || head < 0 || head >= heads) {
    throw new InterpBenchError(
      "E_HOOK",
      `there is no head ${head} in ${formatShape(tensor.shape)}`,
      {
        expected: `a head from 0 to ${heads - 1} on axis 1`,
        received: String(head),
      },
    );
  }
  const whole = sameShape(replacement.shape, tensor.shape);
  const [pos, , ...rest] = tensor.shape;
  if (!whole && !sameShape(replacement.shape, [pos!, ...rest])) {
    throw new InterpBenchError("E_HOOK", "the replacement of a head has the wrong shape", {
      expected: `${formatShape([pos!, ...rest])} or ${formatShape(tensor.shape)}`,
      received: formatShape(replacement.shape),
    });
  }
  const selected = Array.from({ length: heads }, (_, h) => (h === head ? 1 : 0));
  const mask = constant(selected, [heads, ...rest.map(() => 1)]);
  return patch(tensor, whole ? replacement : expandDims(replacement, 1), mul(mask, on));
}

/**
 * A run-time choice between a hook's own value and that of another run.
 *
 * `on` is 0 (own value) or 1 (the other run's), or anything between (a mixture, differentiable);
 * shape `[]`, or `[head]` at a hook with a head axis to choose per head. `source` is the other
 * run's value, of the hook's shape.
 */
export interface Switch {
  readonly on: Tensor;
  readonly source: Tensor;
}

/** Throws `E_HOOK` unless a switch fits the tensor of its hook. */
export function assertSwitch(name: HookName, tensor: Pick<Tensor, "shape">, choice: Switch): void {
  const axis = headAxis(name);
  const { on, source } = choice;
  if (!sameShape(source.shape, tensor.shape)) {
    throw new InterpBenchError("E_HOOK", `the source for "${name}" has the wrong shape`, {
      expected: formatShape(tensor.shape),
      received: formatShape(source.shape),
    });
  }
  const perHead = axis !== undefined && sameShape(on.shape, [tensor.shape[axis]!]);
  if (on.shape.length !== 0 && !perHead) {
    throw new InterpBenchError("E_HOOK", `the switch of "${name}" has the wrong shape`, {
      expected: axis === undefined ? "[]" : `[] or [${tensor.shape[axis]}], one per head`,
      received: formatShape(on.shape),
    });
  }
}

/** {@link blend} at a hook: `on` of shape `[head]` is put on the hook's head axis. */
export function applySwitch(name: HookName, tensor: Tensor, choice: Switch): Tensor {
  assertSwitch(name, tensor, choice);
  const { on, source } = choice;
  if (on.shape.length === 0) return blend(tensor, source, on);
  const after = tensor.shape.length - 1 - headAxis(name)!;
  return blend(tensor, source, reshape(on, [...on.shape, ...new Array<number>(after).fill(1)]));
}
