import type { TileMemory } from "./memory.ts";

/** Blocks of a memory that are released together. */
export class Blocks {
  private readonly places: number[] = [];
  private readonly memory: TileMemory;

  constructor(memory: TileMemory) {
    this.memory = memory;
  }

  reserve(words: number): number {
    const at = this.memory.allocate(words);
    this.places.push(at);
    return at;
  }

  floats(values: ArrayLike<number>): number {
    const at = this.reserve(values.length);
    this.memory.floats.set(values, at);
    return at;
  }

  words(values: ArrayLike<number>): number {
    const at = this.reserve(values.length);
    this.memory.words.set(values, at);
    return at;
  }

  release(): void {
    for (const at of this.places) this.memory.release(at);
    this.places.length = 0;
  }
}
