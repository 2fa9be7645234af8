/**
 * @file Where what one looks at comes from: cases from files of programs; transformers compiled from a
 * case, trained here, or in a folder. A found model knows its origin, the circuit it has (if anybody does), what it was made from, and a
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
export {
  isProgramFile,
  type LoadedProgram,
  loadProgram,
  type ProgramOptions,
  type ProgramPlace,
} from "./programs/load.ts";
export { formatModel, type ModelSource, type TrainedSource } from "./source.ts";
export { modelTitle, OWN, type TitledDocument } from "./title.ts";
export { type LossWeights, weightsCode, weightsOfCode } from "./weights.ts";
