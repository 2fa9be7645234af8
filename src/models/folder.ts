import type { Case } from "../cases/index.ts";
import { readModel, readTruth } from "./files.ts";
import {
  type FoundModel,
  foundModel,
  type KnownModelFacts,
  type ModelOrigin,
  type ModelRequest,
} from "./found.ts";
import { hashOfCase, type ModelContent } from "./identity.ts";
import { contentOfPublished, publishedFiles } from "./published.ts";
import { configOfFolder, kindOfFolder } from "./result-file.ts";
import { fittingTruth } from "./truth.ts";

/** The kinds of results that are trained and compiled models. */
export const TRAINED = "train-iit";
const COMPILED = "compile";

/**
 * The model of a folder; its circuit if the folder has one, or else the truth of the case it fits.
 * `known` is what else is known of it.
 */
export function folderModel(
  path: string,
  { case_, advice }: Pick<ModelRequest, "case_" | "advice"> = {},
  known: KnownModelFacts = {},
): FoundModel {
  const content = contentOfFolder(path, case_, advice?.incomplete);
  return foundModel(content, originOf(path, case_), known);
}

/** What a model folder holds, ours or a published one, and what is told of it there. */
function contentOfFolder(
  path: string,
  case_: Case | undefined,
  hint: string | undefined,
): ModelContent {
  const published = publishedFiles(path);
  if (published !== undefined) return contentOfPublished(path, published, case_);
  const transformer = readModel(path, hint);
  const truth = readTruth(path, transformer) ?? (case_ && fittingTruth(case_, transformer.config));
  const sameSize = configOfFolder(path)?.sameSize === true;
  return { transformer, truth, sameSize };
}

/** How the model of a folder came to be, as its `result.json` tells. */
function originOf(folder: string, case_: Case | undefined): ModelOrigin {
  switch (kindOfFolder(folder)) {
    case TRAINED:
      return { kind: "trained", folder };
    case COMPILED:
      return isOf(folder, case_) ? { kind: "compiled" } : { kind: "folder", folder };
    default:
      return { kind: "folder", folder };
  }
}

/** Whether a folder is one of a case: another program can have had the same name. */
function isOf(folder: string, case_: Case | undefined): boolean {
  const made = configOfFolder(folder)?.case as { readonly sha256?: string } | undefined;
  return case_ !== undefined && made?.sha256 === hashOfCase(case_);
}
