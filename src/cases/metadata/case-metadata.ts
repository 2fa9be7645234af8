import type { RaspValue } from "../../rasp/index.ts";
import { transformerLensKeys, transformerLensParameters } from "../../transformer/index.ts";
import type { Case } from "../case.ts";
import type { CaseRecipe } from "../recipe.ts";
import {
  isPublished,
  PUBLISHED_FILES,
  PUBLISHED_REPOSITORY,
  publishedConfig,
  publishedFile,
  publishedFolder,
} from "./published.ts";

/** A file of a published model. */
export interface PublishedFile {
  readonly file_name: string;
  readonly url: string;
}

/**
 * What the table of the published benchmark says about a case, under the keys of that table.
 *
 * Addresses are null and `files` is empty where no model has been published.
 */
export interface CaseMetadata {
  readonly case_id: string;
  readonly url: string | null;
  readonly task_description: string;
  /** The tokens, sorted, without BOS and PAD. */
  readonly vocab: readonly RaspValue[];
  /** With BOS, as `min_seq_len`. */
  readonly max_seq_len: number;
  readonly min_seq_len: number;
  readonly files: readonly PublishedFile[];
  readonly transformer_cfg_file_url: string | null;
  readonly training_args_file_url: string | null;
  readonly weights_file_url: string | null;
  readonly circuit_file_url: string | null;
  /** The shape of the published model, else that of the model to be trained. */
  readonly transformer_cfg: ReturnType<typeof transformerConfigKeys>;
  /** The recipe of the published model, else the recommended one. */
  readonly training_args: ReturnType<typeof trainingArgumentKeys>;
}

/** The metadata of a benchmark: what it is, and its cases. */
export interface BenchmarkMetadata {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly url: string;
  /** As on the Hugging Face hub. */
  readonly license: string;
  readonly cases: readonly CaseMetadata[];
}

/** The metadata of the benchmark with these cases. */
export function benchmarkMetadata(cases: readonly Case[]): BenchmarkMetadata {
  return Object.freeze({
    name: "InterpBench",
    version: "1.0.0",
    description:
      "Small transformers that are trained to implement known circuits, each with the circuit: a benchmark for methods of mechanistic interpretability.",
    url: PUBLISHED_REPOSITORY,
    license: "cc-by-4.0",
    cases: Object.freeze(cases.map(caseMetadata)),
  });
}

/** The metadata of a case. */
export function caseMetadata(case_: Case): CaseMetadata {
  const { id, task, vocab, maxSeqLen, minSeqLen, recipe } = case_;
  const { weights, transformerConfig, trainingArguments, circuit } = PUBLISHED_FILES;
  const isThere = isPublished(case_);
  const addressOf = (file: string) => (isThere ? publishedFile(case_, file) : null);
  const files = isThere ? Object.values(PUBLISHED_FILES) : [];
  return Object.freeze({
    case_id: id,
    url: isThere ? publishedFolder(case_) : null,
    task_description: task,
    vocab,
    max_seq_len: maxSeqLen,
    min_seq_len: minSeqLen,
    files: files.map((file_name) => ({ file_name, url: publishedFile(case_, file_name) })),
    transformer_cfg_file_url: addressOf(transformerConfig),
    training_args_file_url: addressOf(trainingArguments),
    weights_file_url: addressOf(weights),
    circuit_file_url: addressOf(circuit),
    transformer_cfg: transformerConfigKeys(case_),
    training_args: trainingArgumentKeys(recipe),
  });
}

/** The config under TransformerLens' keys; those of an ordinary forward pass are left out. */
function transformerConfigKeys(case_: Case) {
  const config = publishedConfig(case_);
  return {
    ...transformerLensKeys(config),
    n_params: transformerLensParameters(config),
    init_weights: true,
    seed: 0,
    dtype: "torch.float32",
  };
}

/**
 * The recipe under the names of the original's `meta.json`. `lr_scheduler: null` is a constant rate;
 * `seed: null` is not known.
 */
function trainingArgumentKeys(recipe: CaseRecipe) {
  return {
    lr: recipe.learningRate,
    lr_scheduler: recipe.learningRateSchedule === "constant" ? null : recipe.learningRateSchedule,
    use_single_loss: recipe.singleLoss,
    iit_weight: recipe.iitWeight,
    behavior_weight: recipe.behaviorWeight,
    strict_weight: recipe.strictWeight,
    epochs: recipe.epochs,
    early_stop_accuracy_threshold: recipe.earlyStopAccuracy,
    clip_grad_norm: recipe.clipGradNorm,
    batch_size: recipe.batchSize,
    siit_sampling: recipe.siitSampling,
    val_iia_sampling: recipe.valIiaSampling,
    seed: recipe.seed ?? null,
  };
}
