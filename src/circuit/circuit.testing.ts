import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { type Circuit, circuitOf, type EdgeTexts, fullGraph, graphCircuit } from "./index.ts";

/** Nodes and edges as stored in the reference data. */
export interface StoredCircuit {
  readonly nodes: string[];
  readonly edges: EdgeTexts[];
}

/** The circuits of one case, as computed by the original. */
export interface StoredCase {
  readonly id: string;
  readonly nLayers: number;
  readonly nHeads: number;
  readonly raw: EdgeTexts[];
  readonly prepared: StoredCircuit;
  readonly correspondence: [string, string[]][];
  readonly truth: StoredCircuit;
}

/** Reads `test/fixtures/circuit/<name>.json.gz`. */
export function circuitFixture<T>(name: string): T {
  const url = new URL(`../../test/fixtures/circuit/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(url)).toString("utf8")) as T;
}

/** Shapes of small transformers. */
export const anyShape = fc.record({
  nLayers: fc.integer({ min: 1, max: 3 }),
  nHeads: fc.integer({ min: 1, max: 3 }),
  attnOnly: fc.boolean(),
});

/** A random part of the full graph of a random shape. */
export const anyPart = anyShape.chain((shape) => {
  const graph = fullGraph(shape);
  return fc
    .subarray([...graphCircuit(graph).edges.values()])
    .map((edges) => ({ shape, graph, circuit: circuitOf(edges) }));
});

/** A random circuit among a few nodes that need not belong to any transformer; edges point upwards. */
export const anyCircuit: fc.Arbitrary<Circuit> = fc
  .array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 })
  .map((pairs) =>
    circuitOf(
      pairs
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => [
          { hook: `blocks.${Math.min(a, b)}.hook_mlp_out`, head: null },
          { hook: `blocks.${Math.max(a, b)}.hook_mlp_out`, head: null },
        ]),
    ),
  );
