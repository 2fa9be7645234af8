import type { Attention, Pairing } from "./attention.ts";
import type { ScheduleBuilder } from "./builder.ts";
import type { Operand } from "./steps.ts";
import { bitsOf } from "./words.ts";

type Side = Pairing["left"];

/** The size of a label's axis, and the stride along it; 1 and 0 where there is none. */
function axisOf(builder: ScheduleBuilder, { tensor, labels }: Side, label: string | undefined) {
  const at = label === undefined ? -1 : labels.indexOf(label);
  if (at < 0) return { size: 1, stride: 0 };
  return { size: tensor.shape[at]!, stride: builder.view(tensor).strides[at]! };
}

const missingIn = (labels: string, others: string): string | undefined =>
  [...labels].find((label) => !others.includes(label));

/** The products, the rows and the mix, in one step. */
export function emitAttention(builder: ScheduleBuilder, { rows, products, mix }: Attention): void {
  const result: Side = { tensor: mix.contraction, labels: mix.out };
  const strides = (side: Side, labels: readonly (string | undefined)[]) =>
    labels.map((label) => axisOf(builder, side, label).stride);
  const size = (side: Side, label: string | undefined) => axisOf(builder, side, label).size;

  const target = builder.allocate(rows);
  const ofRows = { tensor: rows, labels: products.out };
  const [batch, row, column] = [products.out.at(-3), products.out.at(-2), products.out.at(-1)];
  const summed = missingIn(products.left.labels, products.out);
  const [mixBatch, mixRow, key] = [-3, -2, -1].map((at) => mix.left.labels.at(at));
  const kept = missingIn(mix.right.labels, mix.left.labels);

  const isGradient = rows.op.kind === "softmaxGradient";
  const value: Operand = isGradient ? builder.ofExtent(rows.inputs[1]!, rows, "perTile") : target;
  const mixed = builder.allocate(mix.contraction);
  const sizes = {
    batch: size(ofRows, batch),
    row: size(ofRows, row),
    column: size(ofRows, column),
    summed: size(products.left, summed),
    kept: size(mix.right, kept),
  };
  builder.push(
    "perTile",
    "attention",
    [
      target,
      builder.operand(products.left.tensor),
      builder.operand(products.right.tensor),
      value,
      mixed,
      builder.operand(mix.right.tensor),
      isGradient ? 1 : 0,
      bitsOf(rows.op.scale),
      ...Object.values(sizes),
      ...strides(products.left, [batch, row, summed]),
      ...strides(products.right, [batch, column, summed]),
      ...strides(result, [mixBatch, mixRow, kept]),
      ...strides(mix.right, [mixBatch, key, kept]),
    ],
    sizes.batch * sizes.row * sizes.column * (sizes.summed + sizes.kept),
  );
}
