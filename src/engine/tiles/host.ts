import type { Backend } from "../program/backend.ts";
import type { TileMemory } from "./memory.ts";

/** Something that can run the tile kernels on a memory. Places are words of that memory. */
export interface KernelHost {
  readonly name: Backend["name"];
  readonly memory: TileMemory;
  /** `run_once` of kernels.c: the instructions for shared values. */
  runOnce(code: number, words: number, shared: number, accumulator: number, bindings: number): void;
  /** `run_tiles` of kernels.c: the per-sample instructions for tiles `from` ≤ t < `to`. */
  runTiles(
    code: number,
    words: number,
    tile: number,
    shared: number,
    accumulator: number,
    bindings: number,
    rows: number,
    batch: number,
    from: number,
    to: number,
  ): void;
}
