import { InterpBenchError } from "../../errors/index.ts";
import { type CaseFamily, formatFamily, parseFamily } from "./family.ts";

/** What names of generated cases begin with. */
const PREFIX = "generated";

/** How many cases a seed has: each is made after those before it. */
export const MOST_CASES = 1000;

/** The digits of a hash that stand for a seed which is kept secret. */
const COMMITMENT_DIGITS = 12;

/** Cases of one seed and family. */
export interface SeriesName {
  /** A whole number, or what is published of a secret one: {@link secretSeedName}. */
  readonly seed: string;
  readonly family: CaseFamily;
}

/** A name as it is typed: a series, and the numbers of cases of it. */
export interface GeneratedName extends SeriesName {
  readonly numbers: readonly number[];
}

/** What stands for a secret seed in names: the beginning of its hash, from which nobody finds the seed. */
export function secretSeedName(commitment: string): string {
  return `sha256-${commitment.slice(0, COMMITMENT_DIGITS)}`;
}

/** A case as it is typed: `generated:5/7`, `generated:5/medium-causal/7`. */
export function formatGeneratedName({ seed, family }: SeriesName, number: number): string {
  return `${PREFIX}:${parts({ seed, family }).join("/")}/${number}`;
}

/** The same as an id, which can be the name of a folder: `generated-5-7`. */
export function generatedId(series: SeriesName, number: number): string {
  return [PREFIX, ...parts(series), number].join("-");
}

const parts = ({ seed, family }: SeriesName) =>
  [seed, formatFamily(family)].filter((part) => part !== "");

/** Whether a text is meant as the name of generated cases. */
export function isGeneratedName(text: string): boolean {
  return text.trim().toLowerCase().startsWith(`${PREFIX}:`);
}

/**
 * Reads a name: `generated:SEED/NUMBER` or `generated:SEED/FAMILY/NUMBER`, for several cases a range of numbers,
 * `0-19`. `E_CASE` for other texts, for numbers that there are not, and for secret seeds, whose cases are in
 * the folder of who has the seed.
 */
export function parseGeneratedName(text: string): GeneratedName {
  const wanted = text.trim().toLowerCase();
  const match = /^generated:([^/]*)(?:\/([^/]*))?\/(\d+)(?:-(\d+))?$/.exec(wanted);
  const refuse = (expected: string, received: string, hint?: string) =>
    new InterpBenchError("E_CASE", "this is no generated case", { expected, received, hint });
  if (match === null) {
    throw refuse(
      "generated:SEED/NUMBER or generated:SEED/FAMILY/NUMBER, such as generated:5/7 or generated:5/medium-causal/7",
      JSON.stringify(text),
    );
  }
  const [, seed = "", family = "", first = "", last = first] = match;
  if (seed.startsWith("sha256-")) {
    throw refuse(
      "a seed that is a number",
      seed,
      "This is what is published of a secret seed. Who has the seed has its cases in a folder: name that.",
    );
  }
  if (!/^\d{1,16}$/.test(seed) || !Number.isSafeInteger(Number(seed))) {
    throw refuse("a seed from 0 to 2^53 − 1", JSON.stringify(seed));
  }
  const [from, to] = [Number(first), Number(last)];
  if (!(from <= to && to < MOST_CASES)) {
    throw refuse(
      `a number from 0 to ${MOST_CASES - 1}, or a range of them, 0-19`,
      wanted.split("/").at(-1)!,
    );
  }
  return {
    seed: String(Number(seed)),
    family: parseFamily(family),
    numbers: Array.from({ length: to - from + 1 }, (_, i) => from + i),
  };
}
