import { join } from "node:path";
import { getCase } from "../src/cases/index.ts";
import { acdcOrder, fullGraph } from "../src/circuit/index.ts";
import { caseDiscoveryTask, type DiscoveryTask, loadAlgorithm } from "../src/discovery/index.ts";
import type { Backend } from "../src/engine/index.ts";
import { rowWeights } from "../src/interventions/index.ts";
import { packagedZoo, readModel } from "../src/models/index.ts";
import { Key } from "../src/rng/index.ts";
import { keptPositions, type Transformer } from "../src/transformer/index.ts";
import { prepareForward } from "./forward.ts";

const THRESHOLD = 0.025;

/** A model of the zoo on pairs of inputs. */
export interface Subject {
  readonly id: string;
  readonly folder: string;
  readonly transformer: Transformer;
  taskOn(backend: Backend): DiscoveryTask;
}

/** What is timed, and what it comes to: numbers, in the order of the edges. */
export interface Work {
  readonly name: string;
  /** What bench/peers/torch_discovery.py calls it, if it knows it. */
  readonly peer?: string;
  /** Makes it ready to be done as often as wanted. */
  prepare(task: DiscoveryTask, backend: Backend): Promise<() => Promise<readonly number[]>>;
}

const search = (
  name: string,
  options: (task: DiscoveryTask) => Record<string, unknown>,
): Pick<Work, "prepare"> => ({
  prepare: async (task, backend) => {
    const algorithm = await loadAlgorithm(name);
    const { edges } = fullGraph(task.transformer.config);
    return async () => {
      const { shown, circuit } = await algorithm.discover(task, options(task), { backend });
      if (name !== "acdc") return edges.map(({ text }) => shown.get(text)!);
      return [...circuit!.edges.keys()].map((text) => edges.findIndex((one) => one.text === text));
    };
  },
});

/** A forward pass on the clean inputs. */
export const forwardPass: Work = {
  name: "forward pass",
  peer: "forward",
  prepare: async (task, backend) => {
    const forward = prepareForward(task, backend);
    return async () => {
      forward();
      return [];
    };
  },
};

const taskLoss = ({ categorical }: DiscoveryTask) => (categorical ? "kl_div" : "mse");

export const eap: Work = {
  name: "EAP",
  peer: "eap",
  ...search("eap", (task) => ({ threshold: THRESHOLD, loss: taskLoss(task) })),
};

export const eapIgInputs: Work = {
  name: "EAP-IG-inputs, 10 steps",
  ...search("eap-ig-inputs", (task) => ({ threshold: THRESHOLD, loss: taskLoss(task), steps: 10 })),
};

export const exact: Work = {
  name: "exact",
  peer: "exact",
  ...search("exact", () => ({ threshold: THRESHOLD })),
};

export const acdc: Work = {
  name: "ACDC",
  peer: "acdc",
  ...search("acdc", () => ({ threshold: THRESHOLD })),
};

/** The model of a case in the zoo, on so many pairs of inputs. */
export function openSubject(id: string, size: number): Subject {
  const folder = join(packagedZoo(), `${id}-seed1`);
  const transformer = readModel(folder);
  const key = Key.fromSeed(1234);
  return {
    id,
    folder,
    transformer,
    taskOn: (backend) => caseDiscoveryTask(getCase(id), transformer, { key, size, backend }),
  };
}

/**
 * The same task of a configuration that no program was made for: what it is found by is new, and what is computed
 * is not, because models without normalization read no ε.
 */
export function withNewConfig(task: DiscoveryTask, number: number): DiscoveryTask {
  const { config, weights } = task.transformer;
  const eps = 1e-5 * (1 + number / 1e6);
  return { ...task, transformer: { config: { ...config, eps }, weights } };
}

/** The task as bench/peers/torch_discovery.py takes it. */
export function peerTask({ id, folder, transformer }: Subject, task: DiscoveryTask) {
  const graph = fullGraph(transformer.config);
  const rowsOf = (values: ArrayLike<number>) => {
    const width = values.length / task.rows;
    const all = Array.from(values);
    return Array.from({ length: task.rows }, (_, row) => all.slice(row * width, (row + 1) * width));
  };
  return {
    name: id,
    folder,
    clean: rowsOf(task.cleanTokens),
    corrupted: rowsOf(task.corruptedTokens!),
    targets: rowsOf(task.targets!),
    corruptedTargets: rowsOf(task.corruptedTargets!),
    rowWeights: [...rowWeights(task)],
    positions: keptPositions(task),
    categorical: task.categorical,
    edges: graph.edges.map(({ source, destination }) => [source, destination]),
    order: acdcOrder(graph),
    threshold: THRESHOLD,
  };
}
