import { setImmediate as nextTurn } from "node:timers/promises";
import {
  compileCase,
  enumerateInputs,
  evaluateCase,
  formatFamily,
  type GeneratedCase,
  MOST_CASES,
  openSeries,
  type SeriesName,
  secretSeedName,
} from "../../cases/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { formatJson } from "../../formats/index.ts";
import { packageVersion, sha256 } from "../../store/index.ts";
import type { CaseFolderContent } from "./case-folder.ts";
import { caseDocument } from "./facts.ts";

/** Shorter secrets can be guessed, and tried against the hash that is published. */
const SHORTEST_SECRET = 16;

/** How many inputs with their outputs a description shows. */
const EXAMPLES = 8;

/** A seed that is kept secret. */
export interface SecretSeed {
  /** SHA-256 of its file: published beforehand, it says later that the cases were made of no other. */
  readonly commitment: string;
  /** What stands for it in names. */
  readonly name: string;
  /** What cases are made of. Another hash than the commitment, which does not tell it. */
  readonly secret: string;
}

/** The secret seed that is the content of a file. `E_SEED` for less than 16 bytes. */
export function secretSeed(content: Uint8Array, at: string): SecretSeed {
  if (content.length < SHORTEST_SECRET) {
    throw new InterpBenchError("E_SEED", "the secret seed is too short", {
      at,
      expected: `at least ${SHORTEST_SECRET} bytes that nobody can guess`,
      received: `${content.length} bytes`,
      hint: "Make one of random bytes: head -c 32 /dev/urandom > seed.",
    });
  }
  const commitment = sha256(content);
  const secret = sha256(Buffer.concat([Buffer.from("interpbench cases\n"), content]));
  return { commitment, name: secretSeedName(commitment), secret };
}

/** Which cases are to be made. */
export interface CasesRequest {
  readonly series: SeriesName;
  readonly count: number;
  readonly secret?: SecretSeed | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told how many there are. */
  readonly onCase?: ((done: number) => void) | undefined;
}

/** The first cases of a series. `E_OPTION` for more than there are, and with the signal's reason. */
export async function generateCases({
  series,
  count,
  secret,
  signal,
  onCase,
}: CasesRequest): Promise<readonly GeneratedCase[]> {
  if (count > MOST_CASES) {
    throw new InterpBenchError("E_OPTION", "a seed has fewer cases", {
      at: "count",
      expected: `at most ${MOST_CASES}`,
      received: String(count),
      hint: "Take several seeds.",
    });
  }
  const { at } = await openSeries(series, { secret: secret?.secret });
  const made: GeneratedCase[] = [];
  while (made.length < count) {
    await nextTurn();
    signal?.throwIfAborted();
    made.push(at(made.length));
    onCase?.(made.length);
  }
  return made;
}

/** The files of a folder of generated cases: of each its program, and a description. */
export function caseFolderContent(
  { series, secret }: CasesRequest,
  cases: readonly GeneratedCase[],
): CaseFolderContent {
  const files = new Map<string, string>();
  const entries = cases.map(({ case_, name, source, ...rest }) => {
    const { id, task } = case_;
    const file = `${id}.mjs`;
    files.set(file, source);
    files.set(`${id}.json`, formatJson(description({ case_, name, source, ...rest })));
    return { name, id, task, file, sha256: sha256(source) };
  });
  const index = {
    schema: "interpbench/generated-cases@1",
    seed: series.seed,
    commitment: secret?.commitment ?? null,
    family: formatFamily(series.family) || series.family.size,
    version: packageVersion(),
    cases: entries,
  } as const;
  return { index, files };
}

/** All that can be said of a generated case. */
function description({ case_, name, variables }: GeneratedCase): object {
  const inputs = enumerateInputs(case_);
  const step = Math.max(1, Math.floor(inputs.length / EXAMPLES));
  const examples = inputs.filter((_, i) => i % step === 0).slice(0, EXAMPLES);
  return {
    schema: "interpbench/generated-case@1",
    name,
    ...caseDocument(case_, compileCase(case_)),
    variables: [...variables].map(([label, meaning]) => ({ label, meaning })),
    inputs: inputs.length,
    examples: examples.map((input) => ({ input, output: evaluateCase(case_, input) })),
  };
}
