import {
  type Backend,
  type Buffer,
  batchSum,
  compile,
  type SampleRows,
  sampleInput,
  type Tensor,
} from "../engine/index.ts";
import type { Key } from "../rng/index.ts";
import { forward } from "../transformer/index.ts";
import { flatWeights } from "./flat-weights.ts";
import type { HighLevelTargets } from "./high-level.ts";
import {
  type Interventions,
  loadInterventions,
  type Pairs,
  type PairsPiece,
  pickPairs,
} from "./interventions.ts";
import { jointVariables } from "./joint-variables.ts";
import { logitsNeeded, outputAccuracy, outputLoss, targetInput } from "./loss/output.ts";
import { hooksOf, lowLevelNodes, outsideNodes } from "./nodes.ts";
import type { Recipe } from "./recipe.ts";
import { drawVariable } from "./sampling.ts";
import { slices } from "./slices.ts";
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
  measure(request: ValidationRequest): ValidationMetrics;
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

/** Fraction of right positions of the model's own output on each input. */
function loadAccuracy({ task, atol, backend, tokens, targets, weights }: ValidatorSpec) {
  const { lowLevelConfig: config, positions } = task;
  const { tensors } = flatWeights(config, WEIGHTS);
  const target = targetInput(TARGET, task, config.dVocabOut);
  const base = sampleInput("base", [positions]);
  const { logits } = forward(config, tensors, base, { logitsAt: logitsNeeded(task) });
  const right = outputAccuracy(task, logits, target, atol);
  const executable = backend.load(compile({ outputs: { right } }));
  return {
    /** For every row, or 0 if it was not asked for. */
    of: (rows: Iterable<number>): Float32Array => {
      const accuracies = new Float32Array(inputCount(task));
      const distinct = Uint32Array.from(new Set(rows));
      for (const part of slices(distinct)) {
        const inputs = {
          base: { table: tokens, rows: part },
          [TARGET]: { table: targets.labels, rows: part },
          [WEIGHTS]: weights,
        };
        const values = executable.run({ batch: part.length, inputs });
        for (const [i, row] of part.entries()) accuracies[row] = values.right[i]!;
      }
      return accuracies;
    },
    dispose: () => executable.dispose(),
  };
}

type Output = "right" | "loss";

function loadPatched({
  task,
  atol,
  backend,
  tokens,
  weights,
}: ValidatorSpec): Interventions<Output> {
  const { lowLevelConfig: config, positions } = task;
  const target = targetInput(TARGET, task, config.dVocabOut);
  return loadInterventions({
    backend,
    model: {
      config,
      tensors: flatWeights(config, WEIGHTS).tensors,
      bindings: { [WEIGHTS]: weights },
    },
    tokens,
    positions,
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

/** Prepares the validation of a model over a list of pairs. */
export function loadValidator(spec: ValidatorSpec): Validator {
  const { task, pairs, targets } = spec;
  const { lowLevelConfig, correspondence } = task;
  const interventions = jointVariables(correspondence);
  const outside = outsideNodes(lowLevelConfig, correspondence);
  const own = loadAccuracy(spec);
  const patched = loadPatched(spec);

  /** Sums over a piece's pairs with the variables' nodes patched. */
  const measureIit = (
    piece: PairsPiece<Output>,
    ids: Uint32Array,
    variables: ValidationRequest["variables"],
  ): Record<Output, number> => {
    const sums = { right: 0, loss: 0 };
    for (const { variables: wanted, nodes } of interventions) {
      const isForAll = variables === "all";
      const numbers = isForAll ? undefined : numbersWith(variables, wanted);
      if (numbers?.length === 0) continue;
      const part = numbers?.map((number) => ids[number]!) ?? ids;
      const target = targets.intervened(wanted[0]!, part);
      const some = numbers === undefined ? piece : piece.pick(numbers);
      const { right, loss } = some.patch(nodes, { [TARGET]: target });
      const weight = isForAll ? wanted.length : 1;
      sums.right += weight * right[0]!;
      sums.loss += weight * loss[0]!;
    }
    return sums;
  };

  /** The sum over a piece's pairs and the outside nodes. */
  const measureStrict = (piece: PairsPiece<Output>): number => {
    const labels: SampleRows = { table: targets.labels, rows: piece.base };
    return outside.reduce(
      (sum, node) => sum + piece.patch([node], { [TARGET]: labels }).right[0]!,
      0,
    );
  };

  return {
    measure: ({ ids, variables }) => {
      const wanted = pickPairs(pairs, ids);
      const accuracies = own.of(wanted.base);
      let [right, loss, strict] = [0, 0, 0];
      for (const piece of patched.pieces(wanted)) {
        const { offset } = piece;
        const end = offset + piece.base.length;
        const there = variables === "all" ? variables : variables.subarray(offset, end);
        const sums = measureIit(piece, ids.subarray(offset, end), there);
        right += sums.right;
        loss += sums.loss;
        strict += measureStrict(piece);
      }
      const interchanges = ids.length * (variables === "all" ? correspondence.length : 1);
      const hasVariables = correspondence.length > 0;
      return {
        accuracy: wanted.base.reduce((total, row) => total + accuracies[row]!, 0) / ids.length,
        iia: hasVariables ? right / interchanges : undefined,
        iitLoss: hasVariables ? loss / interchanges : undefined,
        strictAccuracy: outside.length > 0 ? strict / (outside.length * ids.length) : undefined,
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
