import { join } from "node:path";
import {
  type Case,
  compileCase,
  compiledIfAny,
  groundTruthCircuit,
  highLevelCircuit,
  highLevelModel,
  lowLevelConfig,
} from "../cases/index.ts";
import { type Circuit, prepareForEvaluation } from "../circuit/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { Artifact, Store } from "../store/index.ts";
import type { Transformer } from "../transformer/index.ts";
import { readModel, readTruth } from "./files.ts";
import { configOfFolder } from "./folder.ts";
import { hashOfCase, hashOfModel, type ModelContent } from "./identity.ts";
import { formatModel, type ModelSource, type TrainedSource } from "./source.ts";
import { type LossWeights, weightsCode } from "./weights.ts";

/** A transformer to work on, and what is known about it. */
export interface FoundModel extends ModelContent {
  /** As it was asked for: `siit:510`, `tracr`, a folder. */
  readonly name: string;
  /** What stored results call it, wherever it lies: `siit`, `tracr`, `folder:0123456789ab`. */
  readonly storedName: string;
  readonly origin: ModelOrigin;
  /** The circuit it has, at head granularity; `undefined` if nobody knows. */
  readonly truth: Circuit | undefined;
  /** The artefacts it comes from, as the store names them. */
  readonly parents: readonly string[];
  /** SHA-256 of everything that decides results about it. */
  readonly sha256: string;
  /** Whether it has the layers and heads of the compiled transformer. */
  readonly sameSize: boolean;
}

/** How a transformer came to be, as far as that is known. */
export type ModelOrigin =
  /** Compiled from the program of a case: it is its own high-level model. */
  | { readonly kind: "compiled" }
  /** Trained by a job whose result is in this folder. */
  | { readonly kind: "trained"; readonly folder: string }
  /** Read from a folder that may come from anywhere. */
  | { readonly kind: "folder"; readonly folder: string };

/** What finding a model needs besides what is asked for. */
export interface ModelPlace {
  /** Where trained models lie. */
  readonly store: Store;
  /** What can be done where a model has not been trained yet, as a sentence. */
  readonly adviseTraining?: (source: TrainedSource, case_: Case) => string;
}

/** Where transformers can come from in this version. */
export type OfferedSource = Exclude<ModelSource, { readonly kind: "interp-bench" | "hub" }>;

/** The same source, if this version offers it; otherwise `E_MODEL`. */
export function offeredSource(source: ModelSource): OfferedSource {
  if (source.kind !== "interp-bench" && source.kind !== "hub") return source;
  throw new InterpBenchError("E_MODEL", "published models are not offered in this version", {
    expected: "siit, siit:WEIGHTS, natural, tracr, or a model folder",
    received: formatModel(source),
  });
}

/**
 * The model of a case that a source means: compiled on the spot, read from a folder, or the newest
 * one that has been trained into the store.
 *
 * `E_MODEL` if there is none, and for a model of another case; whatever reading the files gives.
 */
export function findModel(place: ModelPlace, source: OfferedSource, case_: Case): FoundModel {
  const model = modelOf(place, source, case_);
  assertFitsCase(model, case_);
  return model;
}

function modelOf(place: ModelPlace, source: OfferedSource, case_: Case): FoundModel {
  switch (source.kind) {
    case "tracr":
      return compiledModel(case_, formatModel(source));
    case "folder":
      return folderModel(source.path, formatModel(source), case_);
    case "siit":
    case "natural":
      return trainedModel(place, source, case_);
  }
}

/** The model of a folder; its circuit if the folder has one, or else the truth of the case it fits. */
export function folderModel(path: string, name: string, case_?: Case): FoundModel {
  const transformer = readModel(path);
  const truth =
    readTruth(path) ?? (case_ === undefined ? undefined : fittingTruth(case_, transformer));
  const sameSize = configOfFolder(path)?.sameSize === true;
  const content = { transformer, truth, sameSize };
  const sha256 = hashOfModel(content);
  const storedName = `folder:${sha256.slice(0, 12)}`;
  return {
    ...content,
    name,
    storedName,
    origin: { kind: "folder", folder: path },
    parents: [],
    sha256,
  };
}

