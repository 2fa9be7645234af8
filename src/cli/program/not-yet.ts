import { UsageError } from "../../flags/index.ts";

/** A command of the original, or an announced one, that this version does not have. */
export interface MissingCommand {
  readonly name: string;
  /** What to use today, as a sentence; absent where there is nothing. */
  readonly instead?: string;
}

/** The page that says what is not offered, and why. */
export const NOT_YET_PAGE = "docs/not-yet.md";

/** All of them; the page lists the same. */
export const MISSING_COMMANDS: readonly MissingCommand[] = [
  { name: "push" },
  { name: "diff" },
  { name: "export", instead: "Model folders hold safetensors and circuit.json as they are." },
  { name: "status", instead: "--dry-run tells what is finished." },
];

/** The usage error `E_COMMAND` for a command that is not offered yet; `undefined` for all other words. */
export function notYetError(words: readonly string[]): UsageError | undefined {
  const plain = (word: string | undefined) => word?.toLowerCase().replaceAll("_", "-");
  const isMeant = ({ name }: MissingCommand) =>
    name.split(" ").every((word, i) => plain(word) === plain(words[i]));
  const missing = MISSING_COMMANDS.find(isMeant);
  if (missing === undefined) return undefined;
  const { name, instead } = missing;
  return new UsageError("E_COMMAND", `"${name}" is not offered yet`, {
    hint: [instead, SEE_PAGE].filter((text) => text !== undefined).join(" "),
  });
}

/** Where to read on. */
const SEE_PAGE = `See ${NOT_YET_PAGE} of the package.`;
