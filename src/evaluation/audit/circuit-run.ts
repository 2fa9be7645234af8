import {
  type Circuit,
  type ComputationalGraph,
  circuitOf,
  expandToQkv,
  headCircuit,
} from "../../circuit/index.ts";
import { compile, type Executable, sampleInput, type Tensor } from "../../engine/index.ts";
import { edgeMasks } from "../../interventions/index.ts";
import {
  edgeMaskInputs,
  factoredForward,
  hookShape,
  logitsNeeded,
  sourceHooks,
  sourceName,
} from "../../transformer/index.ts";
import type { Subject } from "../subject.ts";

/** A circuit at head granularity, or what is left of the transformer without it. */
export interface CircuitPart {
  readonly circuit: Circuit;
  /** Whether it is the circuit that is cut, instead of all other edges. */
  readonly isCut?: boolean;
}

/**
 * The scalars that leave the edges of a part intact, with separate query, key and value inputs. What the
 * embeddings write to the output directly is never part of a circuit, and stays.
 */
export function circuitMasks(
  graph: ComputationalGraph,
  { circuit, isCut = false }: CircuitPart,
): ReturnType<typeof edgeMasks> {
  const inside = expandToQkv(circuit, graph).edges;
  const scored = expandToQkv(headCircuit(graph.shape), graph).edges;
  const isIntact = (text: string) => !scored.has(text) || inside.has(text) !== isCut;
  const intact = graph.edges.filter(({ text }) => isIntact(text)).map(({ edge }) => edge);
  return edgeMasks(graph, circuitOf(intact));
}

/**
 * The run in which every edge is intact or carries another value: one program for all circuits.
 *
 * Sample inputs: `tokens`, and `source:<hook>` with what cut edges carry. Scalars: {@link circuitMasks}.
 */
export function loadCircuitRun<Output extends string>(
  { model: { config }, task, backend, tensors }: Subject,
  read: (logits: Tensor) => Record<Output, Tensor>,
): Executable<Output> {
  const patches = new Map(
    sourceHooks(config).map((hook) => [
      hook,
      sampleInput(sourceName(hook), hookShape(config, hook, task.positions)),
    ]),
  );
  const { logits } = factoredForward(config, tensors, sampleInput("tokens", [task.positions]), {
    masks: edgeMaskInputs(config),
    patches,
    logitsAt: logitsNeeded(task),
  });
  return backend.load(compile<Output>({ outputs: read(logits) }));
}
