import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { circuitOf, fullGraph, type GraphEdge, parseEdge } from "../circuit/index.ts";
import { type Backend, compile, sampleInput } from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import {
  type DiscoveryFixture,
  decodeWeights,
  loadFixture,
  SCALED,
  tinyTransformer,
} from "../transformer/fixtures.testing.ts";
import {
  constantTensors,
  type DestinationHook,
  edgeMaskInputs,
  edgeMaskShapes,
  factoredForward,
  type HookName,
  makeTransformer,
  maskName,
  patchName,
  run,
  sourceHooks,
  sourcePatchInputs,
  type TransformerConfig,
} from "../transformer/index.ts";
import type { Algorithm, DiscoveryTask, LossName, TaskLossName } from "./index.ts";

/** What the original finds in a briefly trained transformer, on the pairs of the transformer fixture. */
export interface StoredDiscovery {
  readonly case: string;
  /** The task losses that fit the case. */
  readonly losses: readonly TaskLossName[];
  readonly cleanTargets: readonly (readonly number[])[];
  readonly corruptTargets: readonly (readonly number[])[];
  /** Faithfulness of the empty circuit. */
  readonly allAblated: number;
  /** True edges, as `from->to` at head granularity. */
  readonly truth: readonly string[];
  /** All edges in ACDC's order; the lists below are in this order. */
  readonly order: readonly (readonly [string, string])[];
  readonly exact: readonly number[];
  readonly eap: Readonly<Record<TaskLossName, readonly number[]>>;
  readonly ig10sum: Readonly<Record<TaskLossName, readonly number[]>>;
  readonly acdc: readonly {
    readonly threshold: number;
    /** Places in `order`. */
    readonly kept: readonly number[];
    readonly faithfulness: number;
    readonly closestDecision: number;
    readonly rates: Readonly<
      Record<"nodes" | "edges", { readonly tpr: number | null; readonly fpr: number | null }>
    >;
  }[];
}

/** A task whose inputs have corrupted ones beside them. */
export type PairedTask = DiscoveryTask & { readonly corruptedTokens: Int32Array };

/** The cases with stored results. */
export const STORED_CASES = ["3", "4", "7", "13", "18"] as const;
export type StoredCaseId = (typeof STORED_CASES)[number];

/** The stored results of a case, and the task they were computed for. */
export function storedDiscovery(id: StoredCaseId): {
  readonly task: PairedTask;
  readonly stored: StoredDiscovery;
} {
  const url = new URL(`../../test/fixtures/discovery/${id}.json.gz`, import.meta.url);
  const stored = JSON.parse(gunzipSync(readFileSync(url)).toString()) as StoredDiscovery;
  const model = loadFixture<DiscoveryFixture>(`discovery-${id}`);
  return {
    stored,
    task: {
      transformer: makeTransformer(model.config, decodeWeights(model.weights)),
      rows: model.cleanTokens.length,
      positions: model.cleanTokens[0]!.length,
      cleanTokens: Int32Array.from(model.cleanTokens.flat()),
      corruptedTokens: Int32Array.from(model.corruptTokens.flat()),
      targets: stored.cleanTargets.flat(),
      corruptedTargets: stored.corruptTargets.flat(),
      categorical: model.categorical,
      outputPositions: "notFirst",
    },
  };
}

/**
 * A small random task: 5 pairs of 3 tokens and random targets, on a transformer of 2 layers of 2
 * heads with random weights and biases; one edge is called true. Row 1 of the corrupted
 * inputs equals that of the clean ones.
 */
export function tinyTask(
  changes: Partial<TransformerConfig> = {},
  facts: Partial<DiscoveryTask> = {},
): PairedTask {
  const transformer = tinyTransformer(changes);
  const [rows, positions] = [5, 3];
  const key = Key.fromSeed(9);
  const draw = (name: string, bound: number) =>
    Int32Array.from(key.fold(name).integers(rows * positions, bound));
  const cleanTokens = draw("clean", transformer.config.dVocab);
  const corruptedTokens = draw("corrupted", transformer.config.dVocab);
  corruptedTokens.set(cleanTokens.subarray(positions, 2 * positions), positions);
  const categorical = facts.categorical ?? transformer.config.dVocabOut > 1;
  const targets = (name: string) =>
    categorical
      ? draw(name, transformer.config.dVocabOut)
      : Float32Array.from(key.fold(name).normal(rows * positions));
  return {
    transformer,
    rows,
    positions,
    cleanTokens,
    corruptedTokens,
    targets: targets("targets"),
    corruptedTargets: targets("corrupted targets"),
    truth: circuitOf([parseEdge("blocks.0.hook_resid_pre->blocks.0.attn.hook_result[0]")]),
    categorical,
    outputPositions: "notFirst",
    ...facts,
  };
}

