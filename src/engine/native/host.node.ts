import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { InterpBenchError, reasonOf } from "../../errors/index.ts";
import { type KernelSource, threadedHost } from "../threads/pool.node.ts";
import { type KernelHost, type Kernels, singleThreadHost } from "../tiles/host.ts";
import { TileMemory } from "../tiles/memory.ts";
import { reserve } from "../tiles/reserve.ts";
import { addonPath } from "./location.node.ts";

/** The functions of the addon at the end of kernels.c; `base` is an address. */
interface Addon {
  address(view: Uint8Array): number;
  beginJob(base: number, job: number): void;
  runChunk(base: number, job: number, chunk: number, thread: number): void;
  endJob(base: number, job: number): void;
  runJobs(base: number, jobs: number, count: number): void;
  /** Does fused multiply-adds in registers; returns the number of floating-point operations. */
  multiplyAdds(rounds: number): number;
}

const FIRST_BYTES = 1 << 20;
const GROWTH = 1 << 20;

/** Whether the native kernels have been built for this machine. */
export function hasNativeKernels(): boolean {
  return existsSync(addonPath());
}

function loadAddon(): { addon: Addon; path: string } {
  const path = addonPath();
  if (!existsSync(path)) {
    throw new InterpBenchError("E_BACKEND", "the native kernels are not built", {
      expected: path,
      hint: "Run `npm run build:native` (it needs a C compiler), or use `backend: wasm`.",
    });
  }
  try {
    return { addon: createRequire(import.meta.url)(path) as Addon, path };
  } catch (cause) {
    throw new InterpBenchError("E_BACKEND", "the native kernels cannot be loaded", {
      at: path,
      received: reasonOf(cause),
      hint: "Build them again with `npm run build:native`, or use `backend: wasm`.",
      cause,
    });
  }
}

/** Most floating-point operations per second of one core: multiply-adds without memory. */
export function measurePeak(): number {
  const { addon } = loadAddon();
  const rounds = 1e7;
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const operations = addon.multiplyAdds(rounds);
    return operations / (performance.now() - start);
  });
  return Math.max(...times) * 1000;
}

/**
 * The kernels as compiled for this machine (`npm run build:native`), on a shared memory and so many
 * threads.
 *
 * Throws `E_BACKEND` when they are not built, or cannot be loaded, and `E_MEMORY` where there are no
 * addresses for the memory.
 */
export function nativeHost(threads = 1): KernelHost {
  const { addon, path } = loadAddon();
  const facts = {
    backend: "native",
    needs: "addresses for 16 MiB at least",
    instead: "`backend: reference`, which is slow",
  } as const;
  const { memory: buffer, maximum } = reserve(
    facts,
    (bytes) => new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: bytes }),
  );
  const base = addon.address(new Uint8Array(buffer));
  const growTo = (bytes: number) =>
    buffer.grow(Math.min(maximum, Math.ceil(bytes / GROWTH) * GROWTH));
  const kernels: Kernels = {
    beginJob: (job) => addon.beginJob(base, job),
    runChunk: (job, chunk, thread) => addon.runChunk(base, job, chunk, thread),
    endJob: (job) => addon.endJob(base, job),
    runJobs: (jobs, count) => addon.runJobs(base, jobs, count),
  };
  const memory = new TileMemory({ buffer, maximum, growTo }, 1);
  if (threads === 1) return singleThreadHost("native", memory, kernels);
  const source: KernelSource = { kind: "native", path, base };
  return threadedHost("native", memory, kernels, () => source, threads);
}
