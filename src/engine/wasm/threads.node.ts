import { threadedHost } from "../threads/pool.node.ts";
import type { KernelHost } from "../tiles/host.ts";
import { kernelsOf, newMemory } from "./host.ts";
import { compileKernels } from "./modules.ts";

/** Words of the stack that every further thread gets. */
const STACK_WORDS = 16384;

/** The kernels on a WebAssembly memory that `threads` threads share. */
export async function wasmThreadsHost(threads: number): Promise<KernelHost> {
  const module = await compileKernels("threads");
  const { memory, tiles } = newMemory(true);
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const stackTops = Array.from(
    { length: threads },
    () => (tiles.allocate(STACK_WORDS) + STACK_WORDS) * 4,
  );
  return threadedHost(
    "wasm",
    tiles,
    kernelsOf(instance),
    (thread) => ({ kind: "wasm", module, memory, stackPointer: stackTops[thread]! }),
    threads,
  );
}
