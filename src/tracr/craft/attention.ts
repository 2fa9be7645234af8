import type { RaspValue } from "../../rasp/index.ts";
import { type Direction, makeDirection } from "../direction.ts";
import { type Entry, type LinearMap, linearMap } from "../linear.ts";
import { type Space, span } from "../space.ts";
import { type AttentionHead, ONE } from "./component.ts";

/** The score of a selected key: how cold the softmax is. 100, as in Tracr. */
const COLDNESS = 100;

/** Which keys a query attends to, besides BOS. */
export type Attends = (key: RaspValue, query: RaspValue) => boolean;

/**
 * The pattern of a select as `W_QK`: the score is 100 for a selected key, 50 for BOS, 0 for the
 * rest. So a query attends evenly to the keys it selects, and to BOS if it selects none.
 *
 * @param bosShare the score of BOS as a fraction of that of a selected key
 */
function selectionPattern(
  keys: Space,
  queries: Space,
  bos: Direction,
  attends: Attends,
  bosShare: 0.5 | 1,
): LinearMap {
  const entries = function* (): Generator<Entry> {
    for (const query of queries.directions) {
      for (const key of keys.directions) {
        if (attends(key.value, query.value)) yield [query, key, COLDNESS];
      }
    }
    yield [ONE, bos, COLDNESS * bosShare];
  };
  return linearMap(span(queries, bos, ONE), span(keys, bos), entries());
}

/**
 * The head of an aggregate: it moves each direction of `values` to the direction of `output` with
 * the same value (or none, if numerical). Where no key is selected it attends to BOS and writes 0.
 */
export function aggregateHead(
  node: string,
  {
    keys,
    queries,
    values,
    output,
  }: Readonly<Record<"keys" | "queries" | "values" | "output", Space>>,
  bos: Direction,
  attends: Attends,
): AttentionHead {
  const moves = values.directions.map((from): Entry => [from, makeDirection(node, from.value), 1]);
  return Object.freeze({
    node,
    wQK: selectionPattern(keys, queries, bos, attends, 0.5),
    wOV: linearMap(span(values, bos), output, moves),
  });
}

/**
 * The head of a selector width: BOS is always selected, too, and only BOS has a value. So it
 * writes 1 / (1 + width) to `output`.
 */
export function inverseWidthHead(
  node: string,
  { keys, queries }: Readonly<Record<"keys" | "queries", Space>>,
  output: Direction,
  bos: Direction,
  attends: Attends,
): AttentionHead {
  return Object.freeze({
    node,
    wQK: selectionPattern(keys, queries, bos, attends, 1),
    wOV: linearMap(span(bos), span(output), [[bos, output, 1]]),
  });
}
