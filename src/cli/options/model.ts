import { z } from "zod";
import { asUsage, flag, UsageError } from "../../flags/index.ts";
import { type ModelSource, parseModel } from "../../models/index.ts";

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

/** Whether any model is asked for. */
export const isModelChosen = ({ model, siitWeights, tracr, natural, interpBench }: ModelChoice) =>
  model !== undefined || siitWeights !== undefined || tracr || natural || interpBench;

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
  if (only === undefined) return { kind: "siit", orZoo: true };
  const [name, text] = only;
  return asUsage(() => parseModel(text, cwd, name));
}
