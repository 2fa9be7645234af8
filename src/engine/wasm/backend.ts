import type { Backend } from "../program/backend.ts";
import { tileBackend } from "../tiles/backend.ts";
import { wasmHost } from "./host.ts";

/** Options of {@link wasmBackend}. */
export interface WasmOptions {
  /** Which build of the kernels; by default `relaxed` where it compiles, else `simd`. */
  readonly variant?: "relaxed" | "simd";
}

/** The backend that runs everywhere: the C kernels in WebAssembly SIMD, one thread. */
export async function wasmBackend({ variant }: WasmOptions = {}): Promise<Backend> {
  return tileBackend(await wasmHost(variant));
}
