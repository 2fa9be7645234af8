import { type Case, compiledIfAny, groundTruthCircuit, lowLevelConfig } from "../cases/index.ts";
import type { Circuit } from "../circuit/index.ts";
import type { Transformer } from "../transformer/index.ts";
import { readModel, readTruth } from "./files.ts";
import { type FoundModel, foundModel } from "./found.ts";
import type { ModelContent } from "./identity.ts";
import { configOfFolder } from "./result-file.ts";

/** The model of a folder; its circuit if the folder has one, or else the truth of the case it fits. */
export function folderModel(path: string, case_?: Case): FoundModel {
  return foundModel(contentOfFolder(path, case_), { kind: "folder", folder: path });
}

/** What a model folder holds, and what its `result.json` tells of it. */
export function contentOfFolder(path: string, case_: Case | undefined): ModelContent {
  const transformer = readModel(path);
  const truth =
    readTruth(path) ?? (case_ === undefined ? undefined : fittingTruth(case_, transformer));
  const sameSize = configOfFolder(path)?.sameSize === true;
  return { transformer, truth, sameSize };
}

/** The truth of the case if the transformer has as many layers and heads as it is for. */
function fittingTruth(case_: Case, { config }: Transformer): Circuit | undefined {
  const compiled = compiledIfAny(case_);
  const { nLayers, nHeads } = lowLevelConfig(case_, {}, compiled);
  const fits = nLayers === config.nLayers && nHeads === config.nHeads;
  return fits ? groundTruthCircuit(case_, {}, compiled) : undefined;
}
