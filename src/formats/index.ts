/**
 * @file File formats, as pure functions between bytes (or text) and values: safetensors, NumPy
 * arrays, PyTorch's weights and pickles (read only, by an allow-list), circuits, configs, models.
 * Nothing here opens or writes a file.
 *
 * Every reader refuses what it does not understand with what was expected, what came and where;
 * every writer gives the same bytes for the same value.
 * May import: errors … evaluation (uses errors, rasp, transformer, circuit, training). Runs in the
 * browser, too.
 */
export {
  type Dtype,
  elementCount,
  ITEM_BYTES,
  type StoredArray,
  toFloat32,
  toNumbers,
} from "./array.ts";
export { canonicalJson, formatJson, type JsonValue, plainJson } from "./canonical-json.ts";
export type { CircuitDocument } from "./circuit-document.ts";
export { configFromKeys, decodeConfig, encodeConfig } from "./config-json.ts";
export { decodeContent, type FileContent, type WeightsFormat } from "./content.ts";
export { decodeCircuit } from "./decode-circuit.ts";
export { encodeCircuit } from "./encode-circuit.ts";
export { inflate } from "./inflate.ts";
export { abbreviate, checkSchema, isRecord, parseJson } from "./json.ts";
export {
  decodeModel,
  decodeWeights,
  encodeModel,
  encodeWeights,
  type ModelFiles,
  type WeightOptions,
  weightsOf,
} from "./model.ts";
export { decodeNpy, decodeNpz } from "./npy.ts";
export { encodeParquet, type ParquetColumn, type ParquetValue } from "./parquet.ts";
export {
  decodeConfigPickle,
  decodeEdgesPickle,
  decodePublishedPickle,
  decodeResultPickle,
  type PublishedEdge,
  type PublishedPart,
  type PublishedPickle,
  type PublishedResult,
} from "./pickle/published.ts";
export { decodeTorchWeights } from "./pickle/torch.ts";
export {
  areTexts,
  decodePromptFile,
  encodePromptTexts,
  type PromptEncoder,
  type PromptTexts,
} from "./prompt-texts.ts";
export { decodePrompts, type Prompts, promptsTask } from "./prompts-json.ts";
export { decodeSafetensors, encodeSafetensors, type Safetensors } from "./safetensors.ts";
export { describeBytes } from "./sniff.ts";
export { decodeVocabulary, encodeVocabulary, type ModelVocabulary } from "./tokens-json.ts";
export { decodeTrainingState, encodeTrainingState, trainingStateParts } from "./training-state.ts";
export { crc32, readZip } from "./zip.ts";
