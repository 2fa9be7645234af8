import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Circuit, dialects, fullGraph } from "../../circuit/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../../engine/index.ts";
import {
  makeTransformer,
  type Transformer,
  type TransformerConfig,
  type Weight,
  weightShapes,
} from "../../transformer/index.ts";
import { naiveLosses } from "../fixtures.testing.ts";
import { type DiscoveryTask, eap, exact, measureEdges } from "../index.ts";

/** What EAP-IG computes on a transformer whose weights come from a generator. */
interface Stored {
  readonly counts: readonly number[];
  readonly edges: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly logitDifferences: Readonly<Record<"clean" | "corrupted", readonly number[]>>;
  readonly selections: readonly {
    readonly scores: string;
    readonly select: "top" | "greedy";
    readonly absolute: boolean;
    readonly sizes: readonly number[];
    readonly faithfulness: readonly number[];
  }[];
}

const stored = JSON.parse(
  readFileSync(
    new URL("../../../test/fixtures/discovery/tiny-model.json", import.meta.url),
    "utf8",
  ),
) as Stored;

const CONFIG: TransformerConfig = {
  nLayers: 2,
  nHeads: 2,
  dModel: 8,
  dHead: 4,
  dMlp: 16,
  nCtx: 6,
  dVocab: 10,
  dVocabOut: 10,
  actFn: "gelu",
  attentionDir: "causal",
  normalization: "none",
  initializerRange: 1,
};

/** Weights in the order in which the generator fills them, with their sizes. */
const FILLED: readonly (readonly [string, number])[] = [
  ["embed.W_E", 1],
  ["pos_embed.W_pos", 0.5],
  ...[0, 1].flatMap((layer) =>
    (
      [
        ["attn.W_Q", 0.8],
        ["attn.W_K", 0.8],
        ["attn.W_V", 0.6],
        ["attn.W_O", 0.6],
        ["attn.b_Q", 0.2],
        ["attn.b_K", 0.2],
        ["attn.b_V", 0.2],
        ["attn.b_O", 0.2],
        ["mlp.W_in", 0.6],
        ["mlp.b_in", 0.3],
        ["mlp.W_out", 0.5],
        ["mlp.b_out", 0.2],
      ] as const
    ).map(([name, size]) => [`blocks.${layer}.${name}`, size] as const),
  ),
  ["unembed.W_U", 0.7],
  ["unembed.b_U", 0.1],
];

/** x ← 1664525·x + 1013904223 mod 2³² from 12345; each weight is its size times 2x/2³² − 1. */
function generated(): Transformer {
  let x = 12345n;
  const next = () => {
    x = (1664525n * x + 1013904223n) % 2n ** 32n;
    return (2 * Number(x)) / 2 ** 32 - 1;
  };
  const shapes = weightShapes(CONFIG);
  const weights = FILLED.map(([key, size]): [string, Weight] => {
    const shape = shapes.get(key)!;
    const count = shape.reduce((a, b) => a * b, 1);
    return [key, { shape, data: Float32Array.from({ length: count }, () => size * next()) }];
  });
  return makeTransformer(CONFIG, new Map(weights));
}

const lastOnly = (answers: readonly number[]) =>
  answers.flatMap((answer) => [Number.NaN, Number.NaN, Number.NaN, answer]);

/** Logit differences of an answer and a wrong one at the last of four positions. */
const task: DiscoveryTask = {
  transformer: generated(),
  rows: 3,
  positions: 4,
  cleanTokens: Int32Array.of(0, 3, 7, 5, 0, 1, 4, 2, 0, 6, 2, 9),
  corruptedTokens: Int32Array.of(0, 8, 7, 5, 0, 1, 9, 2, 0, 6, 3, 4),
  targets: lastOnly([3, 1, 6]),
  foils: lastOnly([8, 4, 2]),
  categorical: true,
  outputPositions: "last",
};

const graph = fullGraph(CONFIG);
const nameOf = (edge: (typeof graph.edges)[number]) => dialects.eap.formatEdge(edge.edge, CONFIG);
const wasm = await wasmBackend();

describe.each<readonly [string, Backend, number]>([
  ["reference", referenceBackend(), 1e-6],
  ["wasm", wasm, 2e-5],
])("logit differences with foils, at the last position, on %s", (_, backend, tolerance) => {
  it("have the effects that EAP-IG estimates, and measures, for every edge", async () => {
    const { effects } = await eap.discover(task, { loss: "avg_diff" }, { backend });
    const measured = await measureEdges(task, "avg_diff", { backend });
    for (const edge of graph.edges) {
      const wanted = stored.edges[nameOf(edge)]!;
      // The library divides its means over the three rows by three again.
      expect(Math.abs(effects!.get(edge.text)! / 3 - wanted.EAP!)).toBeLessThan(tolerance);
      expect(Math.abs(measured[edge.index]! - wanted.exact!)).toBeLessThan(3 * tolerance);
    }
  });

  it("is asked for at the last position as a list, too", async () => {
    const listed = { ...task, outputPositions: [3] };
    const options = { loss: "avg_diff" } as const;
    const [a, b] = [
      await eap.discover(task, options, { backend }),
      await eap.discover(listed, options, { backend }),
    ];
    expect([...b.scores]).toEqual([...a.scores]);
  });
});

describe("circuits that EAP-IG selects", () => {
  const loss = naiveLosses(task, wasm);
  const lossOf = (circuit: Circuit) =>
    loss("avg_diff", ({ text }) => (circuit.edges.has(text) ? 1 : 0));
  const [full, empty] = [loss("avg_diff", () => 1), loss("avg_diff", () => 0)];

  it("start from its logit differences", () => {
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    expect(full).toBeCloseTo(-mean(stored.logitDifferences.clean!), 5);
    expect(empty).toBeCloseTo(-mean(stored.logitDifferences.corrupted!), 5);
  });

  it.each(stored.selections.filter(({ scores }) => scores !== "EAP-IG-inputs"))(
    "are selected and as faithful: $select by $scores, absolute $absolute",
    async ({ scores, select, absolute, sizes, faithfulness }) => {
      const algorithm = scores === "EAP" ? eap : exact;
      const { findings } = await algorithm.discover(
        task,
        { edgeCount: [...stored.counts], loss: "avg_diff", select, absolute, prune: true },
        { backend: wasm },
      );
      expect(findings.map(({ circuit }) => circuit.edges.size)).toEqual(sizes);
      for (const [i, { circuit }] of findings.entries()) {
        expect((lossOf(circuit) - empty) / (full - empty)).toBeCloseTo(faithfulness[i]!, 4);
      }
    },
  );
});
