import type { ComputationalGraph } from "../../circuit/index.ts";
import type { Key } from "../../rng/index.ts";

/** Masks of one step, `[sample, edge]` each, in the order of the graph. */
export interface UniformDraw {
  /** α: 0, 1, or between. */
  readonly masks: Float64Array;
  /** What the slope of the loss in α counts for p: samples of the edge / interior samples of it, or 0. */
  readonly gains: Float64Array;
}

/** The uniform draw's window around a probability, `w = p·(1 − p)`. */
const windowOf = (p: number) => p * (1 - p);

/**
 * `α = 1 − clamp((u − p)/w + ½, 0, 1)` with `w = p·(1 − p)`: 1 with probability p − w/2, 0 with probability
 * 1 − p − w/2, else uniform between, so that E[α] = p.
 */
export function uniformMask(p: number, u: number): number {
  const width = windowOf(p);
  if (width === 0) return p;
  return 1 - Math.min(1, Math.max(0, (u - p) / width + 0.5));
}

/**
 * Masks for some samples of a step of uniform gradient sampling (Li & Janson 2024): each from its edge's
 * probability, and 0 where the other masks of the sample leave its edge dangling.
 *
 * Only interior masks tell a slope. It stands for all samples of the edge, so that the sum over samples of
 * `gain·∂loss/∂α` estimates `Σ_samples ∂loss/∂p`.
 *
 * @param probabilities p, `[edge]`
 */
export function drawUniform(
  graph: ComputationalGraph,
  probabilities: ArrayLike<number>,
  samples: number,
  key: Key,
): UniformDraw {
  const { length: edges } = graph.edges;
  const uniform = key.uniform(samples * edges);
  const masks = uniform.map((u, i) => uniformMask(probabilities[i % edges]!, u));
  const gains = new Float64Array(masks.length);
  const interior = new Float64Array(edges);
  masks.forEach((mask, i) => {
    if (mask <= 0 || mask >= 1) return;
    gains[i] = samples;
    interior[i % edges]! += 1;
  });
  gains.forEach((gain, i) => {
    if (gain > 0) gains[i] = gain / interior[i % edges]!;
  });
  const places = edgeEnds(graph);
  for (let sample = 0; sample < samples; sample++) {
    const own = masks.subarray(sample * edges, (sample + 1) * edges);
    dropDangling(places, own);
    for (let edge = 0; edge < edges; edge++) if (own[edge] === 0) gains[sample * edges + edge] = 0;
  }
  return { masks, gains };
}

/** Where edges begin and end: components by number, and the ends that need no further edge. */
interface EdgeEnds {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly components: number;
}

/** The embeddings are component 0, the output is the last. */
function edgeEnds({ sources, destinations, edges }: ComputationalGraph): EdgeEnds {
  const placeOf = new Map(
    sources.map(({ depth, node, index }) => [`${depth}.${node.head}`, index]),
  );
  const output = sources.length;
  const readers = destinations.map(
    ({ depth, node }) => placeOf.get(`${depth}.${node.head}`) ?? output,
  );
  return {
    from: Int32Array.from(edges, ({ source }) => source),
    to: Int32Array.from(edges, ({ destination }) => readers[destination]!),
    components: output + 1,
  };
}

/**
 * Sets masks to 0 on edges that lie on no path of masks above 0 from the embeddings to the output. Edges come
 * sorted by what they end at, and a component reads before others read it: one pass each way is enough.
 */
function dropDangling({ from, to, components }: EdgeEnds, masks: Float64Array): void {
  const [isFed, isRead] = [new Uint8Array(components), new Uint8Array(components)];
  isFed[0] = 1;
  isRead[components - 1] = 1;
  for (let i = 0; i < masks.length; i++) {
    if (isFed[from[i]!] === 0) masks[i] = 0;
    else if (masks[i]! > 0) isFed[to[i]!] = 1;
  }
  for (let i = masks.length - 1; i >= 0; i--) {
    if (isRead[to[i]!] === 0) masks[i] = 0;
    else if (masks[i]! > 0) isRead[from[i]!] = 1;
  }
}
