import { type KernelHost, type Kernels, singleThreadHost } from "../tiles/host.ts";
import { type GrowableMemory, TileMemory } from "../tiles/memory.ts";
import { PAGE, reserve } from "../tiles/reserve.ts";
import { compileKernels, hasRelaxedSimd } from "./modules.ts";

/** The module keeps its stack and tables in the first two pages. */
const FIRST_FREE_WORD = (2 * PAGE) / 4;

/** A memory of the kernels, and its allocator. */
export interface WasmMemory {
  readonly memory: WebAssembly.Memory;
  readonly tiles: TileMemory;
}

/**
 * A new memory for the kernels; several threads can share it if asked for. Throws `E_MEMORY` where
 * there are no addresses for it.
 */
export function newMemory(shared: boolean): WasmMemory {
  const facts = {
    backend: "wasm",
    needs: "addresses for about 10 GiB, most of which are never used",
    instead: "`backend: native` where it is built, or reference, which is slow",
  } as const;
  const { memory, maximum } = reserve(
    facts,
    (bytes) => new WebAssembly.Memory({ initial: 16, maximum: bytes / PAGE, shared }),
  );
  const growable: GrowableMemory = {
    get buffer() {
      return memory.buffer;
    },
    maximum,
    growTo: (size) => {
      memory.grow(Math.ceil((size - memory.buffer.byteLength) / PAGE));
    },
  };
  return { memory, tiles: new TileMemory(growable, FIRST_FREE_WORD) };
}

/** The kernels as functions of places. */
export function kernelsOf(instance: WebAssembly.Instance): Kernels {
  const exports = instance.exports as Record<string, (base: number, ...places: number[]) => void>;
  const { begin_job, run_chunk, end_job, run_jobs } = exports;
  return {
    beginJob: (job) => begin_job!(0, job),
    runChunk: (job, chunk, thread) => run_chunk!(0, job, chunk, thread),
    endJob: (job) => end_job!(0, job),
    runJobs: (jobs, count) => run_jobs!(0, jobs, count),
  };
}

/**
 * The kernels on a new WebAssembly memory, one thread. `relaxed` is used where the engine can
 * compile it; results differ from `simd` in the last bits.
 */
export async function wasmHost(wanted?: "relaxed" | "simd"): Promise<KernelHost> {
  const variant = wanted ?? (hasRelaxedSimd() ? "relaxed" : "simd");
  const { memory, tiles } = newMemory(false);
  const instance = await WebAssembly.instantiate(await compileKernels(variant), {
    env: { memory },
  });
  return singleThreadHost("wasm", tiles, kernelsOf(instance));
}
