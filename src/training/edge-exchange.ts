import { fullGraph } from "../circuit/index.ts";
import { sampleInput, sub, type Tensor } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { type ComponentEdge, componentEdges, type Readers } from "../interventions/index.ts";
import type { Key } from "../rng/index.ts";
import {
  type DestinationHook,
  type Forward,
  factoredForward,
  forward,
  type HookName,
  type LogitsAt,
  type SourceHook,
  sourceHooks,
  type TransformerConfig,
  takenAt,
  type WeightTensors,
} from "../transformer/index.ts";
import type { Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";
import type { Term } from "./terms.ts";

/** Whether outside edges are exchanged: the strict term is what tells them to be silent. */
export const exchangesEdges = (
  { edgeExchange }: Pick<Recipe, "edgeExchange">,
  terms: readonly Term[],
): boolean => edgeExchange && terms.includes("strict");

/** Name of the sample input with the cut edges into a sublayer, `[source, head]` or `[source]`. */
const cutName = ({ start }: Readers): string => `cut:${start}`;

const cutShape = ({ before, heads }: Readers) => (heads === undefined ? [before] : [before, heads]);

/** The sublayers that have inputs, each once. */
function allReaders(config: TransformerConfig): readonly Readers[] {
  return [...new Set(componentEdges(fullGraph(config)).map(({ readers }) => readers))];
}

/** What a run in which nodes and edges are exchanged is made of. */
interface ExchangedRun {
  /** Tokens `[pos]` of either input. */
  readonly base: Tensor;
  readonly source: Tensor;
  /** By hook point, 1 where a node is taken from the source. */
  readonly chosen: ReadonlyMap<HookName, Tensor>;
}

/** Both runs of an exchange: on the base with what was taken from the source, and on the source. */
export interface ExchangedRuns {
  readonly exchanged: Forward;
  readonly onSource: Forward;
}

/** What {@link edgeExchangeRuns} are to give. */
interface ExchangeOptions {
  readonly logitsAt: LogitsAt;
  /** Whether the base's run captures what all nodes write, as that on the source does. Default false. */
  readonly capturesWriters?: boolean;
}

/**
 * The run on the base in which nodes are taken from the source, and in which edges carry what they carry on the
 * source, and that on the source; gradients flow through both. Sample inputs `cut:<hook>`: 1 for such edges.
 */
export function edgeExchangeRuns(
  config: TransformerConfig,
  weights: WeightTensors,
  { base, source, chosen }: ExchangedRun,
  { logitsAt, capturesWriters = false }: ExchangeOptions,
): ExchangedRuns {
  const sources = sourceHooks(config);
  const taken = [...chosen.keys()].map((hook) => takenAt(config, hook));
  const onSource = forward(config, weights, source, { capture: new Set([...sources, ...taken]) });
  const { cache } = onSource;
  const masks = new Map(
    allReaders(config).flatMap((readers): [DestinationHook, Tensor][] => {
      const mask = sub(1, sampleInput(cutName(readers), cutShape(readers)));
      return readers.hooks.map((hook) => [hook, mask]);
    }),
  );
  const patches = new Map(sources.map((hook): [SourceHook, Tensor] => [hook, cache.get(hook)!]));
  const switches = new Map(
    [...chosen].map(([hook, on]) => {
      const at = takenAt(config, hook);
      return [at, { on, source: cache.get(at)! }];
    }),
  );
  const captured = capturesWriters ? { capture: new Set(sources) } : {};
  const options = { masks, patches, switches, logitsAt, ...captured };
  return { exchanged: factoredForward(config, weights, base, options), onSource };
}

/** The edges outside of a circuit. */
export interface OutsideEdges {
  readonly readers: readonly Readers[];
  readonly edges: readonly ComponentEdge[];
  /** Those of each writer that has no edge within. */
  readonly ofWriter: readonly (readonly number[])[];
}

/** The edges of a task's transformer that its circuit does not have. `E_TASK` if the circuit is not known. */
export function outsideEdges({ lowLevelConfig: config, truth }: TrainingTask): OutsideEdges {
  if (truth === undefined) {
    throw new InterpBenchError("E_TASK", "the circuit to be trained is not known", {
      at: "truth",
      expected: "a circuit at head granularity, which edgeExchange needs",
      received: "nothing",
    });
  }
  const all = componentEdges(fullGraph(config));
  const edges = all.filter(({ text, isScored }) => isScored && !truth.edges.has(text));
  const inside = new Set(
    all.filter(({ text }) => truth.edges.has(text)).map(({ source }) => source),
  );
  const writers = new Set(edges.map(({ source }) => source).filter((one) => !inside.has(one)));
  return {
    readers: allReaders(config),
    edges,
    ofWriter: [...writers].map((writer) =>
      [...edges.keys()].filter((i) => edges[i]!.source === writer),
    ),
  };
}

/** Which edges carry the source's value, for each of some pairs. */
export interface Cuts {
  /** By the name of the input: `[pair, …]`. */
  readonly inputs: ReadonlyMap<string, Float32Array>;
  /** How many edges do, `[pair]`. */
  readonly counts: Uint32Array;
}

/** What a pair's cut edges are, each equally likely. */
const KINDS = ["none", "one", "writer", "half", "all"] as const;

/**
 * Draws the edges that carry the source's value, for each pair one of: none of the outside edges, one of
 * them, all of one outside node, each with probability ½, all.
 */
export function drawCuts(
  key: Key,
  { readers, edges, ofWriter }: OutsideEdges,
  pairs: number,
): Cuts {
  const inputs = new Map(
    readers.map((one) => [
      cutName(one),
      new Float32Array(pairs * cutShape(one).reduce((a, b) => a * b, 1)),
    ]),
  );
  const counts = new Uint32Array(pairs);
  const places = edges.map(({ readers: into, at }) => {
    const values = inputs.get(cutName(into))!;
    return { values, width: values.length / pairs, at };
  });
  const cut = (pair: number, edge: number) => {
    const { values, width, at } = places[edge]!;
    values[pair * width + at] = 1;
    counts[pair]!++;
  };
  const all = [...edges.keys()];
  const kinds = key.fold("kind").integers(pairs, KINDS.length);
  const coins = key.fold("edges");
  const [ones, writers] = [
    drawn(key.fold("edge"), pairs, edges.length),
    drawn(key.fold("writer"), pairs, ofWriter.length),
  ];
  const chosen = (pair: number): readonly number[] => {
    switch (KINDS[kinds[pair]!]!) {
      case "none":
        return [];
      case "one":
        return ones === undefined ? [] : [ones[pair]!];
      case "writer":
        return writers === undefined ? [] : ofWriter[writers[pair]!]!;
      case "half": {
        const own = coins.bernoulli(edges.length, 0.5, pair * edges.length);
        return all.filter((edge) => own[edge] === 1);
      }
      case "all":
        return all;
    }
  };
  for (let pair = 0; pair < pairs; pair++) for (const edge of chosen(pair)) cut(pair, edge);
  return { inputs, counts };
}

/** Numbers below `count`, `[pair]`; `undefined` where there are none. */
const drawn = (key: Key, pairs: number, count: number) =>
  count === 0 ? undefined : key.integers(pairs, count);
