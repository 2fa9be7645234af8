import type { Shape } from "./shape.ts";

/** Functions of one number. Backends index them by their place in {@link UNARY_FUNCTIONS}. */
export const UNARY_FUNCTIONS = [
  "neg",
  "exp",
  "log",
  "sqrt",
  "abs",
  "sign",
  "square",
  "tanh",
  "erf",
  "sigmoid",
  "relu",
  "step",
  "normalPdf",
  "gelu",
  "geluDerivative",
  "geluNew",
  "geluNewDerivative",
] as const;
export type UnaryFunction = (typeof UNARY_FUNCTIONS)[number];

/** Functions of two numbers; the comparisons give 1 or 0. */
export const BINARY_FUNCTIONS = [
  "add",
  "sub",
  "mul",
  "div",
  "maximum",
  "minimum",
  "equal",
  "less",
  "lessEqual",
] as const;
export type BinaryFunction = (typeof BINARY_FUNCTIONS)[number];

/** Whether a value differs from sequence to sequence, or is one for the whole batch. */
export type Extent = "sample" | "shared";

/** Where an input's values come from when a program runs. */
export type InputKind = "sample" | "parameter" | "scalar";

/** What a softmax is of: `scale` times its input; with `causal`, row i sees its entries 0…i alone. */
export interface SoftmaxFacts {
  readonly scale: number;
  readonly causal: boolean;
}

/** What a node computes from its inputs. Shapes and extents stand on the {@link Tensor}. */
export type Operation =
  | { readonly kind: "input"; readonly source: InputKind; readonly name: string }
  | { readonly kind: "constant"; readonly values: Float64Array; readonly sparse: boolean }
  | { readonly kind: "batchSize" }
  | { readonly kind: "sampleMask" }
  | { readonly kind: "unary"; readonly fn: UnaryFunction }
  | { readonly kind: "binary"; readonly fn: BinaryFunction }
  | { readonly kind: "where" }
  | {
      readonly kind: "contract";
      readonly a: string;
      readonly b: string;
      readonly out: string;
    }
  | { readonly kind: "reduce"; readonly fn: "sum" | "max"; readonly axes: readonly number[] }
  | { readonly kind: "argmax" }
  | ({ readonly kind: "softmax" } & SoftmaxFacts)
  | ({ readonly kind: "softmaxGradient" } & SoftmaxFacts)
  | { readonly kind: "logSoftmax" }
  | { readonly kind: "crossEntropy" }
  | { readonly kind: "crossEntropyGradient" }
  | { readonly kind: "embed" }
  | { readonly kind: "scatterRows" }
  | { readonly kind: "pick" }
  | { readonly kind: "spread" }
  | { readonly kind: "reshape" }
  | { readonly kind: "transpose"; readonly perm: readonly number[] }
  | { readonly kind: "slice"; readonly axis: number; readonly start: number }
  | { readonly kind: "broadcast" }
  | { readonly kind: "concat"; readonly axis: number }
  | { readonly kind: "pad"; readonly axis: number; readonly before: number }
  | { readonly kind: "stopGradient" }
  | { readonly kind: "batchSum" };

/**
 * A node of a tensor program: an operation, the tensors it reads, and the shape of its value for
 * ONE sequence. Nodes are immutable; a graph is whatever is reachable from its outputs.
 */
export interface Tensor {
  readonly op: Operation;
  readonly inputs: readonly Tensor[];
  readonly shape: Shape;
  readonly extent: Extent;
}

/** Operations that turn a per-sample value into one for the whole batch. */
function leavesTheBatch(op: Operation): boolean {
  return op.kind === "batchSum";
}

/** A node over `inputs`; its extent is `sample` as soon as one of them is per sample. */
export function node(op: Operation, inputs: readonly Tensor[], shape: Shape): Tensor {
  const perSample = inputs.some((input) => input.extent === "sample") && !leavesTheBatch(op);
  return { op, inputs: [...inputs], shape, extent: perSample ? "sample" : "shared" };
}

/** A node without inputs. */
export function leaf(op: Operation, shape: Shape, extent: Extent): Tensor {
  return { op, inputs: [], shape, extent };
}

/** All nodes that `outputs` depend on (themselves included), every node after its inputs. */
export function topologicalOrder(outputs: Iterable<Tensor>): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  for (const output of outputs) {
    const stack: { tensor: Tensor; next: number }[] = [{ tensor: output, next: 0 }];
    if (seen.has(output)) continue;
    seen.add(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const child = top.tensor.inputs[top.next++];
      if (child === undefined) {
        order.push(top.tensor);
        stack.pop();
      } else if (!seen.has(child)) {
        seen.add(child);
        stack.push({ tensor: child, next: 0 });
      }
    }
  }
  return order;
}
