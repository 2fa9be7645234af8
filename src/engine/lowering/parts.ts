import { operandsOf, type Step } from "./steps.ts";

/** Some of the instructions for a tile, one after the other. */
export interface CodePart {
  /** Place of the first word, and how many there are. */
  readonly start: number;
  readonly words: number;
  /** Multiply-adds of one sequence, or what takes as long. */
  readonly work: number;
}

/** Multiply-adds of one sequence in a part, or what takes as long. */
export const PART_WORK = 2 ** 20;

/** What a number that is read or written costs, in multiply-adds of contractions. */
const NUMBER_WORK = 4;

/** Cuts the instructions for a tile into parts of about {@link PART_WORK}, or single ones that take longer. */
export function partsOf(code: Int32Array, steps: readonly Step[]): CodePart[] {
  const parts: CodePart[] = [];
  let [start, words, work] = [0, 0, 0];
  for (const [i, step] of steps.entries()) {
    words += 2 + code[start + words + 1]!;
    work += step.multiplyAdds;
    for (const { storage } of operandsOf(step)) {
      if (storage.space === "tile") work += NUMBER_WORK * storage.size;
    }
    if (work < PART_WORK && i + 1 < steps.length) continue;
    parts.push({ start, words, work });
    start += words;
    [words, work] = [0, 0];
  }
  return parts;
}
