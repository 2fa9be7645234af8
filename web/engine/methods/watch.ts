import { type ComputationalGraph, fullGraph, type ScoreMap } from "../../../src/circuit/index.ts";
import type { DiscoveryMoment, MasksMoment, PathMoment } from "../../../src/discovery/index.ts";
import type { CallContext } from "../serve.ts";
import type { EngineState } from "../state.ts";
import { type Discovered, describeDiscovered, runAlgorithm } from "./discover.ts";
import { modelWithCase } from "./models.ts";
import { readOptions } from "./options.ts";
import type { MethodInput } from "./rank.ts";

/** The most moments of masks that are looked at: a scrubber has no room for more. */
const MOST_LOOKS = 240;

/** A run on a path: see {@link PathMoment}; effects are those of edges, `[edge]` in the order of the graph. */
export interface PathPoint extends Omit<PathMoment, "effects"> {
  readonly effects: Float64Array;
}

/** Masks after a step, `[edge]` in the order of the graph. */
export interface MasksFrame
  extends Pick<MasksMoment, "kind" | "setting" | "settings" | "step" | "steps" | "wanted"> {
  /** The losses of the steps since the frame before, the newest last. */
  readonly losses: readonly number[];
  /** What ranks edges. */
  readonly scores: Float64Array;
  /** 1 for the edges of the circuit. */
  readonly kept: Uint8Array;
}

/** Runs an algorithm, and tells of its work: every point of a path, or some of the steps of masks. */
export async function watchAlgorithm(
  state: EngineState,
  { texts, ...input }: MethodInput,
  { onProgress, signal }: CallContext<PathPoint | MasksFrame>,
): Promise<Discovered> {
  const options = readOptions({ algorithm: input.algorithm, texts });
  const graph = fullGraph(modelWithCase(state, input.model).transformer.config);
  const tell = teller(graph, onProgress);
  const run = await runAlgorithm(
    state,
    { ...input, options },
    { onProgress: () => {}, onMoment: tell, signal },
  );
  return describeDiscovered(run);
}

/** Moments as what a page is sent: nodes are not told of. */
function teller(
  graph: ComputationalGraph,
  send: (told: PathPoint | MasksFrame) => void,
): (moment: DiscoveryMoment) => void {
  const ofEdges = (scores: ScoreMap) =>
    Float64Array.from(graph.edges, ({ text }) => scores.get(text)!);
  let losses: number[] = [];
  return (moment) => {
    if (moment.kind === "path") return send({ ...moment, effects: ofEdges(moment.effects) });
    const { look, loss, ...facts } = moment;
    losses.push(loss);
    const { step, steps } = moment;
    const stride = Math.ceil((moment.settings * steps) / MOST_LOOKS);
    if (step % stride !== 0 && step !== steps && step !== 1) return;
    const { scores, circuit } = look();
    const kept = Uint8Array.from(graph.edges, ({ text }) => (circuit?.edges.has(text) ? 1 : 0));
    send({ ...facts, losses, scores: ofEdges(scores), kept });
    losses = [];
  };
}
