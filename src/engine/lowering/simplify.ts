import { add, mul } from "../graph/elementwise.ts";
import { batchSize, fill, sampleMask } from "../graph/inputs.ts";
import { sameShape, sizeOf } from "../graph/shape.ts";
import { type BinaryFunction, leaf, node, type Operation, type Tensor } from "../graph/tensor.ts";
import { type Computation, inOrder } from "../program/program.ts";
import type { Steps } from "../program/steps.ts";
import { nodeEvaluator } from "../reference/evaluate.ts";

/** Operations that only look at their input's memory in another way. */
const VIEWS = new Set<Operation["kind"]>([
  "reshape",
  "transpose",
  "slice",
  "broadcast",
  "stopGradient",
]);

/** The value of a constant whose elements are all equal, or `undefined`. */
function singleValue({ op }: Tensor): number | undefined {
  if (op.kind !== "constant") return undefined;
  const { values } = op;
  const first = values[0];
  for (let i = 0; i < values.length; i++) if (values[i] !== first) return undefined;
  return first;
}

/** The second operand that changes nothing. */
const NEUTRAL: { readonly [F in BinaryFunction]?: number } = { add: 0, sub: 0, mul: 1, div: 1 };

/** The operand that `x·1`, `1·x`, `x/1`, `x+0`, `0+x` or `x−0` equals, if it has the result's shape. */
function identityOperand(tensor: Tensor): Tensor | undefined {
  if (tensor.op.kind !== "binary") return undefined;
  const { fn } = tensor.op;
  const [a, b] = [tensor.inputs[0]!, tensor.inputs[1]!];
  const neutral = NEUTRAL[fn];
  if (neutral === undefined) return undefined;
  const fits = (x: Tensor) => sameShape(x.shape, tensor.shape) && x.extent === tensor.extent;
  if (singleValue(b) === neutral && fits(a)) return a;
  const commutes = fn === "add" || fn === "mul";
  return commutes && singleValue(a) === neutral && fits(b) ? b : undefined;
}

/** A cheaper node with the same value, if there is one. */
function shortcut(tensor: Tensor): Tensor | undefined {
  const { op, inputs, shape } = tensor;
  if (op.kind === "contract" && inputs.some((x) => singleValue(x) === 0)) return fill(0, shape);
  if (op.kind === "batchSum" && inputs[0]!.extent === "shared") return mul(inputs[0]!, batchSize());
  const repeated = VIEWS.has(op.kind) ? singleValue(inputs[0]!) : undefined;
  return repeated === undefined ? identityOperand(tensor) : fill(repeated, shape);
}

/** An output keeps its extent, even when its value turned out to be the same for all sequences. */
function withExtentOf(original: Tensor, simplified: Tensor): Tensor {
  const lost = original.extent === "sample" && simplified.extent === "shared";
  return lost ? add(simplified, mul(sampleMask(), 0)) : simplified;
}

/** A text that two nodes share iff they compute the same from the same inputs. */
function identityOf(tensor: Tensor, numberOf: (input: Tensor) => number): string | undefined {
  const { op, shape, inputs } = tensor;
  if (op.kind === "input") return undefined;
  if (op.kind === "constant" && sizeOf(shape) !== 1) return undefined;
  const facts = op.kind === "constant" ? `constant ${op.values[0]}` : Object.values(op).join(" ");
  return `${facts}|${shape.join()}|${inputs.map(numberOf).join()}`;
}

/**
 * An equivalent program with constants folded, repeated sub-expressions shared, products with
 * zeros and ones and sums with zeros dropped. Results do not change, except that folding is done in float64.
 * A step for each node.
 */
export function* simplify<O extends string>(program: Computation<O>): Steps<Computation<O>> {
  const replacement = new Map<Tensor, Tensor>();
  const numbers = new Map<Tensor, number>();
  const known = new Map<string, Tensor>();
  const numberOf = (tensor: Tensor): number => {
    const number = numbers.get(tensor) ?? numbers.size;
    numbers.set(tensor, number);
    return number;
  };
  const rebuild = (tensor: Tensor): Tensor => {
    const inputs = tensor.inputs.map((input) => replacement.get(input)!);
    const changed = inputs.some((input, i) => input !== tensor.inputs[i]);
    const same = changed ? node(tensor.op, inputs, tensor.shape) : tensor;
    const cheaper = shortcut(same);
    if (cheaper !== undefined) return cheaper;
    const folds =
      inputs.length > 0 &&
      same.extent === "shared" &&
      same.op.kind !== "batchSum" &&
      !VIEWS.has(same.op.kind) &&
      inputs.every((input) => input.op.kind === "constant");
    if (!folds) return same;
    const values = new Float64Array(sizeOf(same.shape));
    nodeEvaluator(same)(
      inputs.map((input) => (input.op.kind === "constant" ? input.op.values : new Float64Array())),
      values,
    );
    return values.length === 1
      ? fill(values[0]!, same.shape)
      : leaf({ kind: "constant", values, sparse: false }, same.shape, "shared");
  };
  for (const tensor of program.order) {
    yield 0;
    const rebuilt = rebuild(tensor);
    const identity = identityOf(rebuilt, numberOf);
    const first = identity === undefined ? rebuilt : (known.get(identity) ?? rebuilt);
    if (identity !== undefined) known.set(identity, first);
    replacement.set(tensor, first);
  }
  const outputs = Object.fromEntries(
    Object.entries<Tensor>(program.outputs).map(([name, tensor]) => [
      name,
      withExtentOf(tensor, replacement.get(tensor)!),
    ]),
  ) as Record<O, Tensor>;
  const updates = program.updates.map(({ parameter, value }) => ({
    parameter: replacement.get(parameter)!,
    value: replacement.get(value)!,
  }));
  return inOrder({ outputs, updates });
}
