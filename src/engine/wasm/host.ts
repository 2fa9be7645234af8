import type { KernelHost } from "../tiles/host.ts";
import { TileMemory } from "../tiles/memory.ts";
import { RELAXED_BASE64, SIMD_BASE64 } from "./kernels.generated.ts";

/** The functions that kernels.c exports; `base` is the start of the memory. */
interface Exports {
  run_once(base: number, ...places: number[]): void;
  run_tiles(base: number, ...places: number[]): void;
}

/** Which build of the kernels runs: fused multiply-add or plain SIMD. */
export type WasmVariant = "relaxed" | "simd";

const PAGE = 65536;
const MAXIMUM_PAGES = 65536;

/** The module keeps its stack and tables in the first two pages. */
const FIRST_FREE_WORD = (2 * PAGE) / 4;

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
 * The kernels on a new WebAssembly memory. `relaxed` is used where the engine can compile it;
 * results differ from `simd` in the last bits.
 */
export async function wasmHost(wanted?: WasmVariant): Promise<KernelHost> {
  allowRelaxedSimd();
  const relaxed = decodeBase64(RELAXED_BASE64);
  const variant = wanted ?? (WebAssembly.validate(relaxed) ? "relaxed" : "simd");
  const bytes = variant === "relaxed" ? relaxed : decodeBase64(SIMD_BASE64);
  const memory = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const kernels = instance.exports as unknown as Exports;
  const growable = {
    get buffer() {
      return memory.buffer;
    },
    maximum: MAXIMUM_PAGES * PAGE - PAGE,
    growTo: (size: number) => {
      memory.grow(Math.ceil((size - memory.buffer.byteLength) / PAGE));
    },
  };
  return {
    name: "wasm",
    memory: new TileMemory(growable, FIRST_FREE_WORD),
    runOnce: (...places) => kernels.run_once(0, ...places),
    runTiles: (...places) => kernels.run_tiles(0, ...places),
  };
}
