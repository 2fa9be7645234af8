import { InterpBenchError } from "../../errors/index.ts";

/** Builds of the kernels: fused multiply-add, plain SIMD, or fused on a memory of several threads. */
export type WasmVariant = "relaxed" | "simd" | "threads";

/** A module of its own for each build, so that nobody loads what is not run. */
const BUILDS: Readonly<Record<WasmVariant, () => Promise<{ readonly KERNELS: string }>>> = {
  relaxed: () => import("./kernels/relaxed.generated.ts"),
  simd: () => import("./kernels/simd.generated.ts"),
  threads: () => import("./kernels/threads.generated.ts"),
};

/** The bytes of base64 text. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The WebAssembly of a build, which is stored compressed. */
export async function loadKernels(variant: WasmVariant): Promise<ArrayBuffer> {
  const { KERNELS } = await BUILDS[variant]();
  const stored = new Blob([decodeBase64(KERNELS)]).stream();
  const reader = stored.pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
  }
  return new Blob(parts).arrayBuffer();
}

/** The smallest module with a fused multiply-add: `() => f32x4.relaxed_madd(0, 0, 0)`. */
const RELAXED_PROBE = Uint8Array.of(
  // Magic and version; the type () → v128; one function of it.
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7b],
  ...[3, 2, 1, 0],
  // Its body, without locals: three times i32.const 0, i8x16.splat; f32x4.relaxed_madd; end.
  ...[10, 19, 1, 17, 0],
  ...[0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f],
  ...[0xfd, 0x85, 2, 0x0b],
);

/** Lets Node 20 compile relaxed SIMD, which its V8 has behind a flag; in a browser this does nothing. */
function allowRelaxedSimd(): void {
  const host = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
  const v8 = host.process?.getBuiltinModule?.("node:v8") as
    | { setFlagsFromString(flag: string): void }
    | undefined;
  v8?.setFlagsFromString("--experimental-wasm-relaxed-simd");
}

/**
 * Whether this engine has the fused multiply-add of the builds `relaxed` and `threads`. A flag is set
 * only where it has not without one.
 */
export function hasRelaxedSimd(): boolean {
  if (WebAssembly.validate(RELAXED_PROBE)) return true;
  allowRelaxedSimd();
  return WebAssembly.validate(RELAXED_PROBE);
}

/** The compiled module of a build. Throws `E_BACKEND` where the engine cannot compile it. */
export async function compileKernels(variant: WasmVariant): Promise<WebAssembly.Module> {
  const isPlain = variant === "simd";
  const bytes = isPlain || hasRelaxedSimd() ? await loadKernels(variant) : undefined;
  if (bytes === undefined || !WebAssembly.validate(bytes)) {
    throw new InterpBenchError("E_BACKEND", "this engine cannot compile the WebAssembly kernels", {
      expected: isPlain ? "WebAssembly SIMD" : "WebAssembly with relaxed SIMD",
      hint: "Use a newer Node or browser, or `backend: reference`, which is slow.",
    });
  }
  return WebAssembly.compile(bytes);
}
