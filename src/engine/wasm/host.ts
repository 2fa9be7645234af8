import { InterpBenchError } from "../../errors/index.ts";
import { type KernelHost, type Kernels, singleThreadHost } from "../tiles/host.ts";
import { type GrowableMemory, TileMemory } from "../tiles/memory.ts";
import { PAGE, reserve } from "../tiles/reserve.ts";
import { RELAXED_BASE64, SIMD_BASE64, THREADS_BASE64 } from "./kernels.generated.ts";

/** Builds of the kernels: fused multiply-add, plain SIMD, or fused on a memory of several threads. */
export type WasmVariant = "relaxed" | "simd" | "threads";

const BASE64: Record<WasmVariant, string> = {
  relaxed: RELAXED_BASE64,
  simd: SIMD_BASE64,
  threads: THREADS_BASE64,
};

/** The module keeps its stack and tables in the first two pages. */
const FIRST_FREE_WORD = (2 * PAGE) / 4;

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Lets Node 20 compile relaxed SIMD, which its V8 has behind a flag; in a browser this does nothing. */
function allowRelaxedSimd(): void {
  const host = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
  const v8 = host.process?.getBuiltinModule?.("node:v8") as
    | { setFlagsFromString(flag: string): void }
    | undefined;
  v8?.setFlagsFromString("--experimental-wasm-relaxed-simd");
}

/** Whether this engine can compile a build. A flag is set only where it cannot without one. */
export function canCompile(variant: WasmVariant): boolean {
  const bytes = decodeBase64(BASE64[variant]);
  if (WebAssembly.validate(bytes)) return true;
  allowRelaxedSimd();
  return WebAssembly.validate(bytes);
}

/** The compiled module of a build. Throws `E_BACKEND` where the engine cannot compile it. */
export async function compileKernels(variant: WasmVariant): Promise<WebAssembly.Module> {
  if (!canCompile(variant)) {
    throw new InterpBenchError("E_BACKEND", "this engine cannot compile the WebAssembly kernels", {
      expected: variant === "simd" ? "WebAssembly SIMD" : "WebAssembly with relaxed SIMD",
      hint: "Use a newer Node or browser, or --backend reference, which is slow.",
    });
  }
  return WebAssembly.compile(decodeBase64(BASE64[variant]));
}

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
    instead: "--backend native where it is built, or reference, which is slow",
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
  const variant = wanted ?? (canCompile("relaxed") ? "relaxed" : "simd");
  const { memory, tiles } = newMemory(false);
  const instance = await WebAssembly.instantiate(await compileKernels(variant), {
    env: { memory },
  });
  return singleThreadHost("wasm", tiles, kernelsOf(instance));
}
