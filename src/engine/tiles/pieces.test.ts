import { describe, expect, it } from "vitest";
import { PART_WORK } from "../lowering/parts.ts";
import type { JobRecord } from "./job.ts";
import { pieces } from "./pieces.ts";

/** A job with 5 tiles, of which the last is not full, in 2 chunks. */
const RECORD: JobRecord = {
  before: 1,
  beforeWords: 2,
  perTile: 1000,
  perTileWords: 70,
  after: 3,
  afterWords: 4,
  shared: 5,
  tile: 6,
  tileWords: 7,
  accumulator: 500,
  accumulatorWords: 32,
  chunks: 2,
  bindings: 8,
  rows: 9,
  batch: 70,
};

const codeOf = (words: readonly number[], work: number) =>
  words.map((count, i) => ({
    start: words.slice(0, i).reduce((total, other) => total + other, 0),
    words: count,
    work,
  }));

describe("the pieces of a job", () => {
  it("are its chunks where these take little", () => {
    const found = [...pieces(RECORD, codeOf([70], PART_WORK / 8))];
    const work = (PART_WORK / 8) * 35;
    expect(found).toEqual([0, 1].map((chunk) => ({ record: RECORD, chunk, work })));
  });

  it("are parts of tiles where they take long, each adding to its chunk's sums", () => {
    const found = [...pieces(RECORD, codeOf([40, 30], PART_WORK))];
    const shown = found.map(({ chunk, record }) => [
      chunk,
      record.perTile,
      record.perTileWords,
      record.accumulator,
    ]);
    const tile = (number: number, sums: number) => [
      [number, 1000, 40, sums],
      [number, 1040, 30, sums],
    ];
    const [first, second] = [500, 532];
    expect(shown).toEqual([
      ...tile(0, first),
      ...tile(1, first),
      ...tile(2, second),
      ...tile(3, second),
      ...tile(4, second),
    ]);
    for (const { record, work } of found) {
      expect(work).toBe(16 * PART_WORK);
      expect(record).toMatchObject({ chunks: 5, accumulatorWords: 0, batch: 70, tile: 6 });
    }
  });

  it("are chunks again where the kernels could not count the tiles", () => {
    const many = { ...RECORD, batch: 16 * 2 ** 16 };
    expect([...pieces(many, codeOf([70], PART_WORK))]).toHaveLength(2);
  });
});
