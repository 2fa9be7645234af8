import { compareValues, type RaspValue } from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import type { Case } from "./case.ts";
import { drawsFromKey } from "./draws.ts";
import { countInputs, enumerateInputs, isInput, sampleInputs } from "./input-space.ts";
import { sampleRequest } from "./sampler.ts";

type Inputs = Pick<Case, "id" | "vocab">;

/** Some tokens of the vocabulary, from the first to the last. */
function spread(vocab: readonly RaspValue[], count: number): RaspValue[] {
  const last = Math.min(count, vocab.length) - 1;
  return Array.from({ length: last + 1 }, (_, i) =>
    last === 0 ? vocab[0]! : vocab[Math.round((i * (vocab.length - 1)) / last)]!,
  );
}

/**
 * Inputs of one length that random ones nearly never are: constant, two-valued, alternating, one
 * token apart from the others, sorted both ways, symmetric, periodic. At least 50 if the vocabulary
 * and the length allow it; all different.
 */
export function structuredRows({ id, vocab }: Inputs, length: number): RaspValue[][] {
  const few = spread(vocab, 4);
  const pairs = few.flatMap((a) => few.filter((b) => b !== a).map((b) => [a, b] as const));
  const row = (token: (i: number) => RaspValue) => Array.from({ length }, (_, i) => token(i));
  const half = Math.floor(length / 2);
  const random = randomRows({ id, vocab }, length, 8, "structured");
  const ascending = random.map((r) => [...r].sort((a, b) => compareValues(a, b)!));
  const coins = randomRows({ id, vocab: [0, 1] }, length, pairs.length, "two-valued");
  const rows = [
    ...spread(vocab, 8).map((a) => row(() => a)),
    ...pairs.map((pair, p) => row((i) => pair[Number(coins[p]![i])]!)),
    ...pairs.map(([a, b]) => row((i) => (i < half ? a : b))),
    ...pairs.map(([a, b]) => row((i) => (i % 2 === 0 ? a : b))),
    ...pairs.map(([a, b]) => row((i) => (i === 0 ? a : b))),
    ...pairs.map(([a, b]) => row((i) => (i === length - 1 ? a : b))),
    ...pairs.map(([a, b]) => row((i) => (i === half ? a : b))),
    ...ascending,
    ...ascending.map((r) => r.toReversed()),
    ...random.map((r) => row((i) => r[Math.min(i, length - 1 - i)]!)),
    ...[1, 2, 3].map((step) => row((i) => vocab[(i * step) % vocab.length]!)),
    row((i) => vocab[vocab.length - 1 - (i % vocab.length)]!),
  ];
  return [...new Map(rows.map((r) => [JSON.stringify(r), r])).values()];
}

/** Inputs of one length with independent, uniform tokens: the same ones each time. */
export function randomRows(
  { id, vocab }: Inputs,
  length: number,
  count: number,
  purpose = "random",
): RaspValue[][] {
  const key = Key.fromSeed(1).fold(purpose).fold(id).fold(length);
  const tokens = key.choices(vocab, count * length);
  return Array.from({ length: count }, (_, i) => tokens.slice(i * length, (i + 1) * length));
}

/** Full-length inputs of a case on which its transformer is compared with its program. */
export interface ProbeInputs {
  /** Up to `count`: tokens independent and uniform, or of the inputs that the case names. */
  readonly random: RaspValue[][];
  /** {@link structuredRows}, as far as they are inputs. */
  readonly structured: RaspValue[][];
}

/** The probes of a case: the same ones each time. Named inputs are all taken if they are few. */
export function probeInputs(case_: Case, count: number): ProbeInputs {
  const length = case_.maxSeqLen - 1;
  const structured = structuredRows(case_, length);
  if (case_.inputs === undefined) {
    return { random: randomRows(case_, length, count), structured };
  }
  const draws = drawsFromKey(Key.fromSeed(1).fold("named").fold(case_.id));
  const random =
    countInputs(case_) <= BigInt(count)
      ? enumerateInputs(case_)
      : sampleInputs(case_, draws, sampleRequest(case_, count));
  return { random, structured: structured.filter((row) => isInput(case_, row)) };
}
