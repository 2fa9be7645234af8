import { InterpBenchError, unknownNameError } from "../errors/index.ts";
import { type BackendIdentity, identityOf } from "./identity.node.ts";
import { hasNativeKernels, nativeHost } from "./native/host.node.ts";
import type { Backend } from "./program/backend.ts";
import { referenceBackend } from "./reference/backend.ts";
import { tileBackend } from "./tiles/backend.ts";
import { wasmBackend } from "./wasm/backend.ts";
import { hasRelaxedSimd } from "./wasm/modules.ts";
import { wasmThreadsHost } from "./wasm/threads.node.ts";

/** Backends by name; `auto` takes the fastest that loads and fits: native, else wasm. */
export const BACKEND_CHOICES = ["auto", "native", "wasm", "reference"] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** How a backend is opened. */
export interface BackendOptions {
  /**
   * Threads that share the tiles of large runs, this one included. Results do not depend on it.
   * Default 1.
   */
  readonly threads?: number;
}

/** The C kernels compiled for this machine. Throws `E_BACKEND` when they are not built. */
export function nativeBackend({ threads = 1 }: BackendOptions = {}): Backend {
  return tileBackend(nativeHost(threads));
}

/** The native backend, if it has been built, loads and fits: one made on another machine may not. */
function nativeIfItLoads(threads: number): Backend | undefined {
  if (!hasNativeKernels()) return undefined;
  try {
    return nativeBackend({ threads });
  } catch {
    return undefined;
  }
}

async function openWasm(threads: number): Promise<Backend> {
  const shares = threads > 1 && hasRelaxedSimd();
  return shares ? tileBackend(await wasmThreadsHost(threads)) : wasmBackend();
}

/**
 * Opens a backend by name. Throws `E_BACKEND` for an unknown name, a missing native build, or a
 * number of threads below 1, and `E_MEMORY` where there are no addresses for its memory.
 */
export async function openBackend(
  choice: BackendChoice = "auto",
  { threads = 1 }: BackendOptions = {},
): Promise<Backend> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new InterpBenchError("E_BACKEND", "a backend needs a whole number of threads", {
      expected: "1 or more",
      received: String(threads),
    });
  }
  switch (choice) {
    case "auto":
      return nativeIfItLoads(threads) ?? openWasm(threads);
    case "native":
      return nativeBackend({ threads });
    case "wasm":
      return openWasm(threads);
    case "reference":
      return referenceBackend();
    default:
      throw unknownNameError("E_BACKEND", "backend", String(choice), BACKEND_CHOICES);
  }
}

/**
 * Which backend a name means here, and which arithmetic that does. Throws as {@link openBackend},
 * which gives this very backend when it is asked for the name that is returned.
 */
export async function resolveBackend(choice: BackendChoice = "auto"): Promise<BackendIdentity> {
  const backend = await openBackend(choice);
  try {
    return identityOf(backend);
  } finally {
    backend.dispose();
  }
}
