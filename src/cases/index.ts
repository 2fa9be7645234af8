/**
 * @file The benchmark: cases as values, and everything that is derived from one by a function: its
 * causal model (a compiled transformer, or functions), the shape of the transformer to be trained,
 * their correspondence, circuits, ground truth, data.
 *
 * `catalogue/` holds the cases, `registry.ts` finds them by id; `functions/` is about cases whose
 * variables are functions, `generate/` makes random programs and `generated/` cases of those that are
 * worth it, `exported/` makes one of what a program file exports. May import: errors, rng, engine, rasp, tracr,
 * transformer, circuit, interventions. The cases of the catalogue and the rules of derivation are those of InterpBench
 * (Gupta et al. 2024).
 */
export {
  BOS,
  type Case,
  type CaseInputs,
  type CaseOutputPositions,
  type CasePlaces,
  type CaseTag,
  type CaseVariable,
  type CaseVariables,
  type CaseWarning,
  type Foil,
  type FunctionCase,
  type LowLevelFacts,
  type LowLevelPlace,
  type LowLevelShape,
  type NumberedInputs,
  PAD,
  type PublishedShape,
  type RaspCase,
  type VariableValues,
} from "./case.ts";
export { caseWarnings, compiledWarnings } from "./case-warnings.ts";
export type {
  CausalInputs,
  CausalModel,
  CausalVariable,
  Exchange,
  LoadedCausalModel,
} from "./causal-model.ts";
export { type CaseModel, causalModelOf, causalModelSteps } from "./causal-model-of.ts";
export { compileCase, compiledIfAny, inputEncoder } from "./compile-case.ts";
export {
  type Correspondence,
  type CorrespondenceEntry,
  correspondence,
  nodeCorrespondence,
} from "./correspondence.ts";
export { type CorruptionOptions, corruptData, corruptDataSteps } from "./corrupt-data.ts";
export {
  type Dataset,
  inputTokens,
  makeDataset,
  selectRows,
  tokenRow,
} from "./dataset.ts";
export { type DefineOptions, defineCase } from "./define-case.ts";
export {
  type CaseDefinition,
  DEFINITION_KEYS,
  type DefinitionKey,
  type FunctionDefinition,
  type RaspDefinition,
} from "./definition.ts";
export { type Draws, drawsFromKey } from "./draws.ts";
export { firstOccurrences, mergeDuplicates } from "./duplicates.ts";
export {
  type CaseProgram,
  caseOutputs,
  evaluateCase,
  type ProgramFacts,
  readProgram,
} from "./evaluate-case.ts";
export {
  type Agreement,
  type Exactness,
  exactnessFindings,
  measureAgreement,
  measureExactness,
  storedExactness,
} from "./exactness.ts";
export {
  exportedCase,
  type ProgramOptions,
  programFailure,
  type SaidInstead,
} from "./exported/exported-case.ts";
export { raspLibrary } from "./exported/rasp-library.ts";
export { type CaseCheck, checkCase } from "./fitness/check-case.ts";
export type { CaseFacts, OutputFacts, OutputShare, VariableFacts } from "./fitness/facts.ts";
export type { Finding as CaseFinding } from "./fitness/findings.ts";
export { assertTruths, functionCircuit, otherTruth } from "./functions/circuit.ts";
export { evaluateVariables, TOKENS, type Valuation } from "./functions/evaluate.ts";
export { shapeNameOf, shapeNames, withShape } from "./functions/shapes.ts";
export { tryFunctions } from "./functions/try-functions.ts";
export { variable } from "./functions/variable.ts";
export {
  type GeneratedProgram,
  type GenerateOptions,
  generateProgram,
} from "./generate/generate-program.ts";
export { type DataOptions, generateData, generateDataSteps } from "./generate-data.ts";
export {
  CASE_SIZES,
  type CaseFamily,
  type CaseSize,
  formatFamily,
} from "./generated/family.ts";
export {
  formatGeneratedName,
  type GeneratedName,
  generatedId,
  isGeneratedName,
  MOST_CASES,
  parseGeneratedName,
  type SeriesName,
  secretSeedName,
} from "./generated/name.ts";
export { openSeries } from "./generated/open-series.ts";
export type { CaseSeries, GeneratedCase } from "./generated/series.ts";
export { fullCircuit, groundTruthCircuit, readCircuit } from "./ground-truth.ts";
export { type HighLevelModel, highLevelModel } from "./high-level.ts";
export {
  CIRCUIT_GRANULARITIES,
  type CircuitGranularity,
  highLevelCircuit,
  variableCircuit,
} from "./high-level-circuit.ts";
export {
  areEnumerable,
  countInputs,
  enumerateInputs,
  exampleInput,
  inputLengths,
  isInput,
  type LengthOptions,
  sampleInputs,
} from "./input-space.ts";
export { GPT2_VOCABULARY } from "./ioi/gpt2-ids.ts";
export {
  type CaseDimensions,
  type CaseListing,
  computeDimensions,
  listCase,
} from "./listing.ts";
export { type Dimensions, type LowLevelOptions, lowLevelConfig } from "./low-level.ts";
export { makeCase } from "./make-case.ts";
export {
  type BenchmarkMetadata,
  benchmarkMetadata,
  type CaseMetadata,
  caseMetadata,
  type PublishedFile,
} from "./metadata/case-metadata.ts";
export { croissantMetadata, type JsonLd, type TableFile } from "./metadata/croissant.ts";
export {
  isPublished,
  PUBLISHED_FILES,
  PUBLISHED_REPOSITORY,
  publishedConfig,
  publishedFile,
  publishedFolder,
} from "./metadata/published.ts";
export { type MetadataCell, type MetadataColumn, metadataTable } from "./metadata/table.ts";
export { type OriginalDataOptions, originalData } from "./original-data.ts";
export { type ProbeInputs, probeInputs, randomRows, structuredRows } from "./probe-inputs.ts";
export {
  autumnRecipe,
  type CaseRecipe,
  DEFAULT_RECIPE,
  type FastChanges,
  juneRecipe,
  type OutsideSampling,
  type RecipeChanges,
} from "./recipe.ts";
export { allCases, getCase } from "./registry.ts";
export { assertInput, type CaseRun, type RunCaseOptions, runCase } from "./run-case.ts";
export {
  type Corruption,
  drawLength,
  halfAndHalf,
  type RowSampler,
  type SampleRequest,
  type Sampler,
  uniformRow,
  uniformSampler,
} from "./sampler.ts";
export { silentNodes } from "./silent-nodes.ts";
export { encodeFoils, encodeTargets, type Targets, targetSteps } from "./targets.ts";
export { type CaseTask, caseTask, caseTaskSteps } from "./task.ts";
export { classIds, type TokenIds, tokenIds } from "./token-ids.ts";
export {
  type TransformerFacts,
  type TransformerModel,
  transformerModel,
} from "./transformer-model.ts";
export { integers, letters, numerals, spacedNumbers, words, zeroToTen } from "./vocabulary.ts";
