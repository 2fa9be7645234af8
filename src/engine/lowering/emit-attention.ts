import { type Attention, MIX_KINDS, type Pairing } from "./attention.ts";
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

/** The products, the rows and the mixes, in one step. */
export function emitAttention(builder: ScheduleBuilder, attention: Attention): void {
  const { rows, products, mixes, isWhole } = attention;
  const target = builder.allocate(rows);
  for (const { contraction } of mixes) builder.allocate(contraction);
  const isGradient = rows.op.kind === "softmaxGradient";
  const value: Operand = isGradient ? builder.ofExtent(rows.inputs[1]!, rows, "perTile") : target;

  const size = (side: Side, label: string | undefined) => axisOf(builder, side, label).size;
  const walk = (side: Side, labels: readonly (string | undefined)[]): (number | Operand)[] => [
    builder.operand(side.tensor),
    ...labels.map((label) => axisOf(builder, side, label).stride),
  ];
  const ofRows = { tensor: rows, labels: products.out };
  const [batch, row, column] = [-3, -2, -1].map((at) => products.out.at(at));
  const summed = missingIn(products.left.labels, products.out);
  const [batches, positions] = [size(ofRows, batch), size(ofRows, row)];
  const depth = size(products.left, summed);
  const mixWords = mixes.flatMap(({ contraction, left, right, out, by }) => {
    const [mixBatch, query, key] = [-3, -2, -1].map((at) => left.labels.at(at));
    const [kept, mixed] = by === "rows" ? [query, key] : [key, query];
    const own = missingIn(right.labels, left.labels);
    return [
      MIX_KINDS.indexOf(by),
      ...walk(right, [mixBatch, mixed, own]),
      ...walk({ tensor: contraction, labels: out }, [mixBatch, kept, own]),
      size(right, own),
    ];
  });
  const widths = mixes.map(({ left, right }) => size(right, missingIn(right.labels, left.labels)));
  builder.push(
    "perTile",
    "attention",
    [
      target,
      value,
      ...walk(products.left, [batch, row, summed]),
      ...walk(products.right, [batch, column, summed]),
      bitsOf(rows.op.scale),
      isGradient ? 1 : 0,
      isWhole ? 1 : 0,
      ...[batches, positions, depth, mixes.length],
      ...mixWords,
    ],
    batches * positions * positions * widths.reduce((total, width) => total + width, depth),
  );
}
