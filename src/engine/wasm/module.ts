import { RELAXED_BASE64, SIMD_BASE64 } from "./kernels.generated.ts";
import { WasmMemory } from "./memory.ts";

/** The functions that kernels.c exports; addresses are bytes. */
export interface Kernels {
  run_once(
    code: number,
    words: number,
    shared: number,
    accumulator: number,
    bindings: number,
  ): void;
  run_tiles(
    code: number,
    words: number,
    tile: number,
    shared: number,
    accumulator: number,
    bindings: number,
    rows: number,
    batch: number,
    from: number,
    to: number,
  ): void;
}

/** Which build of the kernels runs: fused multiply-add or plain SIMD. */
export type WasmVariant = "relaxed" | "simd";

/** The module keeps its stack and tables below this address. */
const FIRST_FREE_BYTE = 1 << 17;

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * Lets Node compile relaxed SIMD, which its V8 has behind a flag until version 22; elsewhere this
 * does nothing. It must run before the first module is compiled.
 */
function allowRelaxedSimd(): void {
  const host = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
  const v8 = host.process?.getBuiltinModule?.("node:v8") as
    | { setFlagsFromString(flag: string): void }
    | undefined;
  v8?.setFlagsFromString("--experimental-wasm-relaxed-simd");
}

/**
 * The kernels on a new memory. `relaxed` is used where the engine can compile it and is about
 * 1.5 times as fast on contractions; results differ from `simd` in the last bits.
 */
export async function instantiateKernels(
  wanted?: WasmVariant,
): Promise<{ kernels: Kernels; memory: WasmMemory; variant: WasmVariant }> {
  allowRelaxedSimd();
  const relaxed = decodeBase64(RELAXED_BASE64);
  const variant = wanted ?? (WebAssembly.validate(relaxed) ? "relaxed" : "simd");
  const bytes = variant === "relaxed" ? relaxed : decodeBase64(SIMD_BASE64);
  const memory = new WasmMemory(FIRST_FREE_BYTE);
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: memory.memory } });
  return { kernels: instance.exports as unknown as Kernels, memory, variant };
}
