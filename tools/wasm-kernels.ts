import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { commands, type Tree } from "@yowasp/clang";

const SHARED_MEMORY = ["-matomics", "-Wl,--shared-memory", "-Wl,--max-memory=4294967296"];

/**
 * The builds of the kernels: fixed-width SIMD everywhere, fused multiply-add where allowed, and
 * that on a memory that several threads share.
 */
export const VARIANTS = {
  simd: ["-msimd128"],
  relaxed: ["-msimd128", "-mrelaxed-simd"],
  threads: ["-msimd128", "-mrelaxed-simd", ...SHARED_MEMORY],
} as const;

export type Variant = keyof typeof VARIANTS;

const SOURCE = new URL("../src/engine/kernels/kernels.c", import.meta.url);

/** The folder of the modules that hold the built kernels. */
const GENERATED = new URL("../src/engine/wasm/kernels/", import.meta.url);

const FLAGS = [
  "--target=wasm32-unknown-unknown",
  "-O2",
  "-fno-unroll-loops",
  "-std=c17",
  "-ffreestanding",
  "-nostdlib",
  "-fno-builtin-memset",
  "-fno-builtin-memcpy",
  "-mbulk-memory",
  "-fno-math-errno",
  "-fvisibility=hidden",
  "-Wall",
  "-Werror",
  "-Wl,--no-entry",
  "-Wl,--import-memory",
  "-Wl,--export=begin_job",
  "-Wl,--export=run_chunk",
  "-Wl,--export=end_job",
  "-Wl,--export=run_jobs",
  "-Wl,--export=__stack_pointer",
  "-Wl,--strip-all",
  "-Wl,-z,stack-size=65536",
];

/** Compiles the kernels with the pinned Clang; the same source gives the same bytes everywhere. */
export async function buildKernels(variant: Variant): Promise<Uint8Array> {
  const files: Tree = { "kernels.c": readFileSync(SOURCE, "utf8") };
  const args = ["clang", ...FLAGS, ...VARIANTS[variant], "kernels.c", "-o", "kernels.wasm"];
  const built = await commands.clang!(args.slice(1), files);
  const wasm = built?.["kernels.wasm"];
  if (!(wasm instanceof Uint8Array)) throw new Error("internal: clang made no kernels.wasm");
  return wasm;
}

/** The first 12 hex digits of the SHA-256 of kernels.c. */
export const kernelsHash = (): string =>
  createHash("sha256").update(readFileSync(SOURCE)).digest("hex").slice(0, 12);

/** A module to be written. */
interface GeneratedModule {
  readonly file: URL;
  readonly text: string;
}

function moduleOf(name: string, line: string): GeneratedModule {
  const text = `// Generated from kernels.c by tools/build-wasm.ts (npm run build:wasm). Do not edit.
${line}
`;
  return { file: new URL(`${name}.generated.ts`, GENERATED), text };
}

/** The generated modules: the source's hash, and each build, compressed and in base64. */
export async function generatedModules(): Promise<GeneratedModule[]> {
  const modules = [moduleOf("hash", `export const KERNELS_HASH = "${kernelsHash()}";`)];
  for (const variant of Object.keys(VARIANTS) as Variant[]) {
    const base64 = gzipSync(await buildKernels(variant), { level: 9 }).toString("base64");
    modules.push(moduleOf(variant, `export const KERNELS =\n  "${base64}";`));
  }
  return modules;
}