/** Tasks that differ in everything an algorithm might treat separately. */
export const TINY_TASKS: Readonly<Record<string, PairedTask>> = {
  "classes, causal": tinyTask(),
  "classes, layer norm, bidirectional": tinyTask({
    normalization: "LNPre",
    attentionDir: "bidirectional",
  }),
  "few classes, last position": tinyTask({ dVocabOut: 3 }, { outputPositions: "last" }),
  "classes, all positions": tinyTask({}, { outputPositions: "all" }),
  "few classes, two positions apart": tinyTask({ dVocabOut: 3 }, { outputPositions: [2, 0] }),
  "numbers, one layer": tinyTask({ dVocabOut: 1, nLayers: 1, nHeads: 3 }),
  "numbers, weighted rows, one head": tinyTask(
    { dVocabOut: 1, nHeads: 1 },
    { multiplicity: [1, 3, 2, 1, 7] },
  ),
  "scaled and capped": tinyTask({ ...SCALED, dVocabOut: 3 }),
  "sparse weights": sparseTask(),
};

/** A task whose transformer has few weights that are not zero, as compiled ones have. */
function sparseTask(): PairedTask {
  const task = tinyTask({ dVocabOut: 3 });
  const { config, weights } = task.transformer;
  const sparse = [...weights].map(([key, { shape, data }]) => {
    const kept = Key.fromSeed(3).fold(key).bernoulli(data.length, 0.17);
    return [key, { shape, data: data.map((x, i) => (kept[i] === 1 ? 3 * x : 0)) }] as const;
  });
  return { ...task, transformer: makeTransformer(config, new Map(sparse)) };
}

/** Options with which an algorithm makes a circuit, and takes few steps if it learns. */
export function quickOptions({ options, selection }: Algorithm): Record<string, unknown> {
  const steps = ["steps", "epochs"].filter((name) => name in options.shape);
  return { ...selection?.example, ...Object.fromEntries(steps.map((name) => [name, 2])) };
}

/** The loss of a task under a mask on every edge (1 intact, 0 cut), by the factored forward pass. */
export type NaiveLoss = (loss: LossName, maskOf: (edge: GraphEdge) => number) => number;

/** The ablations with a name. */
export type NaiveAblation = "resample" | "zero" | "mean" | "meanPositional";

/** The tokens `[row, pos]` of a task, row by row. */
const tokenRows = ({ rows, positions }: DiscoveryTask, tokens: Int32Array) =>
  Array.from({ length: rows }, (_, r) => tokens.slice(r * positions, (r + 1) * positions));

/** The values of hook points `[row, pos, …]` under an ablation, in plain loops. */
export function naiveAblated(
  task: DiscoveryTask,
  backend: Backend,
  ablation: NaiveAblation,
  hooks: readonly HookName[],
): ReadonlyMap<HookName, Float64Array> {
  const { rows, positions, cleanTokens, corruptedTokens, multiplicity } = task;
  const tokens = tokenRows(task, ablation === "resample" ? corruptedTokens! : cleanTokens);
  const { cache } = run(task.transformer, backend, { tokens, capture: hooks });
  const counts = Array.from({ length: rows }, (_, row) => multiplicity?.[row] ?? 1);
  return new Map(
    hooks.map((hook) => {
      const values = cache.get(hook)!.data;
      if (ablation === "resample") return [hook, Float64Array.from(values)];
      if (ablation === "zero") return [hook, new Float64Array(values.length)];
      const width = values.length / (rows * positions);
      const at = (row: number, position: number, d: number) =>
        values[(row * positions + position) * width + d]!;
      return [
        hook,
        Float64Array.from(values, (_, i) => {
          const [place, d] = [Math.floor(i / width) % positions, i % width];
          let [total, weight] = [0, 0];
          for (let row = 0; row < rows; row++) {
            for (let position = 0; position < positions; position++) {
              if (ablation === "meanPositional" && position !== place) continue;
              total += counts[row]! * at(row, position, d);
              weight += counts[row]!;
            }
          }
          return total / weight;
        }),
      ];
    }),
  );
}

