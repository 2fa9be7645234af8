import { resolve } from "node:path";
import { type Case, lowLevelConfig } from "../cases/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { DEFAULT_ADVICE } from "./advice.ts";
import { compiledModel } from "./compiled.ts";
import { folderModel } from "./folder.ts";
import type { FoundModel, ModelRequest } from "./found.ts";
import { formatModel, type ModelSource, type SourceOf } from "./source.ts";
import { resultModel, trainedModel } from "./trained.ts";

/** How the model of a source is got. */
type Opener<Source> = (source: Source, request: ModelRequest) => FoundModel | Promise<FoundModel>;

/** The sources that this version offers, by kind. */
const OPENERS: { readonly [Kind in ModelSource["kind"]]?: Opener<SourceOf<Kind>> } = {
  tracr: (source, request) => compiledModel(caseOf(source, request)),
  siit: (source, request) => trainedModel(source, caseOf(source, request), request),
  natural: (source, request) => trainedModel(source, caseOf(source, request), request),
  result: (source, request) => resultModel(source, request),
  folder: ({ path }, request) => folderModel(resolve(request.folder, path), request),
};

/** Throws `E_MODEL` for a source that this version does not offer. */
export function assertOffered(source: ModelSource): void {
  if (source.kind in OPENERS) return;
  throw new InterpBenchError("E_MODEL", "published models are not offered in this version", {
    expected: "siit, siit:WEIGHTS, natural, tracr, or a model folder",
    received: formatModel(source),
  });
}

/**
 * The model that a source means: compiled on the spot, read from a folder, made by a job, or the newest
 * one that has been trained into the store.
 *
 * `E_MODEL` if there is none, for a source that is not offered, and for a model that does not fit the
 * case; whatever reading the files gives.
 */
export async function findModel(source: ModelSource, request: ModelRequest): Promise<FoundModel> {
  assertOffered(source);
  const open = OPENERS[source.kind] as Opener<ModelSource>;
  const model = await open(source, request);
  if (request.case_ !== undefined) assertFits(model, source, request.case_, request);
  return model;
}

function caseOf(source: ModelSource, { case_ }: ModelRequest): Case {
  if (case_ !== undefined) return case_;
  throw new InterpBenchError("E_MODEL", "this model is one of a case, and no case is named", {
    expected: "a case, or a model folder",
    received: formatModel(source),
  });
}

/** Throws `E_MODEL` unless a transformer takes the inputs of a case and gives its outputs. */
function assertFits(
  { transformer }: FoundModel,
  source: ModelSource,
  case_: Case,
  { advice }: ModelRequest,
): void {
  const { config } = transformer;
  const expected = lowLevelConfig(case_);
  for (const size of ["dVocab", "dVocabOut", "nCtx"] as const) {
    if (config[size] === expected[size]) continue;
    throw new InterpBenchError("E_MODEL", `the model does not fit case "${case_.id}"`, {
      at: `${formatModel(source)}: ${size}`,
      expected: String(expected[size]),
      received: String(config[size]),
      hint: advice?.misfit ?? DEFAULT_ADVICE.misfit,
    });
  }
}
