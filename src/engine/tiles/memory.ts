import { InterpBenchError } from "../../errors/index.ts";
import type { MemoryUse } from "../program/backend.ts";

/** Bytes of a word: everything in a tile memory is named by its place in words. */
const WORD = 4;

/** Words to which every block is aligned: one cache line. */
const ALIGNMENT = 16;

const aligned = (words: number): number =>
  Math.max(ALIGNMENT, Math.ceil(words / ALIGNMENT) * ALIGNMENT);

/** Views of a fixed length: engines are slow with those that grow along with a buffer. */
function wholeViews(buffer: ArrayBufferLike) {
  const length = Math.floor(buffer.byteLength / WORD);
  return {
    floats: new Float32Array(buffer, 0, length),
    words: new Uint32Array(buffer, 0, length),
  };
}

/** A growing piece of memory that kernels can reach. */
export interface GrowableMemory {
  /** The bytes; a new object may take its place when the memory grows. */
  readonly buffer: ArrayBufferLike;
  /** Largest number of bytes it can grow to. */
  readonly maximum: number;
  /** Makes it at least that many bytes long. Throws a `RangeError` if the system refuses them. */
  growTo(bytes: number): void;
}

/** That `needed` bytes are more than there are. */
function fullError(available: number, needed: number, cause?: RangeError): InterpBenchError {
  const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  return new InterpBenchError("E_MEMORY", "the backend's memory is full", {
    expected: `at most ${mib(available)}`,
    received: mib(needed),
    hint: "Use a smaller batch or model, or raise the limit of this process (`ulimit -v`).",
    cause,
  });
}

/**
 * An allocator over one growing memory: first fit over a sorted list of free blocks. Places are
 * word numbers; views are made on demand because growing can detach the old ones.
 */
export class TileMemory {
  private readonly memory: GrowableMemory;
  private views: { readonly floats: Float32Array; readonly words: Uint32Array };
  private end: number;
  private readonly free: { at: number; words: number }[] = [];
  private readonly used = new Map<number, number>();
  private usedWords = 0;
  private peakWords = 0;

  /** `firstWord`: where the part that is ours begins; never 0, which stands for "nothing". */
  constructor(memory: GrowableMemory, firstWord: number) {
    this.memory = memory;
    this.views = wholeViews(memory.buffer);
    this.end = aligned(firstWord);
  }

  /** All of the memory as floats; good until the next block is allocated. */
  get floats(): Float32Array {
    return this.views.floats;
  }

  /** The same as whole numbers. */
  get words(): Uint32Array {
    return this.views.words;
  }

  /** What blocks take now, took at most, and what the memory has grown to. */
  get use(): MemoryUse {
    return {
      used: this.usedWords * WORD,
      peak: this.peakWords * WORD,
      reserved: this.memory.buffer.byteLength,
    };
  }

  /** The place of `words` new words, with unspecified contents. Throws `E_MEMORY` when full. */
  allocate(words: number): number {
    const size = aligned(words);
    const block = this.free.findIndex((candidate) => candidate.words >= size);
    if (block < 0) return this.take(this.extend(size), size);
    const { at, words: available } = this.free[block]!;
    if (available === size) this.free.splice(block, 1);
    else this.free[block] = { at: at + size, words: available - size };
    return this.take(at, size);
  }

  private take(at: number, size: number): number {
    this.used.set(at, size);
    this.usedWords += size;
    this.peakWords = Math.max(this.peakWords, this.usedWords);
    return at;
  }

  /** New words at the end; what is free there already becomes a part of them. */
  private extend(size: number): number {
    const last = this.free.at(-1);
    const isAtEnd = last !== undefined && last.at + last.words === this.end;
    const at = isAtEnd ? last.at : this.end;
    const bytes = (at + size) * WORD;
    if (bytes > this.memory.maximum) throw fullError(this.memory.maximum, bytes);
    if (bytes > this.memory.buffer.byteLength) {
      try {
        this.memory.growTo(bytes);
      } catch (cause) {
        if (cause instanceof RangeError)
          throw fullError(this.memory.buffer.byteLength, bytes, cause);
        throw cause;
      }
      this.views = wholeViews(this.memory.buffer);
    }
    if (isAtEnd) this.free.pop();
    this.end = at + size;
    return at;
  }

  /** Gives back what `allocate` gave; neighbours are joined. Freeing twice does nothing. */
  release(at: number): void {
    const words = this.used.get(at);
    if (words === undefined) return;
    this.used.delete(at);
    this.usedWords -= words;
    const next = this.free.findIndex((block) => block.at > at);
    const position = next < 0 ? this.free.length : next;
    this.free.splice(position, 0, { at, words });
    this.join(position);
    this.join(position - 1);
  }

  private join(left: number): void {
    const [a, b] = [this.free[left], this.free[left + 1]];
    if (a === undefined || b === undefined || a.at + a.words !== b.at) return;
    this.free.splice(left, 2, { at: a.at, words: a.words + b.words });
  }
}
