import { statSync } from "node:fs";
import { resolve } from "node:path";
import { InterpBenchError, truncate, unknownNameError } from "../errors/index.ts";
import { DEFAULT_REVISION, hubPlace } from "./hub/place.ts";
import type { ModelSource, SourceOf } from "./source.ts";

/** The models that every case can have. */
export const MODEL_KINDS = ["siit", "natural", "tracr", "zoo", "interp-bench"] as const;

/** Longer texts are cut in messages. */
const LONGEST_SHOWN = 81;

/**
 * The model that a text means, as `formatModel` writes it: `siit` (or `siit:best`, any weights),
 * `siit:510`, `natural`, `tracr`, `zoo`, `zoo:seed2`, `interp-bench`, `hf:OWNER/REPO[/FOLDER][@REVISION]`,
 * or a folder that is there; relative ones start at `folder`. `at` is where the text was given.
 *
 * `E_MODEL` for texts that are none of these, with the nearest names; `E_HUB` for names that the hub
 * does not have.
 */
export function parseModel(text: string, folder: string, at?: string): ModelSource {
  if (text === "natural" || text === "tracr" || text === "zoo" || text === "interp-bench") {
    return { kind: text };
  }
  const seed = /^zoo:seed(\d{1,9})$/.exec(text)?.[1];
  if (seed !== undefined) return { kind: "zoo", seed: Number(seed) };
  if (text === "siit" || text === "siit:best" || text === "siit:none") {
    return { kind: "siit", weights: undefined };
  }
  if (text.startsWith("siit:")) return { kind: "siit", weights: parseWeights(text, at) };
  if (text.startsWith("hf:")) return parseHub(text);
  const path = resolve(folder, text);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    return { kind: "folder", path };
  }
  if (/[/\\.]/.test(text)) {
    throw new InterpBenchError("E_MODEL", "there is no such model folder", {
      received: `"${text}"`,
      at: path,
    });
  }
  throw unknownNameError("E_MODEL", "model", text, MODEL_KINDS, at);
}

/** The number of the weights in `siit:510`, without leading zeros. */
function parseWeights(text: string, at: string | undefined): string {
  const code = text.slice("siit:".length);
  if (/^\d{1,9}$/.test(code)) return String(Number(code));
  throw new InterpBenchError("E_MODEL", "these are no loss weights of a model", {
    at,
    expected: "10·IIT + 100·behaviour + 1000·strict, such as 510 for 1, 1 and 0.4, or best",
    received: truncate(code, LONGEST_SHOWN),
  });
}

function parseHub(text: string): SourceOf<"hub"> {
  const match = /^hf:([^/@]+\/[^/@]+)(?:\/([^@]+))?(?:@(.+))?$/.exec(text);
  if (match === null) {
    throw new InterpBenchError("E_MODEL", "the name of a hub folder is not complete", {
      expected: "hf:OWNER/REPO, hf:OWNER/REPO/FOLDER, either with @REVISION",
      received: `"${truncate(text, LONGEST_SHOWN)}"`,
    });
  }
  const [, repository, folder, revision] = match as unknown as [string, string, string?, string?];
  hubPlace({ repository, folder: folder ?? "", revision: revision ?? DEFAULT_REVISION });
  return { kind: "hub", repository, folder, revision };
}
