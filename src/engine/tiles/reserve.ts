import { InterpBenchError } from "../../errors/index.ts";
import type { Backend } from "../program/backend.ts";

/** A page of WebAssembly: all sizes are whole numbers of them. */
export const PAGE = 2 ** 16;

/** Sizes that are tried: all that 32-bit places reach, and a quarter each of the one before. */
const SIZES = [2 ** 32 - PAGE, 2 ** 30, 2 ** 28, 2 ** 26, 2 ** 24];

/** A backend's memory, for the message that there is none. */
export interface MemoryFacts {
  readonly backend: Backend["name"];
  /** What it needs to start with. */
  readonly needs: string;
  /** The backends that may fit instead. */
  readonly instead: string;
}

/**
 * Makes a growing memory. It reserves addresses up to its end, which take no memory until they are
 * touched, but count where a process has a limit (`ulimit -v`). Where 4 GiB are refused, less is tried,
 * in large steps, so that the rest of the process has room beside it.
 *
 * `make` gets the number of bytes to which the memory can grow, and throws a `RangeError` where they
 * are refused. Throws `E_MEMORY` where not even 16 MiB can be reserved.
 */
export function reserve<M>(
  { backend, needs, instead }: MemoryFacts,
  make: (maximum: number) => M,
): { readonly memory: M; readonly maximum: number } {
  let cause: RangeError | undefined;
  for (const maximum of SIZES) {
    try {
      return { memory: make(maximum), maximum };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      cause = error;
    }
  }
  throw new InterpBenchError("E_MEMORY", `the ${backend} backend cannot reserve its memory`, {
    expected: needs,
    received: cause?.message,
    hint: `Raise the limit of this process (\`ulimit -v\`), or use ${instead}.`,
    cause,
  });
}
