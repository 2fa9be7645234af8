import { describeValue, InterpBenchError, reasonOf } from "../../errors/index.ts";

/** Where the tokenizer comes from: a package that is not needed otherwise. */
const PACKAGE = "gpt-tokenizer";

/** GPT-2's vocabulary there. */
const MODULE = `${PACKAGE}/encoding/r50k_base`;

/** GPT-2's token between texts, which is in front of prompts. */
export const GPT2_BOS = 50256;

/** Imports a module by its name. */
export type ImportModule = (name: string) => Promise<unknown>;

const importModule: ImportModule = (name) => import(/* @vite-ignore */ name);

type Encode = (text: string, options: { readonly allowedSpecial: "all" }) => readonly number[];

/**
 * GPT-2's tokenizer: the token ids of a text, without BOS, `<|endoftext|>` being one. `E_INSTALL` with the
 * command to install it where the package `gpt-tokenizer` is missing.
 */
export async function gpt2Tokenizer(
  load: ImportModule = importModule,
): Promise<(text: string) => readonly number[]> {
  let module: unknown;
  try {
    module = await load(MODULE);
  } catch (cause) {
    throw new InterpBenchError(
      "E_INSTALL",
      "texts in GPT-2's tokens need a package that is not there",
      {
        expected: `${PACKAGE}, version 3 or 4`,
        received: reasonOf(cause).split("\n")[0]!,
        hint: `Install it beside interpbench: npm install ${PACKAGE}. Or write token ids instead of texts.`,
        cause,
      },
    );
  }
  const { encode } = module as { readonly encode?: Encode };
  if (typeof encode === "function") return (text) => encode(text, { allowedSpecial: "all" });
  throw new InterpBenchError("E_INSTALL", "the package with GPT-2's tokenizer is another one", {
    expected: `${PACKAGE}, version 3 or 4, with a function encode in ${MODULE}`,
    received: describeValue(encode),
  });
}
