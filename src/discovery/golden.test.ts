import { describe, expect, it } from "vitest";
import { components, dialects, formatNode, fullGraph } from "../circuit/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../engine/index.ts";
import { CONFIG, storedOf, tinyModelTask } from "./attribution/tiny-model.testing.ts";
import { attributeEdges, getAlgorithm, inputsPath, meanPoints } from "./index.ts";

/**
 * A column of stored scores, the algorithm that is to give them for every edge, and its options. An
 * algorithm of edges is checked by adding its line.
 */
type Column = readonly [
  column: string,
  algorithm: string,
  options: Readonly<Record<string, unknown>>,
];

const LIBRARY = { loss: "avg_diff", scoreScale: "library" } as const;
const PER_EXAMPLE = { loss: "avg_diff" } as const;

const COLUMNS: readonly Column[] = [
  ["EAP", "eap", LIBRARY],
  ["EAP-IG-inputs", "eap-ig-inputs", LIBRARY],
  ["clean-corrupted", "clean-corrupted", LIBRARY],
  ["EAP-IG-activations", "eap-ig-activations", LIBRARY],
  ["exact", "exact", PER_EXAMPLE],
  ["GIM", "gim", { ...LIBRARY, gimPlainMlpScale: 0.5 }],
  ["GIM-mlp1", "gim", LIBRARY],
  ["RelP:LN+Identity+Half", "relp", LIBRARY],
  [
    "RelP:LN+AH+Identity+Half",
    "relp",
    { ...LIBRARY, relpRules: ["norm", "identity", "attention"] },
  ],
  ["EAP meanabs", "atp-star", { ...PER_EXAMPLE, gradDrop: false, qkFix: false }],
  ["GradDrop", "grad-drop", PER_EXAMPLE],
  ["information-flow-routes", "ifr", {}],
  ["EAP-GP k5", "eap-gp", PER_EXAMPLE],
];

const graph = fullGraph(CONFIG);

/** The same of nodes, with the MLP gradients of the library of that time. */
const NODES = (["none", "LNPre"] as const).flatMap((normalization) => {
  const options = { ...LIBRARY, nodeMlpGradient: "input" };
  return [
    { normalization, column: "EAP", algorithm: "nap", options },
    { normalization, column: "EAP-IG-inputs", algorithm: "nap-ig", options },
  ];
});

/** All columns that are stored of a variant, in full or to five digits. */
const STORED = (["none", "LNPre"] as const).flatMap((normalization) =>
  COLUMNS.map(([column, algorithm, options]) => {
    const { edges, rounded } = storedOf[normalization];
    const scores = Object.entries(edges).flatMap(([edge, of]) =>
      of[column] === undefined ? [] : [[edge, of[column]] as const],
    );
    return { normalization, column, algorithm, options, scores, digits: rounded?.[column] };
  }).filter(({ scores, digits }) => scores.length > 0 || digits !== undefined),
);

describe("the stored columns", () => {
  it("are of all edges, or some and their sums", () => {
    const sizes = STORED.map(({ scores, digits }) => digits?.edges ?? scores).map(
      (of) => Object.keys(of).length,
    );
    expect(new Set(sizes)).toEqual(new Set([46, 5]));
    expect(STORED).toHaveLength(2 * COLUMNS.length - 1);
  });
});

describe.each<readonly [string, Backend, number]>([
  ["reference", referenceBackend(), 1e-6],
  ["wasm", await wasmBackend(), 1e-4],
])("on the tiny model, on %s:", (name, backend, tolerance) => {
  /** Relative to the score itself in float64, to the largest of all in float32; scores have nine digits. */
  const allowed = (score: number, largest: number) =>
    tolerance * (name === "reference" ? Math.abs(score) : largest) + 1e-9;

  it.each(STORED)(
    "$algorithm gives $column, normalization $normalization",
    async ({ normalization, algorithm, options, scores, digits }) => {
      const task = tinyModelTask({ ...CONFIG, normalization });
      const { shown } = await getAlgorithm(algorithm).discover(task, options, { backend });
      const found = new Map(
        graph.edges.map(({ edge, text }) => [
          dialects.eap.formatEdge(edge, CONFIG),
          shown.get(text)!,
        ]),
      );
      const all = [...found.values()];
      const largest = Math.max(...all.map(Math.abs));
      for (const [edge, score] of scores) {
        expect(Math.abs(found.get(edge)! - score), edge).toBeLessThan(allowed(score, largest));
      }
      if (digits === undefined) return;
      const rounding = 6e-6 + tolerance * largest;
      for (const [edge, score] of Object.entries(digits.edges)) {
        expect(Math.abs(found.get(edge)! - score), edge).toBeLessThan(rounding);
      }
      const sum = all.reduce((total, score) => total + score, 0);
      const sizes = all.reduce((total, score) => total + Math.abs(score), 0);
      expect(Math.abs(sum - digits.sum)).toBeLessThan(rounding);
      expect(Math.abs(sizes - digits.sizes)).toBeLessThan(rounding);
    },
  );

  it.each(NODES)(
    "$algorithm gives $column of nodes, normalization $normalization",
    async (asked) => {
      const { normalization, column, algorithm, options } = asked;
      const task = tinyModelTask({ ...CONFIG, normalization });
      const { shown } = await getAlgorithm(algorithm).discover(task, options, { backend });
      // The embeddings, of which the first score is, are in every circuit and in no ranking.
      const [, ...wanted] = storedOf[normalization].nodes[column]!;
      const found = components(graph).map((node) => shown.get(formatNode(node))!);
      expect(found).toHaveLength(wanted.length);
      const largest = Math.max(...wanted.map(Math.abs));
      for (const [i, score] of wanted.entries()) {
        expect(Math.abs(found[i]! - score)).toBeLessThan(allowed(score, largest));
      }
    },
  );

  it("nap takes gradients of MLPs at their output, and has the sums of EAP", async () => {
    const { shown } = await getAlgorithm("nap").discover(tinyModelTask(), LIBRARY, { backend });
    expect(shown.get("blocks.0.hook_mlp_out")).toBeCloseTo(-0.333762, 5);
    expect(shown.get("blocks.1.hook_mlp_out")).toBeCloseTo(-0.162499, 5);
  });

  it.each(["none", "LNPre"] as const)(
    "EAP-IG-inputs adds up over the embeddings as it should, normalization %s",
    async (normalization) => {
      const task = tinyModelTask({ ...CONFIG, normalization });
      for (const [steps, wanted] of Object.entries(storedOf[normalization].inputsOfN)) {
        const path = inputsPath(meanPoints(Number(steps), "left"));
        const effects = await attributeEdges(task, "avg_diff", path, { backend });
        const ofInput = graph.edges.filter(({ source }) => source === 0);
        const sum = ofInput.reduce((total, { index }) => total + effects[index]! / 3, 0);
        expect(Math.abs(sum - wanted)).toBeLessThan(tolerance);
      }
    },
  );
});
