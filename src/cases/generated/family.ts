import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import type { GenerateOptions } from "../generate/generate-program.ts";

/** How large generated programs are. */
export const CASE_SIZES = ["small", "medium", "large"] as const;
export type CaseSize = (typeof CASE_SIZES)[number];

/** Which programs are generated. */
export interface CaseFamily {
  /** Default small. */
  readonly size: CaseSize;
  /** Whether positions attend to earlier ones only; `undefined` for either. */
  readonly causal?: boolean | undefined;
  /** Whether outputs are classes, else numbers; `undefined` for either. */
  readonly categorical?: boolean | undefined;
}

/** What programs of a size are. */
export interface SizeFacts {
  /** Bounds of the grammar; `maxSeqLen` counts BOS. */
  readonly bounds: Required<Pick<GenerateOptions, "maxDepth" | "maxNodes" | "maxSeqLen">>;
  /** The fewest and the most variables: sub-expressions that are neither inputs nor selectors. */
  readonly variables: readonly [number, number];
}

/** By size: inputs of 4, 5 and 6 tokens, of which a vocabulary of four gives 256, 1024 and 4096. */
export const SIZES: Readonly<Record<CaseSize, SizeFacts>> = {
  small: { bounds: { maxDepth: 3, maxNodes: 6, maxSeqLen: 5 }, variables: [2, 4] },
  medium: { bounds: { maxDepth: 5, maxNodes: 12, maxSeqLen: 6 }, variables: [5, 7] },
  large: { bounds: { maxDepth: 8, maxNodes: 24, maxSeqLen: 7 }, variables: [8, 14] },
};

/** Words that say what {@link CaseFamily} does. */
const WORDS: Readonly<Record<string, Partial<CaseFamily>>> = {
  small: { size: "small" },
  medium: { size: "medium" },
  large: { size: "large" },
  causal: { causal: true },
  bidirectional: { causal: false },
  categorical: { categorical: true },
  numerical: { categorical: false },
};

/** A family in words, `medium-causal`; what is the default is left out, so that the usual one has none. */
export function formatFamily({ size, causal, categorical }: CaseFamily): string {
  const words = [
    size === "small" ? undefined : size,
    causal === undefined ? undefined : causal ? "causal" : "bidirectional",
    categorical === undefined ? undefined : categorical ? "categorical" : "numerical",
  ];
  return words.filter((word) => word !== undefined).join("-");
}

/** The family that words say. `E_CASE` for other words, and for two that contradict each other. */
export function parseFamily(text: string): CaseFamily {
  const family: Partial<CaseFamily>[] = text
    .split("-")
    .filter((word) => word !== "")
    .map((word) => {
      const found = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
      if (found !== undefined) return found;
      throw unknownNameError("E_CASE", "kind of generated case", word, Object.keys(WORDS));
    });
  const keys = family.flatMap((part) => Object.keys(part));
  if (new Set(keys).size < keys.length) {
    throw new InterpBenchError("E_CASE", "kinds of generated cases contradict each other", {
      expected: "one size, and causal or bidirectional, and categorical or numerical",
      received: text,
    });
  }
  return Object.assign({ size: "small" as const }, ...family);
}
