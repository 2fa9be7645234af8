import type { LoweredProgram } from "../lowering/lower.ts";
import { Blocks } from "./blocks.ts";
import type { TileMemory } from "./memory.ts";

/** A program in the kernels' memory. */
export interface LoadedProgram {
  readonly lowered: LoweredProgram;
  /** Places of the instructions of its three parts. */
  readonly before: number;
  readonly perTile: number;
  readonly after: number;
  readonly constants: number;
  release(): void;
}

/** Writes a program's instructions and constants into a memory. */
export function loadProgram(lowered: LoweredProgram, memory: TileMemory): LoadedProgram {
  const blocks = new Blocks(memory);
  const constants = blocks.reserve(lowered.constantSize);
  for (const { offset, values } of lowered.constants) {
    memory.floats.set(values, constants + offset);
  }
  return {
    lowered,
    before: blocks.words(lowered.before),
    perTile: blocks.words(lowered.perTile),
    after: blocks.words(lowered.after),
    constants,
    release: () => blocks.release(),
  };
}