/** The model of an artefact of a store, which is called by where it comes from. */
export function artifactModel(
  artifact: Artifact,
  source: { readonly name: string; readonly storedName: string; readonly parent: string },
  case_: Case,
): FoundModel {
  const { name, storedName, parent } = source;
  return {
    ...folderModel(artifact.folder, name, case_),
    storedName,
    origin: { kind: "trained", folder: artifact.folder },
    parents: [parent],
  };
}

function compiledModel(case_: Case, name: string): FoundModel {
  const compiled = compileCase(case_);
  const { transformer } = highLevelModel(case_, compiled);
  const truth = prepareForEvaluation(highLevelCircuit(compiled));
  const content = { transformer, truth, sameSize: false };
  const sha256 = hashOfModel(content);
  return { ...content, name, storedName: name, origin: { kind: "compiled" }, parents: [], sha256 };
}

function trainedModel(
  { store, adviseTraining }: ModelPlace,
  source: TrainedSource,
  case_: Case,
): FoundModel {
  const name = formatModel(source);
  const sha256 = hashOfCase(case_);
  const trained = store
    .list({ kind: "train-iit", case: case_.id })
    .filter((one) => trainedCase(one) === sha256);
  const artifact = trained.filter((one) => isMeant(source, one)).at(-1);
  if (artifact === undefined) {
    const others = trained.map(lossWeights).filter((one) => one !== undefined);
    const codes = [...new Set(others.map(weightsCode))];
    throw new InterpBenchError("E_MODEL", `case "${case_.id}" has no trained model "${name}"`, {
      at: join(store.root, "train-iit", case_.id),
      ...(codes.length > 0 && { received: `models with weights ${codes.join(", ")}` }),
      hint:
        adviseTraining?.(source, case_) ??
        "Train it, or take the compiled one (tracr) if the case has a program.",
    });
  }
  const parent = store.nameOf(artifact);
  return artifactModel(artifact, { name, storedName: source.kind, parent }, case_);
}

/** Whether a training run made the model that is meant, by the loss weights of its recipe. */
function isMeant(source: TrainedSource, artifact: Artifact): boolean {
  const weights = lossWeights(artifact);
  if (weights === undefined) return false;
  const isNatural = weights.iitWeight === 0 && weights.strictWeight === 0;
  if (source.kind !== "siit") return isNatural;
  return source.weights === undefined ? !isNatural : source.weights === weightsCode(weights);
}

/** The hash of the case that a training run was for: another program can have had the same name. */
function trainedCase({ provenance }: Artifact): string | undefined {
  return (provenance.config as { readonly case?: { readonly sha256?: string } }).case?.sha256;
}

function lossWeights({ provenance }: Artifact): LossWeights | undefined {
  return (provenance.config as { readonly recipe?: LossWeights }).recipe;
}

/** The truth of the case if the transformer has as many layers and heads as it is for. */
function fittingTruth(case_: Case, { config }: Transformer): Circuit | undefined {
  const compiled = compiledIfAny(case_);
  const { nLayers, nHeads } = lowLevelConfig(case_, {}, compiled);
  const fits = nLayers === config.nLayers && nHeads === config.nHeads;
  return fits ? groundTruthCircuit(case_, {}, compiled) : undefined;
}

/** Throws `E_MODEL` unless a transformer takes the inputs of a case and gives its outputs. */
function assertFitsCase({ transformer, name }: FoundModel, case_: Case): void {
  const { config } = transformer;
  const expected = lowLevelConfig(case_);
  for (const size of ["dVocab", "dVocabOut", "nCtx"] as const) {
    if (config[size] === expected[size]) continue;
    throw new InterpBenchError("E_MODEL", `the model does not fit case "${case_.id}"`, {
      at: `${name}: ${size}`,
      expected: String(expected[size]),
      received: String(config[size]),
      hint: "Name the case the model was trained for with --indices, or bring your own --data.",
    });
  }
}
