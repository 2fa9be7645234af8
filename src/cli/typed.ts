import { basename, delimiter, dirname } from "node:path";
import { shellWord } from "../flags/index.ts";
import { pathBelow } from "../jobs/index.ts";

/** What tells how a program was called: `process.argv[1]`, the environment and the folder. */
export interface ProgramCall {
  readonly script: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `undefined` if it has been deleted. */
  readonly cwd: string | undefined;
}

const NAME = "interpbench";

/**
 * How to call this program again as it was called: `npx interpbench` from npx and npm's scripts,
 * `interpbench` where it is installed for all, else the script, such as `node dist/cli/main.js`.
 */
export function programName({ script, env, cwd }: ProgramCall): string {
  if (env.npm_command !== undefined) return `npx ${NAME}`;
  if (script === undefined) return NAME;
  const isCommand = basename(script) === NAME;
  const folders = (env.PATH ?? "").split(delimiter);
  if (isCommand && folders.includes(dirname(script))) return NAME;
  const path = shellWord(cwd === undefined ? script : pathBelow(script, cwd));
  return isCommand ? path : `node ${path}`;
}

/** A command as one types it: the words after the program's name, quoted where a shell needs it. */
export function typedCommand(
  { program }: { readonly program: string },
  words: readonly string[],
): string {
  return [program, ...words.map(shellWord)].join(" ");
}
