import { resolve } from "node:path";
import { type Case, getCase } from "../cases/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "../transformer/index.ts";
import { DEFAULT_ADVICE } from "./advice.ts";
import { compiledModel } from "./compiled.ts";
import { INTERFACE_SIZES, inShapeOf, isLike } from "./fit.ts";
import { folderModel } from "./folder.ts";
import type { FittingModel, FoundModel, ModelRequest } from "./found.ts";
import { interpBenchModel, modelOfHub } from "./on-hub.ts";
import { trainedConfig } from "./remembered.ts";
import { formatModel, type ModelSource, type SourceOf } from "./source.ts";
import { resultModel, trainedModel } from "./trained.ts";
import { packagedZoo } from "./zoo/index-file.ts";
import { zooEntries, zooModel } from "./zoo/zoo.ts";

/** How the model of a source is got. */
type Opener<Source> = (source: Source, request: ModelRequest) => FoundModel | Promise<FoundModel>;

/** By kind of source. */
const OPENERS: { readonly [Kind in ModelSource["kind"]]: Opener<SourceOf<Kind>> } = {
  tracr: (source, request) => compiledModel(caseOf(source, request)),
  siit: (source, request) => trainedOrZoo(source, caseOf(source, request), request),
  zoo: (source, request) => zooModel(source, caseOf(source, request), request),
  natural: (source, request) => trainedModel(source, caseOf(source, request), request),
  result: (source, request) => resultModel(source, request),
  "interp-bench": (source, request) => interpBenchModel(caseOf(source, request), request),
  hub: (source, request) => modelOfHub(source, request),
  folder: ({ path }, request) => folderModel(resolve(request.folder, path), request),
};

/**
 * The model that a source means: compiled on the spot, read from a folder, made by a job, published on
 * the hub (from its cache, if it is there), or the newest one that has been trained into the store.
 *
 * `E_MODEL` if there is none, and for a model that does not fit the case, in a shape that was asked for or
 * else in any of its shapes; `E_HUB`; whatever reading the files gives.
 */
export async function findModel(source: ModelSource, request: ModelRequest): Promise<FittingModel> {
  const open = OPENERS[source.kind] as Opener<ModelSource>;
  const model = await open(source, request);
  const { case_: asked, isShapeGiven = false } = request;
  if (asked === undefined) return { ...model, case_: undefined };
  const case_ = (isShapeGiven ? undefined : inShapeOf(asked, model.transformer.config)) ?? asked;
  assertFits(model, source, case_, request);
  return { ...model, case_ };
}

/** The newest trained model; where none was and the source says so, that of the zoo, if it has one. */
function trainedOrZoo(source: SourceOf<"siit">, case_: Case, request: ModelRequest): FoundModel {
  try {
    return trainedModel(source, case_, request);
  } catch (error) {
    const { zoo = packagedZoo() } = request;
    const isMissing = error instanceof InterpBenchError && error.code === "E_MODEL";
    if (!isMissing || source.orZoo !== true || zooEntries(zoo, case_).length === 0) throw error;
    return zooModel({ kind: "zoo" }, case_, request);
  }
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
  const expected = trainedConfig(case_);
  for (const size of INTERFACE_SIZES) {
    if (config[size] === expected[size]) continue;
    throw new InterpBenchError("E_MODEL", `the model does not fit case "${case_.id}"`, {
      at: `${formatModel(source)}: ${size}`,
      expected: String(expected[size]),
      received: String(config[size]),
      hint: renumberedText(case_, config) ?? advice?.misfit ?? DEFAULT_ADVICE.misfit,
    });
  }
}

/** What to say where a transformer is that of the case which once had the number of this one. */
function renumberedText({ id, formerId }: Case, config: TransformerConfig): string | undefined {
  const other = formerId === undefined ? undefined : getCase(formerId);
  if (other === undefined || !isLike(other, config)) return undefined;
  return `It has the vocabulary and the shape of case "${other.id}": the original exchanged the numbers of cases "${id}" and "${other.id}" in October 2024, and files from before have the earlier ones. Name case "${other.id}" for it.`;
}
