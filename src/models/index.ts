/**
 * @file Where a transformer to look at comes from: compiled from a case, trained here, a folder. A
 * found model knows its origin, the circuit it has (if anybody does), what it was made from, and a
 * hash of all that decides results about it.
 *
 * May import: errors … store. Runs in Node only.
 */
export {
  type KnownModel,
  MODEL_FILES,
  readModel,
  readTruth,
  vocabularyOf,
  writeModel,
} from "./files.ts";
export {
  artifactModel,
  type FoundModel,
  findModel,
  folderModel,
  type ModelOrigin,
  type ModelPlace,
  type OfferedSource,
  offeredSource,
} from "./find.ts";
export { caseOfFolder, poorAccuracies } from "./folder.ts";
export { hashOfCase, hashOfModel, hashOfWeights, type ModelContent } from "./identity.ts";
export { formatModel, type ModelSource, type TrainedSource } from "./source.ts";
export { modelTitle, OWN, type TitledDocument } from "./title.ts";
export { type LossWeights, weightsCode, weightsOfCode } from "./weights.ts";
