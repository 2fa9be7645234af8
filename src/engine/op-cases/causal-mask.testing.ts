import type { Tensor } from "../index.ts";
import * as e from "../index.ts";

/** 1 where the key (column) is not after the query (row), `[query, key]`. */
export function causalMask(n: number): Tensor {
  return e.constant(
    Array.from({ length: n * n }, (_, i) => (i % n <= Math.floor(i / n) ? 1 : 0)),
    [n, n],
  );
}
