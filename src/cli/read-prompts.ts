import { resolve } from "node:path";
import { reasonOf } from "../errors/index.ts";
import { asUsage, UsageError } from "../flags/index.ts";
import { decodePromptFile, type Prompts, type PromptTexts } from "../formats/index.ts";
import { readWithin } from "../store/index.ts";

/**
 * Reads the file of `--data`. Usage errors: `E_FILE` if it cannot be read, and what
 * {@link decodePromptFile} refuses.
 */
export function readPrompts(file: string, cwd: string): Prompts | PromptTexts {
  return asUsage(() => decodePromptFile(readText(file, cwd), file));
}

function readText(file: string, cwd: string): string {
  try {
    return readWithin(resolve(cwd, file)).toString("utf8");
  } catch (cause) {
    throw new UsageError("E_FILE", "the data file cannot be read", {
      at: file,
      received: reasonOf(cause),
      cause,
    });
  }
}
