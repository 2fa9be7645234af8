import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Case,
  compileCase,
  groundTruthCircuit,
  highLevelCircuit,
  highLevelModel,
  lowLevelConfig,
} from "../../cases/index.ts";
import { type Circuit, prepareForEvaluation } from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { isRecord } from "../../formats/index.ts";
import { formatPercent } from "../../report/index.ts";
import type { Artifact } from "../../store/index.ts";
import type { Transformer } from "../../transformer/index.ts";
import type { SelectedCase } from "../cases/selection.ts";
import type { Context } from "../command.ts";
import { shownFolder, storeOf } from "../job.ts";
import { outputWords } from "../options/common.ts";
import { formatModel, type ModelSource } from "../options/model.ts";
import { SEE_PAGE } from "../program/not-yet.ts";
import { typedCommand } from "../typed.ts";
import { UsageError } from "../usage.ts";
import { readModel, readTruth } from "./files.ts";
import { hashOfCase, hashOfModel, type ModelContent } from "./identity.ts";
import { type LossWeights, weightsCode, weightsOfCode, weightsWords } from "./weights.ts";

/** A transformer to work on, and what is known about it. */
export interface FoundModel extends ModelContent {
  /** As it was asked for: `siit:510`, `tracr`, a folder. */
  readonly name: string;
  /** What stored results call it, wherever it lies: `siit`, `tracr`, `folder:0123456789ab`. */
  readonly storedName: string;
  /** The circuit it has, at head granularity; `undefined` if nobody knows. */
  readonly truth: Circuit | undefined;
  /** Its folder; `undefined` if it is made on the spot. */
  readonly folder: string | undefined;
  /** The artefacts it comes from, as the store names them. */
  readonly parents: readonly string[];
  /** SHA-256 of everything that decides results about it. */
  readonly sha256: string;
  /** Whether it has the layers and heads of the compiled transformer. */
  readonly sameSize: boolean;
}

/** Where transformers can come from in this version. */
export type OfferedSource = Exclude<ModelSource, { readonly kind: "interp-bench" | "hub" }>;

/** The same source, if this version offers it; otherwise the usage error `E_MODEL`. */
export function offeredSource(source: ModelSource): OfferedSource {
  if (source.kind !== "interp-bench" && source.kind !== "hub") return source;
  throw new UsageError("E_MODEL", "published models are not offered in this version", {
    at: "--model",
    expected: "siit, siit:WEIGHTS, natural, tracr, or a model folder",
    received: formatModel(source),
    hint: SEE_PAGE,
  });
}

/**
 * The model of a case that a source means: compiled on the spot, read from a folder, or the newest
 * one that has been trained into the output folder, which is then named.
 *
 * `E_MODEL` with the command that trains it, if there is none, and for a model of another case;
 * whatever reading the files gives.
 */
export function findModel(
  context: Context,
  source: OfferedSource,
  selected: SelectedCase,
  outputDir: string,
): FoundModel {
  const { case_ } = selected;
  const model = modelOf(context, source, selected, outputDir);
  assertFitsCase(model, case_);
  if (model.folder !== undefined && source.kind !== "folder") {
    const name = `${context.name} ${case_.id}`;
    context.progress.note(`${name}  model: ${shownFolder(context, model.folder)}`);
    if (source.kind === "siit") warnOfPoorTraining(context, name, model.folder);
  }
  return model;
}

/** Accuracies below this say that a model may well do something else than the circuit. */
const GOOD_ACCURACY = 0.99;

function warnOfPoorTraining({ progress }: Context, name: string, folder: string): void {
  const { metrics } = resultOf(folder);
  if (!isRecord(metrics)) return;
  const poor = (["accuracy", "iia", "strictAccuracy"] as const)
    .map((name) => [name, metrics[name]] as const)
    .filter(([, value]) => typeof value === "number" && value < GOOD_ACCURACY)
    .map(([name, value]) => `${name} ${formatPercent(Number(value))}`);
  if (poor.length === 0) return;
  progress.warn(
    `${name}: the model is not trained well (${poor.join(", ")}), it may not have the circuit`,
  );
}

function modelOf(
  context: Context,
  source: OfferedSource,
  selected: SelectedCase,
  outputDir: string,
): FoundModel {
  const { case_ } = selected;
  const name = formatModel(source);
  switch (source.kind) {
    case "tracr":
      return compiledModel(case_, name);
    case "folder":
      return folderModel(source.path, name, case_);
    case "siit":
    case "natural":
      return trainedModel(context, source, selected, outputDir);
  }
}

