/**
 * @file The engine's part that needs Node: the native backend, and choosing a backend by name.
 *
 * May import: `errors/`, and the rest of `engine/`.
 */
import { unknownNameError } from "../errors/index.ts";
import { hasNativeKernels, nativeHost } from "./native/host.node.ts";
import type { Backend } from "./program/backend.ts";
import { referenceBackend } from "./reference/backend.ts";
import { tileBackend } from "./tiles/backend.ts";
import { wasmBackend } from "./wasm/backend.ts";

export { hasNativeKernels } from "./native/host.node.ts";
export { addonPath } from "./native/location.node.ts";

/** Backends by name; `auto` takes the fastest that is there: native, else wasm. */
export const BACKEND_CHOICES = ["auto", "native", "wasm", "reference"] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** The C kernels compiled for this machine. Throws `E_BACKEND` when they are not built. */
export function nativeBackend(): Backend {
  return tileBackend(nativeHost());
}

/** Opens a backend by name. Throws `E_BACKEND` for an unknown name or a missing native build. */
export async function openBackend(choice: BackendChoice = "auto"): Promise<Backend> {
  switch (choice) {
    case "auto":
      return hasNativeKernels() ? nativeBackend() : wasmBackend();
    case "native":
      return nativeBackend();
    case "wasm":
      return wasmBackend();
    case "reference":
      return referenceBackend();
    default:
      throw unknownNameError("E_BACKEND", "backend", choice, BACKEND_CHOICES);
  }
}
