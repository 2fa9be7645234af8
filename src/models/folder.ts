import type { Case } from "../cases/index.ts";
import { readModel, readTruth } from "./files.ts";
import { type FoundModel, foundModel } from "./found.ts";
import type { ModelContent } from "./identity.ts";
import { contentOfPublished, publishedFiles } from "./published.ts";
import { configOfFolder } from "./result-file.ts";
import { fittingTruth } from "./truth.ts";

/** The model of a folder; its circuit if the folder has one, or else the truth of the case it fits. */
export function folderModel(path: string, case_?: Case): FoundModel {
  return foundModel(contentOfFolder(path, case_), { kind: "folder", folder: path });
}

/** What a model folder holds, ours or a published one, and what is told of it there. */
export function contentOfFolder(path: string, case_: Case | undefined): ModelContent {
  const published = publishedFiles(path);
  if (published !== undefined) return contentOfPublished(path, published, case_);
  const transformer = readModel(path);
  const truth = readTruth(path) ?? (case_ && fittingTruth(case_, transformer.config));
  const sameSize = configOfFolder(path)?.sameSize === true;
  return { transformer, truth, sameSize };
}
