import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fullGraph, type ScoreMap } from "../../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import {
  makeTransformer,
  sourceHooks,
  type TransformerConfig,
  type Weight,
} from "../../transformer/index.ts";
import { naiveLosses, tinyTask } from "../fixtures.testing.ts";
import {
  attributeEdges,
  attributeNodes,
  CLEAN_END,
  type DiscoveryTask,
  type EffectRule,
  getAlgorithm,
  inputsPath,
  maskPath,
  meanPoints,
  measureEdges,
  type PathPoint,
} from "../index.ts";
import { exactPatternEffects } from "./exact-patterns.ts";
import { sizesPath } from "./paths/dropped-blocks.ts";

const context = { backend: referenceBackend() };

/** Algorithms that attribute the loss to edges, with options that suit any small model. */
const OF_EDGES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "atp-star": {},
  "clean-corrupted": {},
  eap: {},
  "eap-gp": { steps: 2 },
  "eap-ig-activations": { steps: 2 },
  "eap-ig-inputs": { steps: 2 },
  gim: {},
  "grad-drop": {},
  relp: {},
};
/** Where every edge is credited once. */
const TEXTBOOK: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "eap-ig-activations": { flavour: "textbook" },
};
const OF_NODES = { nap: {}, "nap-ig": { steps: 2 }, hisp: {} };
const ALL = { ...OF_EDGES, ...OF_NODES };

/** What an algorithm measures, by edge or node, signed where it has a sign. */
async function shownBy(
  name: string,
  task: DiscoveryTask,
  options: Readonly<Record<string, unknown>> = {},
): Promise<ScoreMap> {
  const all = { loss: "avg_diff", ...ALL[name as keyof typeof ALL], ...options };
  return (await getAlgorithm(name).discover(task, all, context)).shown;
}

const finite = (scores: ScoreMap) => [...scores].filter(([, score]) => Number.isFinite(score));

/** The largest difference, relative to the largest number. */
function distance(a: ScoreMap, b: ScoreMap, factor = 1): number {
  const largest = Math.max(...finite(a).map(([, score]) => Math.abs(score)), 1e-300);
  return Math.max(...finite(a).map(([key, x]) => Math.abs(factor * x - b.get(key)!))) / largest;
}

/** A task whose transformer has some weights replaced. */
function withWeights(
  task: DiscoveryTask,
  change: (key: string, value: number) => number,
): DiscoveryTask {
  const { config, weights } = task.transformer;
  const changed = [...weights].map(([key, { shape, data }]): [string, Weight] => [
    key,
    { shape, data: data.map((value) => change(key, value)) },
  ]);
  return { ...task, transformer: makeTransformer(config, new Map(changed)) };
}

/** Small models of many shapes, with random weights. */
const models = fc.record({
  nLayers: fc.constantFrom(1, 2, 3),
  nHeads: fc.constantFrom(1, 2, 3),
  dModel: fc.constantFrom(4, 5, 6),
  dMlp: fc.constantFrom(3, 7),
  actFn: fc.constantFrom("relu", "gelu", "gelu_new"),
  attentionDir: fc.constantFrom("causal", "bidirectional"),
  normalization: fc.constantFrom("none", "LNPre"),
});

const everyModel = (
  check: (task: DiscoveryTask, config: TransformerConfig) => Promise<void>,
  changes: Partial<TransformerConfig> = {},
  numRuns = 3,
) =>
  fc.assert(
    fc.asyncProperty(models, async (drawn) => {
      const task = tinyTask({ ...drawn, ...changes }, { outputPositions: "last" });
      await check(task, task.transformer.config);
    }),
    { numRuns },
  );

