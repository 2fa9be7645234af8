import { type CodePart, PART_WORK } from "../lowering/parts.ts";
import { type JobRecord, LANES } from "./job.ts";

/** A part of a job: the chunk of a number of another record. */
export interface Piece {
  readonly record: JobRecord;
  readonly chunk: number;
  /** In multiply-adds, or what takes as long. */
  readonly work: number;
}

/** Multiply-adds of a step, or what takes as long: a few milliseconds. */
export const PIECE_WORK = PART_WORK * LANES;

/** The kernels count tiles times chunks in 32 bits. */
const MOST_TILES = 2 ** 16;

/** What a sequence takes by instructions in these parts, in multiply-adds. */
export const sequenceWork = (parts: readonly CodePart[]): number =>
  parts.reduce((total, { work }) => total + work, 0);

/**
 * What a job's batch is cut into, in order: its chunks; or, where these take long, a tile after the other, and
 * of its instructions one part after the other. To the kernels a tile is a chunk then that adds to the sums of
 * its own chunk, so that all sums are the same.
 */
export function* pieces(record: JobRecord, parts: readonly CodePart[]): Generator<Piece, void> {
  const { batch, chunks, perTile, accumulator, accumulatorWords } = record;
  const tiles = Math.ceil(batch / LANES);
  const work = sequenceWork(parts) * batch;
  const isWhole = work <= PIECE_WORK * chunks || tiles >= MOST_TILES;
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (isWhole) {
      yield { record, chunk, work: work / chunks };
      continue;
    }
    const sums = { accumulator: accumulator + chunk * accumulatorWords, accumulatorWords: 0 };
    const ofParts = parts.map(({ start, words, work }) => {
      const code = { perTile: perTile + start, perTileWords: words };
      return { record: { ...record, ...sums, ...code, chunks: tiles }, work: work * LANES };
    });
    const end = Math.floor(((chunk + 1) * tiles) / chunks);
    for (let tile = Math.floor((chunk * tiles) / chunks); tile < end; tile++) {
      for (const part of ofParts) yield { ...part, chunk: tile };
    }
  }
}
