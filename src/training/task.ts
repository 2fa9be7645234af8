import type { CausalModel } from "../cases/index.ts";
import { type Circuit, formatNode, type Node } from "../circuit/index.ts";
import {
  assertMultiplicity,
  assertTokenInputs,
  lowLevelNodes,
  type OutputFacts,
  type Refuse,
  refuseTask,
} from "../interventions/index.ts";
import { assertConfig, positionsProblem, type TransformerConfig } from "../transformer/index.ts";
import type { AlignedVariable } from "./alignment.ts";

/** Everything that SIIT needs to know about what is to be trained. */
export interface TrainingTask extends OutputFacts {
  /** The model whose causal graph is to be implemented. */
  readonly highLevel: CausalModel;
  /** The shape of the transformer to train. */
  readonly lowLevelConfig: TransformerConfig;
  /** Which low-level nodes implement which variable. Several variables may share nodes. */
  readonly correspondence: readonly AlignedVariable[];
  /** All edges that it may have, at head granularity: for what is trained edge by edge. */
  readonly truth?: Circuit | undefined;
  /** The distinct inputs, row-major `[row, pos]` token ids. */
  readonly tokens: Int32Array;
  /** How often each input was drawn: its weight when pairs are drawn. `[row]`, each > 0. */
  readonly multiplicity: ArrayLike<number>;
}

/** Number of distinct inputs. */
export function inputCount({ multiplicity }: Pick<TrainingTask, "multiplicity">): number {
  return multiplicity.length;
}

const refuse: Refuse = refuseTask("the training task is not usable");

function assertInputs(task: TrainingTask): void {
  const { tokens, positions, multiplicity, highLevel, lowLevelConfig } = task;
  const context = Math.min(highLevel.nCtx, lowLevelConfig.nCtx);
  const problem = positionsProblem(task, context);
  if (problem !== undefined) refuse(problem.at, problem.expected, problem.received);
  const rows = inputCount(task);
  if (rows === 0) refuse("tokens", "at least one input", "none");
  const dVocab = Math.min(highLevel.dVocab, lowLevelConfig.dVocab);
  assertTokenInputs("tokens", tokens, { dVocab, rows, positions }, refuse);
  assertMultiplicity(multiplicity, rows, refuse);
}

function assertNode(at: string, nodes: readonly Node[], node: Node): void {
  const known = new Set(nodes.map(formatNode));
  const received = formatNode(node);
  if (!known.has(received)) refuse(at, `one of ${[...known].join(", ") || "none"}`, received);
}

/**
 * Throws `E_TASK` unless the parts of a task fit together: inputs fit both models, outputs have the
 * same number of classes, and every node of the correspondence is one of its model: one that holds a
 * variable, or a head or an MLP.
 */
export function assertTask(task: TrainingTask): void {
  const { highLevel, lowLevelConfig, correspondence, categorical } = task;
  assertConfig(lowLevelConfig);
  assertInputs(task);
  const classes = highLevel.outputs;
  if (lowLevelConfig.dVocabOut !== classes) {
    const expected = `${classes} outputs, as the high-level model has`;
    refuse("lowLevelConfig.dVocabOut", expected, String(lowLevelConfig.dVocabOut));
  }
  if (categorical !== highLevel.categorical) {
    refuse("categorical", `${highLevel.categorical}, as of the high-level model`, `${categorical}`);
  }
  if (categorical && classes < 2) {
    const hint = "Let the output depend on the tokens; `cases check` tells what makes a case.";
    refuse(
      "categorical",
      "at least two classes, or false",
      "one class: the output is constant",
      hint,
    );
  }
  const holders = highLevel.variables.map(({ node }) => node);
  const places = lowLevelNodes(lowLevelConfig);
  for (const [i, { hl, label, ll }] of correspondence.entries()) {
    const at = `correspondence[${i}] (${label})`;
    assertNode(`${at}.hl`, holders, hl);
    if (ll.length === 0) refuse(`${at}.ll`, "at least one node", "none");
    for (const node of ll) assertNode(`${at}.ll`, places, node);
  }
}
