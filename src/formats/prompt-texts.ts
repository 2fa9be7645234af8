import * as z from "zod/mini";
import { InterpBenchError } from "../errors/index.ts";
import { checkSchema, isRecord, parseJson } from "./json.ts";
import {
  ANSWERS,
  assertPromptKeys,
  decodePrompts,
  outputPositions,
  type Prompts,
} from "./prompts-json.ts";

/** How texts become what a model reads and answers. */
export interface PromptEncoder {
  /** The token in front of every prompt. */
  readonly bosId: number;
  /** The token ids of a text, without BOS. `E_DATA` for what the model has no tokens for. */
  tokens(text: string): readonly number[];
  /** The class that a text is. `E_DATA` if it is none. */
  classOf(text: string): number;
}

const texts = z.array(z.string().check(z.minLength(1))).check(z.minLength(1));
const answers = z.array(z.union([z.string().check(z.minLength(1)), z.number()]));

const textsSchema = z.strictObject({
  clean: texts,
  corrupted: z.optional(texts),
  targets: z.optional(answers),
  corruptedTargets: z.optional(answers),
  foils: z.optional(answers),
  categorical: z.optional(z.boolean()),
  outputPositions: z._default(outputPositions, "last"),
});

/**
 * Prompts of a user's own as texts, which a model's tokens are still to be found for. Answers are texts of
 * one token, or class ids; outputs count at the last position unless others are named.
 */
export type PromptTexts = Readonly<z.output<typeof textsSchema>>;

/** Whether prompts are texts. */
export const areTexts = (prompts: Prompts | PromptTexts): prompts is PromptTexts =>
  typeof prompts.clean[0] === "string";

/** The prompts of a data file: texts where the first clean one is, else ids, see {@link decodePrompts}. */
export function decodePromptFile(text: string, file: string): Prompts | PromptTexts {
  const value = parseJson(text, file);
  const isText =
    isRecord(value) && Array.isArray(value.clean) && typeof value.clean[0] === "string";
  if (!isText) return decodePrompts(text, file);
  assertPromptKeys(value, file);
  return checkSchema(textsSchema, value, "E_DATA", file);
}

/** Texts as token ids with BOS in front. `E_DATA`, with the row, as the encoder and {@link decodePrompts} do. */
export function encodePromptTexts(
  prompts: PromptTexts,
  encoder: PromptEncoder,
  file: string,
): Prompts {
  const { clean, corrupted, ...others } = prompts;
  const rows = (list: readonly string[], key: string) =>
    list.map((text, row) => [
      encoder.bosId,
      ...at(`${file}: ${key}, row ${row}`, () => encoder.tokens(text)),
    ]);
  const ids = ANSWERS.flatMap((key) => {
    const given = prompts[key];
    if (given === undefined) return [];
    return [
      [
        key,
        given.map((answer, row) =>
          typeof answer === "number"
            ? answer
            : at(`${file}: ${key}, row ${row}`, () => encoder.classOf(answer)),
        ),
      ] as const,
    ];
  });
  const encoded = {
    ...others,
    clean: rows(clean, "clean"),
    ...(corrupted === undefined ? {} : { corrupted: rows(corrupted, "corrupted") }),
    ...Object.fromEntries(ids),
  };
  return decodePrompts(JSON.stringify(encoded), file);
}

/** Does something, and says where if it fails. */
function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InterpBenchError)) throw error;
    const { code, message, expected, received, hint } = error;
    throw new InterpBenchError(code, message, { at: place, expected, received, hint });
  }
}
