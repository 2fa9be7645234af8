import { InterpBenchError } from "../errors/index.ts";
import type { StoredArray } from "./array.ts";
import type { CircuitDocument } from "./circuit-document.ts";
import { decodeCircuit } from "./decode-circuit.ts";
import { isRecord, parseJson } from "./json.ts";
import { decodeNpy, decodeNpz } from "./npy.ts";
import { decodePublishedPickle, type PublishedPickle } from "./pickle/published.ts";
import { decodeTorchWeights } from "./pickle/torch.ts";
import { decodePromptFile, type PromptTexts } from "./prompt-texts.ts";
import type { Prompts } from "./prompts-json.ts";
import { decodeSafetensors } from "./safetensors.ts";
import { describeBytes, formatOfBytes } from "./sniff.ts";
import { decodeVocabulary, type ModelVocabulary } from "./tokens-json.ts";
import { zipNames } from "./zip.ts";

/** The formats of files of named arrays. */
export type WeightsFormat = "safetensors" | "npz" | "npy" | "torch";

/** What a file of one of the formats of this package holds. */
export type FileContent =
  | {
      readonly kind: "weights";
      readonly format: WeightsFormat;
      readonly arrays: ReadonlyMap<string, StoredArray>;
    }
  | PublishedPickle
  | { readonly kind: "circuit"; readonly circuit: CircuitDocument }
  | { readonly kind: "data"; readonly prompts: Prompts | PromptTexts }
  | { readonly kind: "vocabulary"; readonly vocabulary: ModelVocabulary }
  /** A document of this package, such as a `result.json`; `name` is what it is one of. */
  | { readonly kind: "document"; readonly name: string; readonly document: JsonObject }
  /** Another JSON object, such as the training arguments beside a published model. */
  | { readonly kind: "settings"; readonly settings: JsonObject };

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a file of any format of this package; its bytes say which, not its name. Nothing of it is
 * executed.
 *
 * @param at what errors call it
 * @throws InterpBenchError `E_FILE` for files of other kinds, and what the reader of its format refuses
 */
export function decodeContent(bytes: Uint8Array, at: string): FileContent {
  switch (formatOfBytes(bytes)) {
    case "zip":
      return zipNames(bytes, at).some((name) => /(?:^|\/)data\.pkl$/.test(name))
        ? weights("torch", decodeTorchWeights(bytes, at))
        : weights("npz", decodeNpz(bytes, at));
    case "torch-legacy":
      return weights("torch", decodeTorchWeights(bytes, at));
    case "npy":
      return weights("npy", new Map([["array", decodeNpy(bytes, at)]]));
    case "safetensors":
      return weights("safetensors", decodeSafetensors(bytes, at).tensors);
    case "pickle":
      return decodePublishedPickle(bytes, at);
    case "json":
      return jsonContent(new TextDecoder().decode(bytes), at);
    case undefined:
      throw new InterpBenchError("E_FILE", "the file is of no kind that can be read", {
        at,
        expected: "safetensors, .npz, .npy, a .pth or .pkl as published, or a JSON object",
        received: describeBytes(bytes),
      });
  }
}

const weights = (format: WeightsFormat, arrays: ReadonlyMap<string, StoredArray>) =>
  ({ kind: "weights", format, arrays }) as const;

/** Its keys tell what a JSON object is. */
function jsonContent(text: string, at: string): FileContent {
  const value = parseJson(text, at);
  if (!isRecord(value)) throw new Error("internal: text that begins with a brace is an object");
  const has = (...keys: readonly string[]) => keys.every((key) => Object.hasOwn(value, key));
  if (has("cfg", "nodes", "edges")) return { kind: "circuit", circuit: decodeCircuit(text, at) };
  if (has("clean")) return { kind: "data", prompts: decodePromptFile(text, at) };
  if (has("tokens", "bos")) return { kind: "vocabulary", vocabulary: decodeVocabulary(text, at) };
  if (has("n_layers", "d_model")) {
    const config = parseJson(text, at, { keepsNaN: true });
    if (isRecord(config)) return { kind: "config", config };
  }
  const name = /^interpbench\/(.+)@\d+$/.exec(String(value.schema))?.[1];
  if (name !== undefined) return { kind: "document", name, document: value };
  return { kind: "settings", settings: value };
}
