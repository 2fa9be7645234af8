import { type Case, classIds, GPT2_VOCABULARY, tokenIds } from "../../cases/index.ts";
import { InterpBenchError, truncate } from "../../errors/index.ts";
import {
  areTexts,
  encodePromptTexts,
  type PromptEncoder,
  type Prompts,
  type PromptTexts,
} from "../../formats/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import { vocabularyOf } from "../files.ts";
import { GPT2_BOS, gpt2Tokenizer, type ImportModule } from "./gpt2.ts";

/** What the texts of prompts are for. */
export interface PromptModel {
  readonly case_: Case | undefined;
  readonly config: Pick<TransformerConfig, "dVocab">;
}

/**
 * Prompts in the token ids of a model; ids stay as they are. Texts of the tokens of the model's case need
 * nothing else, other ones GPT-2's tokenizer and a model of its vocabulary.
 *
 * `E_DATA` for texts that the model has no tokens for and for rows of different lengths, `E_INSTALL` where
 * that tokenizer is not there.
 */
export async function promptsInIds(
  { file, content }: { readonly file: string; readonly content: Prompts | PromptTexts },
  model: PromptModel,
  load?: ImportModule,
): Promise<Prompts> {
  if (!areTexts(content)) return content;
  return encodePromptTexts(content, await encoderFor(content, model, load), file);
}

async function encoderFor(
  { clean, corrupted = [] }: PromptTexts,
  { case_, config }: PromptModel,
  load: ImportModule | undefined,
): Promise<PromptEncoder> {
  const own = case_ && caseEncoder(case_);
  const isOwn = own !== undefined && [...clean, ...corrupted].every((text) => own.knows(text));
  if (isOwn) return own;
  if (config.dVocab === GPT2_VOCABULARY) {
    const tokens = await gpt2Tokenizer(load);
    return { bosId: GPT2_BOS, tokens, classOf: (text) => oneToken(text, tokens(text)) };
  }
  if (own !== undefined) return own;
  throw new InterpBenchError("E_DATA", "nobody knows the tokens of this model", {
    expected: "token ids, a case whose tokens are texts (-i), or a model of GPT-2's vocabulary",
    received: `texts, and ${config.dVocab} tokens`,
  });
}

function oneToken(text: string, [id, ...others]: readonly number[]): number {
  if (id !== undefined && others.length === 0) return id;
  throw new InterpBenchError("E_DATA", "an answer is not one token", {
    expected: "a text of one token, mostly with a space in front",
    received: `${JSON.stringify(text)}: ${others.length + 1} tokens`,
  });
}

/** The tokens of a case as pieces of texts: at each place the longest that is there. */
function caseEncoder(case_: Case): (PromptEncoder & { knows(text: string): boolean }) | undefined {
  if (!case_.vocab.every((token) => typeof token === "string")) return undefined;
  const { bosId, idOf } = tokenIds(case_);
  const pieces = (case_.vocab as readonly string[]).toSorted((a, b) => b.length - a.length);
  /** The tokens of a text, up to where none is there. */
  const split = (text: string): { readonly tokens: readonly string[]; readonly rest: string } => {
    const tokens: string[] = [];
    let rest = text;
    while (rest !== "") {
      const piece = pieces.find((token) => token !== "" && rest.startsWith(token));
      if (piece === undefined) break;
      tokens.push(piece);
      rest = rest.slice(piece.length);
    }
    return { tokens, rest };
  };
  return {
    bosId,
    knows: (text) => split(text).rest === "",
    tokens(text) {
      const { tokens, rest } = split(text);
      if (rest === "") return tokens.map((token) => idOf(token)!);
      throw new InterpBenchError("E_DATA", `case "${case_.id}" has no tokens for a text`, {
        expected: `tokens of the case, such as ${pieces.slice(0, 3).map(quoted).join(", ")}`,
        received: quoted(truncate(rest, LONGEST_REST)),
      });
    },
    classOf(text) {
      const id =
        case_.kind === "functions"
          ? classIds(case_).idOf(text)
          : vocabularyOf(case_).outputs?.indexOf(text);
      if (id !== undefined && id !== -1) return id;
      throw new InterpBenchError("E_DATA", `case "${case_.id}" has no such answer`, {
        expected: "a class of the case, mostly with a space in front, or a class id",
        received: quoted(text),
      });
    },
  };
}

/** So much of a text is shown. */
const LONGEST_REST = 40;

const quoted = (text: string) => JSON.stringify(text);
