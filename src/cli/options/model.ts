import { statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { DEFAULT_REVISION, hubPlace, type ModelSource } from "../../models/index.ts";
import { flag } from "../flags/flag.ts";
import { cut } from "../flags/values.ts";
import { asUsage, UsageError, unknownName } from "../usage.ts";

const group = "Which model";

/** Longer titles do not fit into pictures. */
const LONGEST_TITLE = 200;

/** Which transformer of a case to work on. Spread the shape into the command's schema. */
export const modelOptions = {
  model: flag(
    z.string().optional(),
    "siit, siit:WEIGHTS, natural, tracr, zoo, zoo:seedN, interp-bench, a folder with a model's files, or one of the Hugging Face hub: hf:OWNER/REPO[/FOLDER][@REVISION]",
    { group, placeholder: "MODEL", defaultText: "siit, or zoo where none has been trained" },
  ),
  title: flag(
    z
      .string()
      .max(LONGEST_TITLE)
      .regex(/^\P{C}*$/u, "text without control characters")
      .optional(),
    "What headings and pictures call the model",
    { group, defaultText: "its name, the last part of a folder's" },
  ),
  siitWeights: flag(
    z.string().optional(),
    "The same as --model siit:WEIGHTS, the number 10·IIT + 100·behaviour + 1000·strict of the losses' weights: 510 for -iit 1 -b 1 -s 0.4; best takes any",
    { short: "-w", group, placeholder: "WEIGHTS" },
  ),
  tracr: flag(z.boolean().default(false), "The same as --model tracr: the compiled transformer", {
    group,
  }),
  natural: flag(
    z.boolean().default(false),
    "The same as --model natural: trained on the task alone",
    { group },
  ),
  interpBench: flag(
    z.boolean().default(false),
    "The same as --model interp-bench: the published transformer, from the cache or the hub",
    { group },
  ),
};

/** Values of {@link modelOptions}. */
export interface ModelChoice {
  readonly model?: string | undefined;
  readonly siitWeights?: string | undefined;
  readonly tracr: boolean;
  readonly natural: boolean;
  readonly interpBench: boolean;
}

/**
 * The one model that is asked for; `siit` if none is.
 *
 * Usage errors: `E_MODEL` if two are asked for, or a name is neither a model nor a folder below
 * `cwd`.
 */
export function chosenModel(choice: ModelChoice, cwd: string): ModelSource {
  const given: (readonly [flag: string, model: string])[] = [];
  if (choice.model !== undefined) given.push(["--model", choice.model]);
  if (choice.siitWeights !== undefined)
    given.push(["--siit-weights", `siit:${choice.siitWeights}`]);
  if (choice.tracr) given.push(["--tracr", "tracr"]);
  if (choice.natural) given.push(["--natural", "natural"]);
  if (choice.interpBench) given.push(["--interp-bench", "interp-bench"]);
  if (given.length > 1) {
    throw new UsageError("E_MODEL", "two models are asked for", {
      expected: "at most one of --model, --siit-weights, --tracr, --natural, --interp-bench",
      received: given.map(([name]) => name).join(" and "),
    });
  }
  const [only] = given;
  return only === undefined ? { kind: "siit", orZoo: true } : parseModel(only[1], cwd);
}

/** The models that every case can have. */
export const MODEL_KINDS = ["siit", "natural", "tracr", "zoo", "interp-bench"] as const;

function parseModel(text: string, cwd: string): ModelSource {
  if (text === "natural" || text === "tracr" || text === "zoo" || text === "interp-bench") {
    return { kind: text };
  }
  const seed = /^zoo:seed(\d{1,9})$/.exec(text)?.[1];
  if (seed !== undefined) return { kind: "zoo", seed: Number(seed) };
  if (text === "siit" || text === "siit:best" || text === "siit:none") {
    return { kind: "siit", weights: undefined };
  }
  if (text.startsWith("siit:")) return { kind: "siit", weights: parseWeights(text) };
  if (text.startsWith("hf:")) return parseHub(text);
  const path = resolve(cwd, text);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    return { kind: "folder", path };
  }
  if (/[/\\.]/.test(text)) {
    throw new UsageError("E_MODEL", "there is no such model folder", {
      received: `"${text}"`,
      at: path,
    });
  }
  throw unknownName("E_MODEL", "model", text, MODEL_KINDS, "--model");
}

/** The number of the weights in `siit:510`, without leading zeros. */
function parseWeights(text: string): string {
  const code = text.slice("siit:".length);
  if (/^\d{1,9}$/.test(code)) return String(Number(code));
  throw new UsageError("E_MODEL", "these are no loss weights of a model", {
    at: "--siit-weights",
    expected: "10·IIT + 100·behaviour + 1000·strict, such as 510 for 1, 1 and 0.4, or best",
    received: cut(code),
  });
}

function parseHub(text: string): ModelSource {
  const match = /^hf:([^/@]+\/[^/@]+)(?:\/([^@]+))?(?:@(.+))?$/.exec(text);
  if (match === null) {
    throw new UsageError("E_MODEL", "the name of a hub folder is not complete", {
      expected: "hf:OWNER/REPO, hf:OWNER/REPO/FOLDER, either with @REVISION",
      received: `"${cut(text)}"`,
    });
  }
  const [, repository, folder, revision] = match as unknown as [string, string, string?, string?];
  asUsage(() =>
    hubPlace({ repository, folder: folder ?? "", revision: revision ?? DEFAULT_REVISION }),
  );
  return { kind: "hub", repository, folder, revision };
}
