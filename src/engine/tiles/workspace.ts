import type { TileMemory } from "./memory.ts";

/** Words to which every part is aligned: one cache line. */
const ALIGNMENT = 16;

/**
 * The memory that runs work in, one after the other: all loaded programs share it. It is as large as
 * the largest run so far needed, and is given back when the last program is.
 */
export class Workspace {
  private readonly memory: TileMemory;
  private at = 0;
  private words = 0;
  private programs = 0;

  constructor(memory: TileMemory) {
    this.memory = memory;
  }

  /** Counts a program in; the result counts it out again, once. */
  enter(): () => void {
    let isIn = true;
    this.programs++;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.programs--;
      if (this.programs === 0) this.resize(0);
    };
  }

  /** Places for the parts of one run, with unspecified contents; good until the next call. */
  parts<Sizes extends readonly number[]>(...sizes: Sizes): { [I in keyof Sizes]: number } {
    let end = 0;
    const starts = sizes.map((size) => {
      const start = end;
      end += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
      return start;
    });
    if (end > this.words) this.resize(end);
    return starts.map((start) => this.at + start) as { [I in keyof Sizes]: number };
  }

  private resize(words: number): void {
    if (this.words > 0) this.memory.release(this.at);
    this.words = 0;
    if (words === 0) return;
    this.at = this.memory.allocate(words);
    this.words = words;
  }
}