/** The model of a folder that belongs to no case we know; its circuit if the folder has one. */
export function folderModel(path: string, name: string, case_?: Case): FoundModel {
  const transformer = readModel(path);
  const truth =
    readTruth(path) ?? (case_ === undefined ? undefined : fittingTruth(case_, transformer));
  const sameSize = configOfFolder(path)?.sameSize === true;
  const content = { transformer, truth, sameSize };
  const sha256 = hashOfModel(content);
  const storedName = `folder:${sha256.slice(0, 12)}`;
  return { ...content, name, storedName, folder: path, parents: [], sha256 };
}

/** The model of an artefact of a store, which is called by where it comes from. */
export function artifactModel(
  artifact: Artifact,
  source: { readonly name: string; readonly storedName: string; readonly parent: string },
  case_: Case,
): FoundModel {
  const { name, storedName, parent } = source;
  return { ...folderModel(artifact.folder, name, case_), storedName, parents: [parent] };
}

function compiledModel(case_: Case, name: string): FoundModel {
  const compiled = compileCase(case_);
  const { transformer } = highLevelModel(case_, compiled);
  const truth = prepareForEvaluation(highLevelCircuit(compiled));
  const content = { transformer, truth, sameSize: false };
  const sha256 = hashOfModel(content);
  return { ...content, name, storedName: name, folder: undefined, parents: [], sha256 };
}

function trainedModel(
  context: Context,
  source: Extract<ModelSource, { kind: "siit" | "natural" }>,
  { case_, word }: SelectedCase,
  outputDir: string,
): FoundModel {
  const name = formatModel(source);
  const store = storeOf(context, outputDir);
  const sha256 = hashOfCase(case_);
  const trained = store
    .list({ kind: "train-iit", case: case_.id })
    .filter((one) => trainedCase(one) === sha256);
  const artifact = trained.filter((one) => isMeant(source, one)).at(-1);
  if (artifact === undefined) {
    const others = trained.map(lossWeights).filter((one) => one !== undefined);
    const codes = [...new Set(others.map(weightsCode))];
    const words = ["train", "iit", "-i", word, ...trainingWords(source)];
    const command = typedCommand(context.io, [...words, ...outputWords({ outputDir })]);
    throw new InterpBenchError("E_MODEL", `case "${case_.id}" has no trained model "${name}"`, {
      at: join(store.root, "train-iit", case_.id),
      ...(codes.length > 0 && { received: `models with weights ${codes.join(", ")}` }),
      hint: `Train it with "${command}", or take the compiled one with --tracr.`,
    });
  }
  const parent = store.nameOf(artifact);
  return artifactModel(artifact, { name, storedName: source.kind, parent }, case_);
}

/** What `train iit` needs to make the model. */
function trainingWords(source: Extract<ModelSource, { kind: "siit" | "natural" }>): string[] {
  const recipe = ["--recipe", "fast"];
  if (source.kind === "natural") return ["-iit", "0", "-s", "0", ...recipe];
  if (source.weights === undefined) return recipe;
  return [...weightsWords(weightsOfCode(source.weights)), ...recipe];
}

/** Whether a training run made the model that is meant, by the loss weights of its recipe. */
function isMeant(source: ModelSource, artifact: Artifact): boolean {
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
  const compiled = compileCase(case_);
  const { nLayers, nHeads } = lowLevelConfig(case_, {}, compiled);
  const fits = nLayers === config.nLayers && nHeads === config.nHeads;
  return fits ? groundTruthCircuit(case_, {}, compiled) : undefined;
}

/** Throws `E_MODEL` unless a transformer takes the inputs of a case and gives its outputs. */
function assertFitsCase({ transformer, name }: FoundModel, case_: Case): void {
  const { config } = transformer;
  const expected = compileCase(case_).config;
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

/** The case that a model folder was made for, as its `result.json` tells. */
export function caseOfFolder(folder: string): string | undefined {
  const id = resultOf(folder).case;
  return typeof id === "string" ? id : undefined;
}

/** The configuration a model folder was made with. */
function configOfFolder(folder: string): Readonly<Record<string, unknown>> | undefined {
  const { provenance } = resultOf(folder);
  return isRecord(provenance) && isRecord(provenance.config) ? provenance.config : undefined;
}

/** The `result.json` of a folder; empty if there is none that can be read. */
function resultOf(folder: string): Readonly<Record<string, unknown>> {
  try {
    const result: unknown = JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
    return isRecord(result) ? result : {};
  } catch {
    return {};
  }
}