describe("attributions of edges on random models", () => {
  it("add up, into the output, to what the corrupted run changes, where the output is linear", () =>
    everyModel(
      async (task, config) => {
        const lossOf = naiveLosses(task, context.backend);
        const change = lossOf("avg_diff", () => 0) - lossOf("avg_diff", () => 1);
        const exact = await measureEdges(task, "avg_diff", context);
        const { edges } = fullGraph(config);
        const intoOutput = edges.filter(
          ({ destination }) => destination === edges.at(-1)!.destination,
        );
        for (const name of [
          "eap",
          "eap-ig-inputs",
          "eap-ig-activations",
          "clean-corrupted",
          "relp",
        ]) {
          const effects = await shownBy(name, task);
          const sum = intoOutput.reduce((total, { text }) => total + effects.get(text)!, 0);
          expect(Math.abs(sum - change), name).toBeLessThan(1e-9);
          for (const { text, index } of intoOutput) {
            expect(Math.abs(effects.get(text)! - exact[index]!), name).toBeLessThan(1e-9);
          }
        }
      },
      { normalization: "none" },
    ));

  it("are exact in a linear model, where effects of edges add up", () =>
    everyModel(
      async (task, config) => {
        // Patterns that look at nothing, and neurons that are all on.
        const linear = withWeights(task, (key, value) => {
          if (/W_[QK]$|b_[QK]$/.test(key)) return 0;
          return key.endsWith("b_in") ? 64 : value;
        });
        const exact = await measureEdges(linear, "avg_diff", context);
        const { edges } = fullGraph(config);
        const largest = Math.max(...exact.map(Math.abs));
        for (const name of [
          "eap",
          "eap-ig-inputs",
          "eap-ig-activations",
          "clean-corrupted",
          "relp",
        ]) {
          const effects = await shownBy(name, linear, TEXTBOOK[name]);
          for (const { text, index } of edges) {
            expect(Math.abs(effects.get(text)! - exact[index]!), name).toBeLessThan(1e-6 * largest);
          }
        }
        const lossOf = naiveLosses(linear, context.backend);
        // Edges behind each other interact; those into one reader do not.
        const last = edges.filter(({ destination }) => destination === edges.at(-1)!.destination);
        const ofLast = new Set(last.map(({ index }) => index));
        const lastChange =
          lossOf("avg_diff", ({ index }) => (ofLast.has(index) ? 0 : 1)) -
          lossOf("avg_diff", () => 1);
        const sum = last.reduce((total, { index }) => total + exact[index]!, 0);
        expect(Math.abs(sum - lastChange)).toBeLessThan(1e-6 * largest);
      },
      { normalization: "none", actFn: "relu" },
    ));

  it("of a node's edges are together that of the node", () =>
    everyModel(async (task, config) => {
      const { edges } = fullGraph(config);
      for (const path of [maskPath(CLEAN_END), inputsPath(meanPoints(2, "left"))]) {
        const ofEdges = await attributeEdges(task, "kl_div", path, context);
        const ofNodes = await attributeNodes(task, "kl_div", path, context);
        const sums = new Float64Array(ofNodes.length);
        for (const { source, index } of edges) sums[source]! += ofEdges[index]!;
        for (const [source, effect] of ofNodes.entries()) {
          expect(Math.abs(sums[source]! - effect)).toBeLessThan(1e-10);
        }
      }
    }));

  it("are 0 where clean and corrupted inputs are the same", () =>
    everyModel(
      async ({ corruptedTokens: _, ...task }) => {
        const same = { ...task, corruptedTokens: task.cleanTokens };
        for (const name of Object.keys(ALL)) {
          const scores = finite(await shownBy(name, same));
          // Exact patterns are computed in another order.
          expect(Math.max(...scores.map(([, score]) => Math.abs(score))), name).toBeLessThan(1e-14);
        }
      },
      { nLayers: 2 },
    ));

  it("do not depend on how often or in which order rows come", () =>
    everyModel(
      async (task) => {
        const { rows, positions } = task;
        const inRows = <T extends ArrayLike<number>>(order: readonly number[], table: T) =>
          order.flatMap((row) =>
            Array.from({ length: positions }, (_, p) => table[row * positions + p]!),
          );
        const reordered = (order: readonly number[]): DiscoveryTask => ({
          ...task,
          rows: order.length,
          cleanTokens: Int32Array.from(inRows(order, task.cleanTokens)),
          corruptedTokens: Int32Array.from(inRows(order, task.corruptedTokens!)),
          targets: inRows(order, task.targets!),
          corruptedTargets: inRows(order, task.corruptedTargets!),
        });
        const order = Array.from({ length: rows }, (_, row) => row);
        const again = reordered([...order.toReversed(), ...order]);
        for (const name of Object.keys(ALL)) {
          const once = await shownBy(name, task);
          const twice = await shownBy(name, {
            ...again,
            multiplicity: new Uint8Array(2 * rows).fill(3),
          });
          expect(distance(once, twice), name).toBeLessThan(1e-11);
        }
      },
      { nLayers: 2 },
      2,
    ));

  it("grow with the loss, and do not see what all logits have in common", () =>
    everyModel(
      async (task) => {
        const louder = withWeights(task, (key, x) => (key.startsWith("unembed") ? 4 * x : x));
        const shifted = withWeights(task, (key, x) => (key === "unembed.b_U" ? x + 0.5 : x));
        for (const name of Object.keys(OF_EDGES)) {
          const effects = await shownBy(name, task);
          expect(distance(effects, await shownBy(name, louder), 4), name).toBeLessThan(1e-9);
          expect(distance(effects, await shownBy(name, shifted)), name).toBeLessThan(1e-6);
        }
      },
      { nLayers: 2 },
      2,
    ));

  it("do not see what comes behind the positions that count, where attention is causal", () =>
    everyModel(
      async (task) => {
        const { rows, positions } = task;
        const padded = (table: Int32Array | ArrayLike<number>, pad: number) =>
          Array.from({ length: rows }, (_, row) => [
            ...Array.from({ length: positions }, (_, p) => table[row * positions + p]!),
            pad,
          ]).flat();
        const longer: DiscoveryTask = {
          ...task,
          positions: positions + 1,
          cleanTokens: Int32Array.from(padded(task.cleanTokens, 5)),
          corruptedTokens: Int32Array.from(padded(task.corruptedTokens!, 5)),
          targets: padded(task.targets!, 0),
          corruptedTargets: padded(task.corruptedTargets!, 0),
          outputPositions: [positions - 1],
        };
        // The path of EAP-GP follows the logits at all positions.
        for (const name of Object.keys(ALL).filter((one) => one !== "eap-gp")) {
          const [short, long] = [await shownBy(name, task), await shownBy(name, longer)];
          expect(distance(short, long), name).toBeLessThan(1e-11);
        }
      },
      { attentionDir: "causal", nLayers: 2 },
      2,
    ));
});

