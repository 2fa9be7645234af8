import { join } from "node:path";
import type { Case } from "../cases/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { Artifact } from "../store/index.ts";
import { DEFAULT_ADVICE } from "./advice.ts";
import { inAllShapes } from "./fit.ts";
import { folderModel, TRAINED } from "./folder.ts";
import type { FoundModel, ModelRequest } from "./found.ts";
import { hashOfCase } from "./identity.ts";
import { formatModel, type SourceOf } from "./source.ts";
import { type LossWeights, weightsCode } from "./weights.ts";

/**
 * The newest model that was trained for a case with such loss weights. `E_MODEL` with the advice if
 * there is none.
 */
export function trainedModel(
  source: SourceOf<"siit" | "natural">,
  case_: Case,
  request: ModelRequest,
): FoundModel {
  const { store, advice, isShapeGiven = false } = request;
  const cases = isShapeGiven ? [case_] : inAllShapes(case_);
  const hashes = new Set<string | undefined>(cases.map(hashOfCase));
  const trained = store
    .list({ kind: TRAINED, case: case_.id })
    .filter((one) => hashes.has(trainedCase(one)));
  const artifact = trained.filter((one) => isMeant(source, one)).at(-1);
  if (artifact !== undefined) {
    return artifactModel(artifact, store.nameOf(artifact), request, source.kind);
  }
  const others = trained.map(lossWeights).filter((one) => one !== undefined);
  const codes = [...new Set(others.map(weightsCode))];
  const what = `case "${case_.id}" has no trained model "${formatModel(source)}"`;
  throw new InterpBenchError("E_MODEL", what, {
    at: join(store.root, TRAINED, case_.id),
    ...(codes.length > 0 && { received: `models with weights ${codes.join(", ")}` }),
    hint: advice?.untrained ?? DEFAULT_ADVICE.untrained,
  });
}

/** The model of a result in a store, by the store's name for it. */
export function resultModel({ name }: SourceOf<"result">, request: ModelRequest): FoundModel {
  const artifact = request.store.read(name);
  return artifactModel(
    artifact,
    name,
    request,
    isNatural(lossWeights(artifact)) ? "natural" : "siit",
  );
}

/** The model of an artefact; one that was trained is called by how. */
function artifactModel(
  { folder, provenance }: Artifact,
  parent: string,
  request: ModelRequest,
  way: "siit" | "natural",
): FoundModel {
  const isTrained = provenance.kind === TRAINED;
  return folderModel(folder, request, {
    parents: [parent],
    ...(isTrained ? { storedName: way } : {}),
  });
}

/** Whether a training run made the model that is meant, by the loss weights of its recipe. */
function isMeant(source: SourceOf<"siit" | "natural">, artifact: Artifact): boolean {
  const weights = lossWeights(artifact);
  if (weights === undefined) return false;
  if (source.kind === "natural") return isNatural(weights);
  return source.weights === undefined
    ? !isNatural(weights)
    : source.weights === weightsCode(weights);
}

/** Whether nothing but the task was trained. */
const isNatural = (weights: LossWeights | undefined) =>
  weights?.iitWeight === 0 && weights.strictWeight === 0;

/** The hash of the case that a training run was for: another program can have had the same name. */
function trainedCase({ provenance }: Artifact): string | undefined {
  return (provenance.config as { readonly case?: { readonly sha256?: string } }).case?.sha256;
}

function lossWeights({ provenance }: Artifact): LossWeights | undefined {
  return (provenance.config as { readonly recipe?: LossWeights }).recipe;
}
