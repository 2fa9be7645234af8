import { InterpBenchError } from "../../errors/index.ts";

const PAGE = 65536;
const MAX_PAGES = 65536;
const ALIGNMENT = 64;

const aligned = (bytes: number): number =>
  Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);

/**
 * A WebAssembly memory with an allocator: first fit over a sorted list of free blocks, 64-byte
 * aligned, growing by pages. Views are made on demand because growing detaches the old ones.
 */
export class WasmMemory {
  readonly memory = new WebAssembly.Memory({ initial: 16, maximum: MAX_PAGES });
  private end: number;
  private readonly free: { at: number; bytes: number }[] = [];
  private readonly used = new Map<number, number>();

  /** `start`: first byte that does not belong to the module's own data and stack. */
  constructor(start: number) {
    this.end = aligned(start);
  }

  get floats(): Float32Array {
    return new Float32Array(this.memory.buffer);
  }

  get ints(): Int32Array {
    return new Int32Array(this.memory.buffer);
  }

  /** Bytes in use. */
  get size(): number {
    return [...this.used.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** The address of `bytes` new bytes. Throws `E_MEMORY` beyond 4 GiB. */
  allocate(bytes: number): number {
    const size = aligned(bytes);
    const block = this.free.findIndex((candidate) => candidate.bytes >= size);
    if (block < 0) return this.extend(size);
    const { at, bytes: available } = this.free[block]!;
    if (available === size) this.free.splice(block, 1);
    else this.free[block] = { at: at + size, bytes: available - size };
    this.used.set(at, size);
    return at;
  }

  private extend(size: number): number {
    const at = this.end;
    const missing = at + size - this.memory.buffer.byteLength;
    if (missing > 0) {
      const pages = Math.ceil(missing / PAGE);
      const current = this.memory.buffer.byteLength / PAGE;
      if (current + pages > MAX_PAGES) {
        throw new InterpBenchError("E_MEMORY", "the wasm backend has 4 GiB at most", {
          received: `${((at + size) / 2 ** 30).toFixed(2)} GiB`,
          hint: "Use a smaller batch or model, or another backend.",
        });
      }
      this.memory.grow(pages);
    }
    this.end = at + size;
    this.used.set(at, size);
    return at;
  }

  /** Gives back what `allocate` gave; neighbours are joined. Freeing twice does nothing. */
  release(at: number): void {
    const bytes = this.used.get(at);
    if (bytes === undefined) return;
    this.used.delete(at);
    const next = this.free.findIndex((block) => block.at > at);
    const position = next < 0 ? this.free.length : next;
    this.free.splice(position, 0, { at, bytes });
    this.join(position);
    this.join(position - 1);
  }

  private join(left: number): void {
    const [a, b] = [this.free[left], this.free[left + 1]];
    if (a === undefined || b === undefined || a.at + a.bytes !== b.at) return;
    this.free.splice(left, 2, { at: a.at, bytes: a.bytes + b.bytes });
  }
}