it("EAP-GP goes the same way in single precision however large the logits are", async () => {
  const task = tinyTask({ nLayers: 2 });
  const size = 1e10;
  const isUnembedding = (key: string) => key.startsWith("unembed.");
  const louder = withWeights(task, (key, x) => (isUnembedding(key) ? size * x : x));
  const backend = await wasmBackend();
  const shown = async (of: DiscoveryTask) =>
    (await getAlgorithm("eap-gp").discover(of, { loss: "avg_diff", steps: 3 }, { backend })).shown;
  expect(distance(await shown(task), await shown(louder), size) / size).toBeLessThan(1e-5);
});

describe("integrated gradients", () => {
  it("of the inputs add up to what the embeddings change", () =>
    everyModel(
      async (task, config) => {
        const lossOf = naiveLosses(task, context.backend);
        const change = lossOf("avg_diff", () => 0) - lossOf("avg_diff", () => 1);
        const { edges } = fullGraph(config);
        const sumOf = async (points: readonly PathPoint[]) => {
          const effects = await attributeEdges(task, "avg_diff", inputsPath(points), context);
          const ofInput = edges.filter(({ source }) => source === 0);
          return ofInput.reduce((sum, { index }) => sum + effects[index]!, 0);
        };
        const trapezoid = await sumOf(meanPoints(32, "trapezoid"));
        expect(Math.abs(trapezoid - change)).toBeLessThan(1e-3 * Math.max(0.1, Math.abs(change)));
        const [left, right] = [
          await sumOf(meanPoints(32, "left")),
          await sumOf(meanPoints(32, "right")),
        ];
        expect(Math.abs((left + right) / 2 - trapezoid)).toBeLessThan(1e-10);
        expect(Math.abs(left - right)).toBeGreaterThan(1e-6);
      },
      { actFn: "gelu", normalization: "none", nLayers: 2 },
    ));

  it("of activations add up, for every sublayer, to what ablating it changes", () =>
    everyModel(
      async (task, config) => {
        const lossOf = naiveLosses(task, context.backend);
        const { edges } = fullGraph(config);
        const effects = await shownBy("eap-ig-activations", task, {
          flavour: "textbook",
          steps: 24,
        });
        for (const hook of sourceHooks(config)) {
          const own = edges.filter(({ edge }) => edge[0].hook === hook);
          const cut = new Set(own.map(({ index }) => index));
          const change =
            lossOf("avg_diff", ({ index }) => (cut.has(index) ? 0 : 1)) -
            lossOf("avg_diff", () => 1);
          const sum = own.reduce((total, { text }) => total + effects.get(text)!, 0);
          expect(Math.abs(sum - change)).toBeLessThan(5e-3 * Math.max(0.1, Math.abs(change)));
        }
      },
      { actFn: "gelu", normalization: "none" },
    ));
});

