import type { TileMemory } from "./memory.ts";

/**
 * The memory that runs work in, one after the other: all loaded programs share it. It is as large as
 * the largest run so far needed, and is given back when the last program is.
 */
export class Workspace {
  private readonly memory: TileMemory;
  private place = 0;
  private words = 0;
  private programs = 0;

  constructor(memory: TileMemory) {
    this.memory = memory;
  }

  /** Counts a program in. */
  enter(): void {
    this.programs++;
  }

  /** Counts a program out. */
  leave(): void {
    this.programs--;
    if (this.programs === 0) this.resize(0);
  }

  /** The place of so many words, with unspecified contents; good until the next call. */
  at(words: number): number {
    if (words > this.words) this.resize(words);
    return this.place;
  }

  private resize(words: number): void {
    if (this.words > 0) this.memory.release(this.place);
    this.words = 0;
    if (words === 0) return;
    this.place = this.memory.allocate(words);
    this.words = words;
  }
}
