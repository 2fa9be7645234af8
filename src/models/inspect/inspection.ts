import { circuitTexts } from "../../circuit/index.ts";
import { formatError } from "../../errors/index.ts";
import {
  areTexts,
  type CircuitDocument,
  configFromKeys,
  type FileContent,
  type PublishedPart,
  type WeightsFormat,
} from "../../formats/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import type { Fit } from "../fit.ts";
import { type TensorFacts, tensorFacts } from "./tensors.ts";

type Edge = readonly [from: string, to: string];
type JsonObject = Readonly<Record<string, unknown>>;

/** What a file or folder holds, as plain data. */
export type Inspection =
  | {
      readonly kind: "weights";
      readonly format: WeightsFormat;
      readonly tensors: readonly TensorFacts[];
      /** Elements of all tensors together. */
      readonly elements: number;
    }
  | { readonly kind: "config"; readonly config: JsonObject; readonly fault: string | null }
  | { readonly kind: "edges"; readonly edges: readonly Edge[] }
  | {
      readonly kind: "circuit";
      readonly granularity: string;
      readonly shape: { readonly nLayers: number; readonly nHeads: number };
      readonly nodes: readonly string[];
      readonly edges: readonly Edge[];
      /** How many edges and nodes have a score. */
      readonly scored: { readonly edges: number; readonly nodes: number };
      readonly provenance: JsonObject | null;
    }
  /** A score of the original (`result.pkl`), or a document of ours (`result.json`). */
  | { readonly kind: "result"; readonly score: ScoreCounts }
  | { readonly kind: "result"; readonly name: string; readonly document: JsonObject }
  | {
      readonly kind: "data";
      readonly prompts: number;
      /** `null` for texts, which have positions when they are tokens. */
      readonly positions: number | null;
      readonly has: readonly string[];
      readonly outputPositions: unknown;
    }
  | {
      readonly kind: "vocabulary";
      readonly tokens: readonly unknown[];
      readonly outputs: readonly unknown[] | null;
    }
  | { readonly kind: "settings"; readonly settings: JsonObject }
  | ModelInspection;

/** What a model folder holds. */
export interface ModelInspection {
  readonly kind: "model";
  /** `interpbench` for folders of this package, `published` for those of InterpBench. */
  readonly format: "interpbench" | "published";
  readonly files: readonly FileRow[];
  readonly config: TransformerConfig;
  readonly parameters: number;
  /** The case it was made for, where the folder says. */
  readonly case: string | null;
  /** The cases whose transformers have its vocabulary and shape. */
  readonly fits: readonly Fit[];
  /** The circuit that lies beside the weights. */
  readonly circuit: { readonly nodes: readonly string[]; readonly edges: readonly Edge[] } | null;
  /** What to know before relying on it. */
  readonly remarks: readonly string[];
}

/** A file of a folder. */
export interface FileRow {
  readonly name: string;
  readonly bytes: number;
}

type ScoreCounts = Readonly<Record<"nodes" | "edges", PublishedPart<unknown>>>;

/** What the content of a file comes to. */
export function inspectContent(content: FileContent): Inspection {
  switch (content.kind) {
    case "weights": {
      const tensors = tensorFacts(content.arrays);
      const elements = [...content.arrays.values()].reduce((sum, { data }) => sum + data.length, 0);
      return { kind: "weights", format: content.format, elements, tensors };
    }
    case "config":
      return { kind: "config", fault: configFault(content.config), config: content.config };
    case "result":
      return { kind: "result", score: content.result };
    case "circuit":
      return inspectCircuit(content.circuit);
    case "data": {
      const { clean, outputPositions, ...others } = content.prompts;
      const has = Object.entries(others).filter(([, value]) => value !== undefined);
      return {
        kind: "data",
        prompts: clean.length,
        positions: areTexts(content.prompts) ? null : content.prompts.clean[0]!.length,
        outputPositions,
        has: ["clean", ...has.map(([name]) => name)],
      };
    }
    case "vocabulary": {
      const { tokens, outputs = null } = content.vocabulary;
      return { kind: "vocabulary", tokens, outputs };
    }
    case "document":
      return { kind: "result", name: content.name, document: content.document };
    default:
      return content;
  }
}

/** Why a configuration is none of a transformer here; `null` if it is one. */
function configFault(config: JsonObject): string | null {
  try {
    configFromKeys(config, "config");
    return null;
  } catch (error) {
    return formatError(error);
  }
}

function inspectCircuit(document: CircuitDocument): Inspection {
  const { circuit, granularity, shape, scores, nodeScores, provenance = null } = document;
  return {
    kind: "circuit",
    granularity,
    shape: { nLayers: shape.nLayers, nHeads: shape.nHeads },
    ...circuitTexts(circuit),
    scored: { edges: scores?.size ?? 0, nodes: nodeScores?.size ?? 0 },
    provenance,
  };
}
