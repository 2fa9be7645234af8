import { type SampleRows, sizeOf, type Values } from "../engine/index.ts";
import {
  type ModelNode,
  type Pairs,
  partSteps,
  pick,
  pickPairs,
  type Steps,
  targetShape,
} from "../interventions/index.ts";
import {
  type HookName,
  nodeHooks,
  switchShape,
  type TransformerConfig,
} from "../transformer/index.ts";
import { outsideNodes } from "./alignment.ts";
import type { BatchSpec, EpochBatches } from "./batches.ts";
import { drawCuts, exchangesEdges, outsideEdges } from "./edge-exchange.ts";
import { jointVariables } from "./joint-variables.ts";
import { epochOrder } from "./pairs.ts";
import { drawOutsideMasks } from "./sampling.ts";
import type { Term } from "./terms.ts";

/** Pairs that each exchange nodes of their own. */
export interface JointBatch extends Pairs {
  /** What the outputs are to be, `[pair, ...targetShape]`. */
  readonly targets: Values;
  /** By hook point, 1 where a node is taken from the source: `[pair, head]`, or `[pair]`. */
  readonly switches: ReadonlyMap<HookName, Float32Array>;
  /** By the name of the input, 1 where an edge carries the source's value: `[pair, …]`. */
  readonly cuts: ReadonlyMap<string, Float32Array>;
  /**
   * By term, 1 for the pairs that are cases of it, `[pair]`: `iit` if a variable is exchanged, else
   * `strict` if an outside node is, else `behavior`.
   */
  readonly cases: { readonly [T in Term]: Float32Array };
}

/** Rows of a table, or values, as values: `[row, width]`. */
function valuesOf(binding: SampleRows | Values, width: number): Values {
  if (!("table" in binding)) return binding;
  const { table, rows } = binding;
  const all = "read" in table ? table.read() : table;
  const values = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    for (let j = 0; j < width; j++) values[i * width + j] = all[row * width + j]!;
  }
  return values;
}

/** Writes switches of pairs to be set by node. */
function switchTable(config: TransformerConfig, pairs: number) {
  const switches = new Map(
    nodeHooks(config).map((hook) => {
      const width = sizeOf(switchShape(config, hook));
      return [hook, new Float32Array(pairs * width)] as const;
    }),
  );
  return {
    switches,
    exchange: (pair: number, { hook, head }: ModelNode): void => {
      const values = switches.get(hook)!;
      const width = values.length / pairs;
      const start = pair * width;
      if (head === null) values.fill(1, start, start + width);
      else values[start + head] = 1;
    },
  };
}

/**
 * The batches of epoch number `epoch` (the first is 0): the training pairs in a new order. For each
 * pair a variable is drawn (variables that share a place are one; none with probability 1/(V + 1)),
 * and independently the outside nodes. The target is the high-level model's output on the base with
 * that variable from the source, or the base's label.
 */
export function* jointEpochBatches(
  spec: BatchSpec,
  epoch: number,
): Steps<EpochBatches<JointBatch>> {
  const { task, recipe, terms, split, targets, key } = spec;
  const { lowLevelConfig: config, correspondence } = task;
  const { batchSize, siitSampling } = recipe;
  const places = terms.includes("iit") ? jointVariables(correspondence) : [];
  const outside = terms.includes("strict") ? outsideNodes(config, correspondence) : [];
  const cuttable = exchangesEdges(recipe, terms) ? outsideEdges(task) : undefined;
  const order = epochOrder(split, key, epoch);
  yield 0;
  const { base, source } = pickPairs(split.pairs, order);
  yield 0;
  const nodesKey = key.fold("nodes").fold(epoch);
  const chosen = nodesKey.fold("variables").integers(order.length, places.length + 1);

  const width = sizeOf(targetShape(task, config.dVocabOut));
  yield 0;
  const wanted = Float32Array.from(valuesOf({ table: targets.labels, rows: base }, width));
  for (const [number, { variables }] of places.entries()) {
    const at = Uint32Array.from([...chosen.keys()].filter((i) => chosen[i] === number));
    const done = (number + 1) / (places.length + 1);
    const found = targets.intervenedSteps(variables[0]!, pick(order, at));
    const values = valuesOf(yield* partSteps(found, done - 1 / (places.length + 1), done), width);
    for (const [i, place] of at.entries()) {
      wanted.set(values.subarray(i * width, (i + 1) * width), place * width);
    }
    yield done;
  }

  return {
    count: Math.ceil(split.trainCount / batchSize),
    *draw(batch) {
      const start = batch * batchSize;
      const end = Math.min(start + batchSize, order.length);
      const pairs = end - start;
      const cut = cuttable && drawCuts(nodesKey.fold(batch), cuttable, pairs);
      const masks =
        cuttable === undefined
          ? drawOutsideMasks(nodesKey.fold(batch), outside.length, siitSampling, pairs)
          : new Uint8Array(pairs * outside.length);
      yield 0.5;
      const { switches, exchange } = switchTable(config, pairs);
      const [iit, strict, behavior] = [0, 0, 0].map(() => new Float32Array(pairs)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      for (let pair = 0; pair < pairs; pair++) {
        const place = places[chosen[start + pair]!];
        for (const node of place?.nodes ?? []) exchange(pair, node);
        let exchanged = cut?.counts[pair] ?? 0;
        for (const [i, node] of outside.entries()) {
          if (masks[pair * outside.length + i] === 0) continue;
          exchange(pair, node);
          exchanged++;
        }
        const term = place !== undefined ? iit : exchanged > 0 ? strict : behavior;
        term[pair] = 1;
      }
      return {
        base: base.subarray(start, end),
        source: source.subarray(start, end),
        targets: wanted.subarray(start * width, end * width),
        switches,
        cuts: cut?.inputs ?? new Map(),
        cases: { iit, strict, behavior },
      };
    },
  };
}