/** Prepares {@link NaiveLoss}: one whole factored pass for every loss. */
export function naiveLosses(
  task: DiscoveryTask,
  backend: Backend,
  ablation: NaiveAblation = "resample",
): NaiveLoss {
  const { config } = task.transformer;
  const { positions, rows, cleanTokens } = task;
  const sources = sourceHooks(config);
  const tokens = tokenRows(task, cleanTokens);
  const clean = run(task.transformer, backend, { tokens }).logits.data;
  const ablated = naiveAblated(task, backend, ablation, sources);
  const { logits } = factoredForward(
    config,
    constantTensors(task.transformer),
    sampleInput("tokens", [positions]),
    { masks: edgeMaskInputs(config), patches: sourcePatchInputs(config, positions) },
  );
  const executable = backend.load(compile({ outputs: { logits } }));
  const inputs = {
    tokens: Float32Array.from(cleanTokens),
    ...Object.fromEntries(sources.map((hook) => [patchName(hook), ablated.get(hook)!])),
  };
  return (loss, maskOf) => {
    const scalars = Object.fromEntries(
      [...edgeMaskShapes(config)].map(([hook, [count = 0, heads = 1]]) => [
        maskName(hook),
        new Float64Array(count * heads),
      ]),
    );
    for (const edge of fullGraph(config).edges) {
      const { hook, head } = edge.edge[1];
      const at = head === null ? edge.source : edge.source * config.nHeads + head;
      scalars[maskName(hook as DestinationHook)]![at] = maskOf(edge);
    }
    const outputs = executable.run({ batch: rows, inputs, scalars }).logits;
    return lossByHand(task, loss, clean, outputs);
  };
}

/** The loss of logits `[row, pos, class]`, in plain loops. */
export function lossByHand(
  task: DiscoveryTask,
  loss: LossName,
  clean: ArrayLike<number>,
  outputs: ArrayLike<number>,
): number {
  const { rows, positions, categorical, outputPositions, multiplicity } = task;
  const classes = task.transformer.config.dVocabOut;
  const isKept = (p: number): boolean => {
    if (typeof outputPositions !== "string") return outputPositions.includes(p);
    return { all: true, last: p === positions - 1, notFirst: p > 0 }[outputPositions];
  };
  const kept = Array.from({ length: positions }, (_, p) => p).filter(isKept);
  const at = (values: ArrayLike<number>, place: number) =>
    Array.from({ length: classes }, (_, c) => values[place * classes + c]!);
  const logSoftmax = (xs: number[]) => {
    const log = Math.log(xs.reduce((sum, x) => sum + Math.exp(x), 0));
    return xs.map((x) => x - log);
  };
  let [total, weights] = [0, 0];
  for (let row = 0; row < rows; row++) {
    let ofRow = 0;
    for (const position of kept) {
      const place = row * positions + position;
      const [p, q] = [at(clean, place), at(outputs, place)];
      const [wanted, other] = [
        task.targets?.[place] ?? 0,
        (task.foils ?? task.corruptedTargets)?.[place] ?? 0,
      ];
      const [logP, logQ] = [logSoftmax(p), logSoftmax(q)];
      const kl = logP.reduce((sum, x, c) => sum + Math.exp(x) * (x - logQ[c]!), 0);
      const squares = p.reduce((sum, x, c) => sum + (x - q[c]!) ** 2, 0) / classes;
      ofRow += {
        faithfulness: (categorical ? kl : squares) / kept.length,
        kl_div: -logQ[wanted]!,
        avg_diff: -(q[wanted]! - q[other]!) / kept.length,
        mae: Math.abs(q[0]! - wanted) / kept.length,
        mse: ((q[0]! - wanted) ** 2 - (q[0]! - other) ** 2) / kept.length,
      }[loss];
    }
    const weight = multiplicity?.[row] ?? 1;
    total += weight * ofRow;
    weights += weight;
  }
  return total / weights;
}
