import { InterpBenchError } from "../../errors/index.ts";
import { fill, type Operand, toTensor } from "./inputs.ts";
import { assertIdPerRow, formatShape, type Shape } from "./shape.ts";
import { node, type Tensor } from "./tensor.ts";
import { broadcastTo } from "./views.ts";

/**
 * Rows of a table by number: `table [v, ...d]`, `ids [...s]` → `[...s, ...d]`.
 *
 * Ids are whole numbers in `0 ≤ id < v`, held as floats; another id gives a row of NaN. No
 * gradient flows to the ids.
 */
export function embed(table: Tensor, ids: Tensor): Tensor {
  if (table.shape.length === 0) {
    throw new InterpBenchError("E_SHAPE", "embed needs a table with a row axis", {
      received: formatShape(table.shape),
    });
  }
  return node({ kind: "embed" }, [table, ids], [...ids.shape, ...table.shape.slice(1)]);
}

/**
 * The transpose of {@link embed}: rows added up by number.
 * `ids [...s]`, `rows [...s, ...d]` → `[count, ...d]`, `out[v] = Σ rows[s] over ids[s] = v`.
 */
export function scatterRows(ids: Tensor, rows: Tensor, count: number): Tensor {
  const rowShape = rows.shape.slice(ids.shape.length);
  return node({ kind: "scatterRows" }, [ids, rows], [count, ...rowShape]);
}

/** One element of the last axis by number: `x [..., n]`, `ids [...]` → `[...]`. */
export function pick(x: Tensor, ids: Tensor): Tensor {
  assertIdPerRow(x.shape, ids.shape, "pick");
  return node({ kind: "pick" }, [x, ids], ids.shape);
}

/**
 * The transpose of {@link pick}: `x [...]`, `ids [...]` → `[..., n]`, with `x` at position
 * `ids` of the last axis and 0 elsewhere.
 */
export function spread(x: Tensor, ids: Tensor, n: number): Tensor {
  const shape: Shape = [...ids.shape, n];
  return node({ kind: "spread" }, [broadcastTo(x, ids.shape), ids], shape);
}

/** 1 at position `ids` of a new last axis of size `n`, 0 elsewhere: `[...]` → `[..., n]`. */
export function oneHot(ids: Operand, n: number): Tensor {
  return spread(fill(1), toTensor(ids), n);
}
