import * as e from "../src/engine/index.ts";
import type { Operation } from "./operation.ts";

const COPIES = 9;

/** Positions and width of the activations: what stays in the cache at d_model 20. */
const ACTIVATION = [10, 20];

/** Gradient of Σ y over x, per sample. */
const slopeOf = (y: e.Tensor, x: e.Tensor): e.Tensor => e.gradients(e.batchMean(e.sum(y)), [x])[0]!;

/** An operation from a shape to itself, repeated on its own result; it also gets what it started from. */
function chain(
  name: string,
  shape: readonly number[],
  apply: (x: e.Tensor, start: e.Tensor) => e.Tensor,
  ids?: Operation["ids"],
): Operation {
  return {
    name,
    shape: shape.join(" × "),
    work: e.sizeOf(shape),
    copies: COPIES,
    program: (copies) => {
      const start = e.sampleInput("x", shape);
      let y = start;
      for (let i = 0; i < copies; i++) y = apply(y, start);
      return e.compile({ outputs: { result: e.batchMean(e.sum(y)) } });
    },
    ...(ids === undefined ? {} : { ids }),
  };
}

/** Cross-entropy over classes and its gradient: one step of descent on the logits. */
function crossEntropy(rows: number, classes: number): Operation {
  const target = e.sampleInput("target", [rows]);
  const descend = (logits: e.Tensor): e.Tensor =>
    e.sub(logits, slopeOf(e.crossEntropy(logits, target), logits));
  return chain("cross-entropy gradient", [rows, classes], descend, { target: classes });
}

/** Rows of a table for windows of one input of ids, added up, or the gradient for the table. */
function embedding(
  name: string,
  vocabulary: number,
  width: number,
  result: "value" | "gradient",
): Operation {
  const positions = 10;
  return {
    name,
    shape: `${positions} × ${width} of ${vocabulary}`,
    work: positions * width,
    copies: COPIES,
    ids: { ids: vocabulary },
    program: (copies) => {
      const ids = e.sampleInput("ids", [positions + COPIES - 1]);
      const table = e.parameter("table", [vocabulary, width]);
      const sum = Array.from({ length: copies }, (_, i) =>
        e.embed(table, e.slice(ids, 0, i, i + positions)),
      ).reduce((total, rows) => e.add(total, rows));
      if (result === "value") return e.compile({ outputs: { result: e.batchMean(e.sum(sum)) } });
      const loss = e.batchMean(e.sum(e.mul(sum, e.sampleInput("slope", [positions, width]))));
      return e.compile({ outputs: { result: e.gradients(loss, [table])[0]! } });
    },
  };
}

/** Everything that is not a contraction: a few operations for each number it makes. */
export const ROW_OPERATIONS: readonly Operation[] = [
  chain("add", ACTIVATION, e.add),
  chain("GELU", ACTIVATION, e.gelu),
  chain("GELU and its gradient", ACTIVATION, (x) => {
    const y = e.gelu(x);
    return e.add(y, slopeOf(y, x));
  }),
  chain("softmax", [4, 10, 10], (x) => e.softmax(x)),
  crossEntropy(10, 16),
  crossEntropy(1, 50257),
  embedding("embedding", 6, 20, "value"),
  embedding("embedding gradient", 6, 20, "gradient"),
  embedding("embedding", 50257, 64, "value"),
];
