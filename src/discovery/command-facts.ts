import { COMMANDS } from "./listing.generated.ts";

/** What to know of an algorithm to write its command line. */
export interface CommandFacts {
  /** The options that ask for a circuit, of an algorithm that makes none unless one is asked for. */
  readonly circuit?: readonly string[];
  /** The flags of options that have other names there, in camelCase. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** The facts of an algorithm, which is not loaded for that; `undefined` for one that is not built in. */
export function commandFacts(algorithm: string): CommandFacts | undefined {
  return COMMANDS.find(([, names]) => (names as readonly string[]).includes(algorithm))?.[0];
}