describe("rules for the gradient", () => {
  const gim = (task: DiscoveryTask, options: Readonly<Record<string, unknown>>) =>
    shownBy("gim", task, { temperature: 1, shareProducts: false, freezeNorm: false, ...options });

  it("are EAP where there are none, and each other where they are the same", () =>
    everyModel(async (task) => {
      const plain = await shownBy("eap", task);
      expect(distance(plain, await shownBy("relp", task, { relpRules: "none" }))).toBeLessThan(
        1e-12,
      );
      expect(distance(plain, await gim(task, {}))).toBeLessThan(1e-12);
      const norm = await shownBy("relp", task, { relpRules: ["norm"] });
      expect(distance(norm, await gim(task, { freezeNorm: true }))).toBeLessThan(1e-12);
      const isNormalized = task.transformer.config.normalization === "LNPre";
      expect(distance(plain, norm) > 1e-6).toBe(isNormalized);
    }));

  it("for attention leave nothing to queries and keys", () =>
    everyModel(async (task) => {
      const found = await shownBy("relp", task, { relpRules: ["attention"] });
      const ofPattern = [...found].filter(([edge]) => /hook_[qk]_input/.test(edge));
      expect(ofPattern.every(([, effect]) => effect === 0)).toBe(true);
    }));

  it("for a softmax change nothing behind the last one", () =>
    everyModel(async (task, { nLayers }) => {
      const [plain, tempered] = [await gim(task, {}), await gim(task, { temperature: 2 })];
      const last = `->blocks.${nLayers - 1}.hook_`;
      const behind = [...plain].filter(([edge]) =>
        ["v_input", "mlp_in", "resid_post"].some((reader) => edge.includes(last + reader)),
      );
      expect(behind.length).toBeGreaterThan(0);
      for (const [edge, effect] of behind) {
        expect(Math.abs(tempered.get(edge)! - effect)).toBeLessThan(1e-12);
      }
      expect(distance(plain, tempered)).toBeGreaterThan(1e-9);
    }));
});

describe("AtP*", () => {
  it("counts edges into the output L/(L − 1) times", () =>
    everyModel(
      async (task, { nLayers }) => {
        const plain = await shownBy("atp-star", task, { gradDrop: false });
        const dropped = await shownBy("atp-star", task);
        for (const [edge, size] of plain) {
          if (!edge.endsWith("hook_resid_post")) continue;
          expect(dropped.get(edge)!).toBeCloseTo((nLayers / (nLayers - 1)) * size, 10);
        }
      },
      { nLayers: 3 },
    ));

  it("needs two blocks for GradDrop", async () => {
    const found = getAlgorithm("atp-star").discover(tinyTask({ nLayers: 1 }), {}, context);
    expect(await found.catch(formatError)).toBe(
      'E_OPTION: the algorithm "atp-star" needs more blocks than the model has (at gradDrop) — expected at least 2 blocks — received 1. gradDrop false (--no-grad-drop) does without.',
    );
  });

  /** One row whose corrupted input differs at one position, and a model of which only patterns are not linear. */
  const saturated = (normalization: "none" | "LNPre") => {
    const task = tinyTask({ nLayers: 1, normalization, attnScoresSoftCap: 9 }, { rows: 1 });
    const corrupted = task.cleanTokens.slice(0, 3);
    corrupted[1] = (corrupted[1]! + 1) % 6;
    const one: DiscoveryTask = {
      ...task,
      cleanTokens: task.cleanTokens.slice(0, 3),
      corruptedTokens: corrupted,
      targets: [1, 2, 3],
      corruptedTargets: [4, 5, 6],
      outputPositions: "all",
    };
    return withWeights(one, (key, x) => {
      if (key.endsWith("W_out")) return 0;
      return /W_[QK]$/.test(key) ? 8 * x : x;
    });
  };

  it("knows what queries and keys change exactly, where a pattern is all that is not linear", async () => {
    const task = saturated("none");
    const { edges } = fullGraph(task.transformer.config);
    const exact = await measureEdges(task, "avg_diff", context);
    const sizesBy = (rule: EffectRule | undefined) =>
      attributeEdges(task, "avg_diff", sizesPath, context, rule === undefined ? {} : { rule });
    const [fixed, linear] = [await sizesBy(exactPatternEffects), await sizesBy(undefined)];
    const ofPattern = edges.filter(({ text }) => /hook_[qk]_input/.test(text));
    const errorOf = (sizes: Float64Array) =>
      Math.max(...ofPattern.map(({ index }) => Math.abs(sizes[index]! - Math.abs(exact[index]!))));
    expect(errorOf(fixed)).toBeLessThan(1e-10);
    expect(errorOf(linear)).toBeGreaterThan(1e-3);
  });
});
