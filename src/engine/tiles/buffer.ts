import { InterpBenchError } from "../../errors/index.ts";
import type { Buffer } from "../program/backend.ts";
import type { TileMemory } from "./memory.ts";

/** A buffer in the kernels' memory. */
export class TileBuffer implements Buffer {
  readonly length: number;
  readonly memory: TileMemory;
  readonly at: number;

  constructor(
    memory: TileMemory,
    valuesOrLength: number | ArrayLike<number>,
    { isFilled = true }: { readonly isFilled?: boolean } = {},
  ) {
    const isLength = typeof valuesOrLength === "number";
    this.memory = memory;
    this.length = isLength ? valuesOrLength : valuesOrLength.length;
    this.at = memory.allocate(this.length);
    if (!isLength) memory.floats.set(valuesOrLength, this.at);
    else if (isFilled) memory.floats.fill(0, this.at, this.at + this.length);
  }

  read(): Float32Array {
    return this.view().slice();
  }

  view(): Float32Array {
    return this.memory.floats.subarray(this.at, this.at + this.length);
  }

  write(values: ArrayLike<number>, offset = 0): void {
    if (offset < 0 || offset + values.length > this.length) {
      throw new InterpBenchError("E_SHAPE", "the values do not fit into the buffer", {
        expected: `at most ${this.length - offset} values at offset ${offset}`,
        received: String(values.length),
      });
    }
    this.memory.floats.set(values, this.at + offset);
  }

  dispose(): void {
    this.memory.release(this.at);
  }
}
