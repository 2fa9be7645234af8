import { availableParallelism } from "node:os";
import { openBackend } from "../src/engine/index.node.ts";
import type { Backend } from "../src/engine/index.ts";

/** The fast backends that work here, the fastest first, on so many threads. */
export async function openBackends(threads = 1): Promise<readonly Backend[]> {
  const fastest = await openBackend("auto", { threads });
  return fastest.name === "wasm" ? [fastest] : [fastest, await openBackend("wasm", { threads })];
}

/** Does work on the fast backends and closes them. */
export async function withBackends<T>(
  threads: number,
  work: (backends: readonly Backend[]) => Promise<T>,
): Promise<T> {
  const backends = await openBackends(threads);
  try {
    return await work(backends);
  } finally {
    for (const backend of backends) backend.dispose();
  }
}

/** One thread, and as many as this process may use at once. */
export function threadCounts(): readonly number[] {
  return [...new Set([1, availableParallelism()])];
}
