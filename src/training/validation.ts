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
import { type Interventions, loadInterventions, type Pairs, pickPairs } from "./interventions.ts";
import { logitsNeeded, outputAccuracy, outputLoss, targetInput } from "./loss/output.ts";
import { asModelNodes, hooksOf, lowLevelNodes, outsideNodes } from "./nodes.ts";
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
}

/** Which pairs to look at. */
export interface ValidationRequest {
  /** For each variable of the correspondence, the numbers of its pairs in the list of pairs. */
  readonly iit: readonly Uint32Array[];
  /** Numbers of the pairs for accuracy and strict accuracy. */
  readonly plain: Uint32Array;
}

/** Validation programs over a list of pairs, ready to run. */
export interface Validator {
  measure(request: ValidationRequest): ValidationMetrics;
  dispose(): void;
}

const WEIGHTS = "weights";
const TARGET = "target";
/** Most inputs in one run. */
const LARGEST_RUN = 4096;

const countOf = (lists: readonly Uint32Array[]) =>
  lists.reduce((total, list) => total + list.length, 0);

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
      for (let start = 0; start < distinct.length; start += LARGEST_RUN) {
        const part = distinct.subarray(start, start + LARGEST_RUN);
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

type Patched = Interventions<"right" | "loss">;

function loadPatched({ task, atol, backend, tokens, weights }: ValidatorSpec): Patched {
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

/** Prepares the validation of a model over a list of pairs. */
export function loadValidator(spec: ValidatorSpec): Validator {
  const { task, pairs, targets } = spec;
  const { lowLevelConfig, correspondence } = task;
  const images = correspondence.map(({ ll }) => asModelNodes(ll));
  const outside = outsideNodes(lowLevelConfig, correspondence);
  const own = loadAccuracy(spec);
  const patched = loadPatched(spec);

  const measureIit = (requests: ValidationRequest["iit"]) => {
    let [right, loss] = [0, 0];
    for (const [variable, ids] of requests.entries()) {
      patched.forEachPiece(pickPairs(pairs, ids), (piece, sources, offset) => {
        const part = ids.subarray(offset, offset + piece.base.length);
        const target = targets.intervened(variable, part);
        const sums = patched.patch(piece, sources, images[variable]!, { [TARGET]: target });
        right += sums.right[0]!;
        loss += sums.loss[0]!;
      });
    }
    const count = countOf(requests);
    return count === 0
      ? { iia: undefined, iitLoss: undefined }
      : { iia: right / count, iitLoss: loss / count };
  };

  const measureStrict = (wanted: Pairs): number | undefined => {
    if (outside.length === 0) return undefined;
    let right = 0;
    patched.forEachPiece(wanted, (piece, sources) => {
      const labels: SampleRows = { table: targets.labels, rows: piece.base };
      for (const node of outside) {
        right += patched.patch(piece, sources, [node], { [TARGET]: labels }).right[0]!;
      }
    });
    return right / (outside.length * wanted.base.length);
  };

  return {
    measure: ({ iit, plain }) => {
      const wanted = pickPairs(pairs, plain);
      const accuracies = own.of(wanted.base);
      const right = wanted.base.reduce((total, row) => total + accuracies[row]!, 0);
      return {
        accuracy: right / wanted.base.length,
        ...measureIit(iit),
        strictAccuracy: measureStrict(wanted),
      };
    },
    dispose: () => {
      own.dispose();
      patched.dispose();
    },
  };
}

/**
 * Which pairs an epoch's validation looks at: all `ids` for accuracy and strict accuracy; for IIA
 * all of them with every variable (`all`), or one random variable per batch of them (`random`).
 */
export function planValidation(
  task: TrainingTask,
  { valIiaSampling, batchSize }: Pick<Recipe, "valIiaSampling" | "batchSize">,
  ids: Uint32Array,
  key: Key,
): ValidationRequest {
  const count = task.correspondence.length;
  if (valIiaSampling === "all")
    return { iit: Array.from({ length: count }, () => ids), plain: ids };
  const lists = Array.from({ length: count }, (): number[] => []);
  for (let start = 0; start < ids.length && count > 0; start += batchSize) {
    const list = lists[drawVariable(key.fold(start), count)]!;
    for (const id of ids.subarray(start, start + batchSize)) list.push(id);
  }
  return { iit: lists.map((list) => Uint32Array.from(list)), plain: ids };
}
