import { unknownNameError } from "../../errors/index.ts";
import type { Backend } from "../program/backend.ts";
import { tileBackend } from "../tiles/backend.ts";
import { wasmHost } from "./host.ts";

/** Options of {@link wasmBackend}. */
export interface WasmOptions {
  /** Which build of the kernels; by default `relaxed` where it compiles, else `simd`. */
  readonly variant?: "relaxed" | "simd";
}

const VARIANTS: readonly (string | undefined)[] = [undefined, "relaxed", "simd"];

/**
 * The backend that runs everywhere: the C kernels in WebAssembly SIMD, one thread. Throws `E_BACKEND`
 * for an unknown variant or one that does not compile here, and `E_MEMORY` where there are no
 * addresses for its memory.
 */
export async function wasmBackend({ variant }: WasmOptions = {}): Promise<Backend> {
  if (!VARIANTS.includes(variant)) {
    throw unknownNameError("E_BACKEND", "variant", String(variant), ["relaxed", "simd"]);
  }
  return tileBackend(await wasmHost(variant));
}
