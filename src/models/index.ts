/**
 * @file Where what one looks at comes from: cases of the catalogue or from program files; transformers
 * compiled from a case, trained here, or in a folder. Where something comes from is plain data; a found
 * model knows its origin, the circuit it has (if anybody does), what it was made from, and a hash of
 * all that decides results about it. What is known of cases and of published models is written down
 * here, too, as documents and tables.
 *
 * May import: errors … store. Runs in Node only.
 */

export { DEFAULT_ADVICE, type ModelAdvice, modelAdviceSchema } from "./advice.ts";
export { BENCHMARK_FILES, BENCHMARK_FORMATS, encodeBenchmark } from "./benchmark.ts";
export {
  CASE_INDEX,
  type CaseFolder,
  type CaseFolderContent,
  readCaseFolder,
  writeCaseFolder,
} from "./cases/case-folder.ts";
export { CHECK_COLUMNS, caseCheckText } from "./cases/check-text.ts";
export { exactnessText } from "./cases/exactness-text.ts";
export { type CaseRow, caseDocument, caseRow } from "./cases/facts.ts";
export {
  type CasesRequest,
  caseFolderContent,
  generateCases,
  type SecretSeed,
  secretSeed,
} from "./cases/generate-cases.ts";
export { type GeneratedFacts, generatedText } from "./cases/generated-text.ts";
export { CASE_COLUMNS, caseTable } from "./cases/list-text.ts";
export {
  isProgramFile,
  type LoadedProgram,
  loadProgram,
  type ProgramPlace,
} from "./cases/program-file.ts";
export { type ShownRun, showRun } from "./cases/run-text.ts";
export {
  type CaseOpener,
  type CaseSource,
  caseOpener,
  caseSourceSchema,
  type OpenedCase,
} from "./cases/source.ts";
export { caseText } from "./cases/text.ts";
export { type CalledCase, calledCases } from "./cases/word.ts";
export { compiledModel } from "./compiled.ts";
export {
  type KnownModel,
  MODEL_FILES,
  readModel,
  readTruth,
  vocabularyOf,
  writeModel,
} from "./files.ts";
export { findModel } from "./find.ts";
export { folderModel } from "./folder.ts";
export {
  type FittingModel,
  type FoundModel,
  foundModel,
  type ModelOrigin,
  type ModelRequest,
} from "./found.ts";
export { DEFAULT_REVISION, formatPlace, type HubPlace, hubPlace } from "./hub/place.ts";
export {
  type HubAccess,
  hubModel,
  type OpenedRepository,
  openRepository,
  type PulledModel,
} from "./hub/pull.ts";
export { type PulledModels, type PulledRow, pulledText } from "./hub/pulled-text.ts";
export { type HubSettings, hubSettings } from "./hub/settings.ts";
export {
  type CaseIdentity,
  hashOfCase,
  hashOfModel,
  hashOfWeights,
  identityOf,
  type ModelContent,
} from "./identity.ts";
export { inspect } from "./inspect/inspect.ts";
export type { FileRow, Inspection, ModelInspection } from "./inspect/inspection.ts";
export type { TensorFacts } from "./inspect/tensors.ts";
export { inspectionText } from "./inspect/text.ts";
export { type Exports, importModule, type ModuleFile, readModule } from "./module-file.ts";
export { INTERPBENCH } from "./on-hub.ts";
export { MODEL_KINDS, parseModel } from "./parse.ts";
export { type PromptModel, promptsInIds } from "./prompts/encoder.ts";
export type { ImportModule } from "./prompts/gpt2.ts";
export { readModelFile } from "./published.ts";
export { type FileRankingOptions, rankingOfCircuit } from "./rankings/from-circuit.ts";
export { rankingOfResult } from "./rankings/from-result.ts";
export { type GivenRanking, givenRankingSchema, scoredRanking } from "./rankings/given-ranking.ts";
export { readRanking } from "./rankings/read-ranking.ts";
export { readRankings } from "./rankings/read-rankings.ts";
export { sourceOfRanking } from "./rankings/source.ts";
export {
  chosenTruths,
  readTruthFile,
  readTruths,
  type TruthChoice,
  type TruthRequest,
  truthChoiceSchema,
} from "./rankings/truths.ts";
export { caseOfFolder, poorAccuracies } from "./result-file.ts";
export {
  formatModel,
  isOneModel,
  type ModelSource,
  modelSourceSchema,
  type SourceOf,
} from "./source.ts";
export { modelTitle, OWN, type TitledDocument } from "./title.ts";
export { fittingOtherTruths, noTruthError } from "./truth.ts";
export { type LossWeights, weightsCode, weightsOfCode } from "./weights.ts";
export {
  packagedZoo,
  readZoo,
  readZooFile,
  ZOO_FILES,
  ZOO_INDEX,
  type ZooEntry,
  type ZooIndex,
  type ZooRecord,
} from "./zoo/index-file.ts";
export { recordZooModel, writeZooModel, type ZooModel } from "./zoo/write.ts";
export { zooCaveats, zooEntries } from "./zoo/zoo.ts";
