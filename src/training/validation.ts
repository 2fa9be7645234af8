import {
  type Backend,
  type Buffer,
  batchSum,
  type Run,
  type SampleRows,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import {
  distinctRows,
  type FrozenRuns,
  hooksOf,
  type Interventions,
  loadInterventions,
  loadReadings,
  lowLevelNodes,
  type ModelNode,
  outputAccuracy,
  outputLoss,
  type Pairs,
  type PairsPiece,
  partSteps,
  pick,
  pickPairs,
  type Steps,
  targetInput,
} from "../interventions/index.ts";
import type { Key } from "../rng/index.ts";
import { logitsNeeded } from "../transformer/index.ts";
import { outsideNodes } from "./alignment.ts";
import { flatWeights } from "./flat-weights.ts";
import type { HighLevelTargets } from "./high-level.ts";
import { jointVariables } from "./joint-variables.ts";
import type { Recipe } from "./recipe.ts";
import { drawVariable } from "./sampling.ts";
import { inputCount, type TrainingTask } from "./task.ts";

/** What validation measures; fractions from 0 to 1, means over pairs and the counting positions. */
export interface ValidationMetrics {
  /** Of the bases' own outputs, against their labels. */
  readonly accuracy: number;
  /**
   * Interchange intervention accuracy: of outputs with a variable's nodes taken from the source,
   * against the high-level model's under the same intervention. `undefined` without variables.
   */
  readonly iia: number | undefined;
  /** The unweighted loss of the same outputs. */
  readonly iitLoss: number | undefined;
  /**
   * Of outputs with a node outside the circuit taken from the source, against the bases' labels:
   * mean over all outside nodes. `undefined` where there are none.
   */
  readonly strictAccuracy: number | undefined;
  /**
   * Of outputs with all nodes outside the circuit taken from the source together, against the bases'
   * labels: what several write is still there when one of them is exchanged. `undefined` where there
   * are none.
   */
  readonly jointStrictAccuracy: number | undefined;
}

/** Which pairs to look at. */
export interface ValidationRequest {
  /** Their numbers in the list of pairs. */
  readonly ids: Uint32Array;
  /** For each of them the variable of the correspondence that IIA is measured with, or all of them. */
  readonly variables: Uint32Array | "all";
}

/** Validation programs over a list of pairs, ready to run. */
export interface Validator {
  /** All runs are one call, unless the activations that they share do not fit into memory at once. */
  measure(request: ValidationRequest): Steps<ValidationMetrics>;
  dispose(): void;
}

const WEIGHTS = "weights";
const TARGET = "target";

/** What a validator is made of: a task, its pairs, the model's weights and what it is to match. */
export interface ValidatorSpec {
  readonly task: TrainingTask;
  readonly atol: number;
  readonly pairs: Pairs;
  readonly backend: Backend;
  /** All inputs, `[row, pos]`. */
  readonly tokens: Buffer;
  readonly targets: HighLevelTargets;
  /** The weights of the low-level model, `[parameter]`. */
  readonly weights: Buffer;
}

/** Sums over pairs. */
interface Sums {
  /** Accuracies of the bases' own outputs. */
  own: number;
  /** Accuracies and losses with the variables' nodes patched. */
  iit: number;
  iitLoss: number;
  /** Accuracies with each outside node patched. */
  strict: number;
  /** Accuracies with all of them patched. */
  jointStrict: number;
}

/** A run of a call, and what is told of it. */
interface WantedRun {
  readonly run: Run;
  readonly take?: (outputs: Readonly<Record<string, Values>>) => void;
}

/** Makes runs in one call. */
function* runWanted(backend: Backend, wanted: readonly WantedRun[]): Steps<void> {
  const outputs = yield* backend.runInSteps(wanted.map(({ run }) => run));
  for (const [i, { take }] of wanted.entries()) take?.(outputs[i]!);
}

/** The low-level model as it stands, and its inputs. */
function frozenRuns({ task, backend, tokens, weights }: ValidatorSpec): FrozenRuns {
  const { lowLevelConfig: config, positions } = task;
  const { tensors } = flatWeights(config, WEIGHTS);
  return {
    backend,
    model: { config, tensors, bindings: { [WEIGHTS]: weights } },
    tokens,
    positions,
  };
}

/** Fraction of right positions of the model's own output on each input. */
function loadAccuracy(spec: ValidatorSpec) {
  const { task, atol, targets } = spec;
  const target = targetInput(TARGET, task, task.lowLevelConfig.dVocabOut);
  const own = loadReadings({
    ...frozenRuns(spec),
    logitsAt: logitsNeeded(task),
    read: ({ logits }) => ({ right: outputAccuracy(task, logits, target, atol) }),
  });
  const slots = new Uint32Array(inputCount(task));
  return {
    /** The run that adds them up over these inputs, each as often as it comes. */
    run: (wanted: Uint32Array, sums: Sums): WantedRun => {
      const { rows, counts } = distinctRows(wanted, slots);
      return {
        run: own.prepare(rows, { [TARGET]: { table: targets.labels, rows } }),
        take: ({ right }) => {
          sums.own += counts.reduce((sum, count, i) => sum + count * right![i]!, 0);
        },
      };
    },
    dispose: () => own.dispose(),
  };
}

type Output = "right" | "loss";

function loadPatched(spec: ValidatorSpec): Interventions<Output> {
  const { task, atol } = spec;
  const { lowLevelConfig: config } = task;
  const target = targetInput(TARGET, task, config.dVocabOut);
  return loadInterventions({
    ...frozenRuns(spec),
    hooks: hooksOf(lowLevelNodes(config)),
    logitsAt: logitsNeeded(task),
    read: (logits: Tensor) => ({
      right: batchSum(outputAccuracy(task, logits, target, atol)),
      loss: batchSum(outputLoss(task, logits, target)),
    }),
  });
}

/** The numbers, within a piece, of the pairs that have one of some variables. */
function numbersWith(variables: Uint32Array, wanted: readonly number[]): Uint32Array {
  const numbers: number[] = [];
  for (const [i, variable] of variables.entries()) if (wanted.includes(variable)) numbers.push(i);
  return Uint32Array.from(numbers);
}

/** Prepares the validation of a model over a list of pairs, program by program. */
export function* loadValidator(spec: ValidatorSpec): Steps<Validator> {
  const { task, pairs, backend, targets } = spec;
  const { lowLevelConfig, correspondence } = task;
  const interventions = jointVariables(correspondence);
  const outside = outsideNodes(lowLevelConfig, correspondence);
  const own = loadAccuracy(spec);
  yield 0.5;
  const patched = loadPatched(spec);

  /** The runs on a piece's pairs with the variables' nodes patched, each after its target is known. */
  function* iitRuns(
    piece: PairsPiece<Output>,
    ids: Uint32Array,
    variables: ValidationRequest["variables"],
    sums: Sums,
  ): Steps<WantedRun[]> {
    const runs: WantedRun[] = [];
    for (const { variables: wanted, nodes } of interventions) {
      const isForAll = variables === "all";
      const numbers = isForAll ? undefined : numbersWith(variables, wanted);
      if (numbers?.length === 0) continue;
      const part = numbers === undefined ? ids : pick(ids, numbers);
      const target = yield* targets.intervenedSteps(wanted[0]!, part);
      const some = numbers === undefined ? piece : piece.pick(numbers);
      const weight = isForAll ? wanted.length : 1;
      const take: WantedRun["take"] = ({ right, loss }) => {
        sums.iit += weight * right![0]!;
        sums.iitLoss += weight * loss![0]!;
      };
      runs.push({ run: some.prepare(nodes, { [TARGET]: target }), take });
      yield runs.length / interventions.length;
    }
    return runs;
  }

  /** The runs on a piece's pairs with each outside node patched, and with all of them. */
  function* strictRuns(piece: PairsPiece<Output>, sums: Sums): Steps<WantedRun[]> {
    const runs: WantedRun[] = [];
    const labels: SampleRows = { table: targets.labels, rows: piece.base };
    const add = (nodes: readonly ModelNode[], take: Required<WantedRun>["take"]) =>
      runs.push({ run: piece.prepare(nodes, { [TARGET]: labels }), take });
    for (const node of outside) {
      add([node], ({ right }) => {
        sums.strict += right![0]!;
      });
      yield runs.length / (outside.length + 1);
    }
    if (outside.length > 0) {
      add(outside, ({ right }) => {
        sums.jointStrict += right![0]!;
      });
    }
    return runs;
  }

  return {
    *measure({ ids, variables }) {
      const wanted = pickPairs(pairs, ids);
      const sums: Sums = { own: 0, iit: 0, iitLoss: 0, strict: 0, jointStrict: 0 };
      for (const piece of patched.preparedPieces(wanted)) {
        const { offset } = piece;
        const end = offset + piece.base.length;
        const there = variables === "all" ? variables : variables.subarray(offset, end);
        const runs: WantedRun[] = [
          ...(offset === 0 ? [own.run(wanted.base, sums)] : []),
          ...piece.captures.map((run) => ({ run })),
        ];
        const [from, to] = [offset / ids.length, end / ids.length];
        for (const made of [
          iitRuns(piece, ids.subarray(offset, end), there, sums),
          strictRuns(piece, sums),
        ]) {
          runs.push(...(yield* partSteps(made, from, from)));
        }
        yield* partSteps(runWanted(backend, runs), from, to);
      }
      const interchanges = ids.length * (variables === "all" ? correspondence.length : 1);
      const hasVariables = correspondence.length > 0;
      return {
        accuracy: sums.own / ids.length,
        iia: hasVariables ? sums.iit / interchanges : undefined,
        iitLoss: hasVariables ? sums.iitLoss / interchanges : undefined,
        strictAccuracy:
          outside.length > 0 ? sums.strict / (outside.length * ids.length) : undefined,
        jointStrictAccuracy: outside.length > 0 ? sums.jointStrict / ids.length : undefined,
      };
    },
    dispose: () => {
      own.dispose();
      patched.dispose();
    },
  };
}

/**
 * Which pairs an epoch's validation looks at: all `ids`; for IIA with every variable (`all`), or
 * with one random variable per batch of them (`random`).
 */
export function planValidation(
  task: TrainingTask,
  { valIiaSampling, batchSize }: Pick<Recipe, "valIiaSampling" | "batchSize">,
  ids: Uint32Array,
  key: Key,
): ValidationRequest {
  const count = task.correspondence.length;
  if (valIiaSampling === "all" || count === 0) return { ids, variables: "all" };
  const variables = new Uint32Array(ids.length);
  for (let start = 0; start < ids.length; start += batchSize) {
    variables.fill(drawVariable(key.fold(start), count), start, start + batchSize);
  }
  return { ids, variables };
}
