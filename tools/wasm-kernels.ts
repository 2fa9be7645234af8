import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { commands } from "@yowasp/clang";
import manifest from "../package.json" with { type: "json" };

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

/** What Clang made before, by all that decides it. */
const CACHE = new URL("../node_modules/.cache/interpbench/", import.meta.url);

/**
 * Compiles the kernels with the pinned Clang; the same source gives the same bytes everywhere. Clang
 * takes seconds, so that it runs once for each source, version and list of flags.
 */
export async function buildKernels(variant: Variant): Promise<Uint8Array> {
  const source = readFileSync(SOURCE, "utf8");
  const args = [...FLAGS, ...VARIANTS[variant], "kernels.c", "-o", "kernels.wasm"];
  const key = sha256(JSON.stringify([manifest.devDependencies["@yowasp/clang"], args, source]));
  const cached = new URL(`kernels-${key}.wasm`, CACHE);
  if (existsSync(cached)) return readFileSync(cached);
  const built = await commands.clang!(args, { "kernels.c": source });
  const wasm = built?.["kernels.wasm"];
  if (!(wasm instanceof Uint8Array)) throw new Error("internal: clang made no kernels.wasm");
  mkdirSync(CACHE, { recursive: true });
  const unfinished = new URL(`${cached.href}.${process.pid}`);
  writeFileSync(unfinished, wasm);
  renameSync(unfinished, cached);
  return wasm;
}

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

/** The first 12 hex digits of the SHA-256 of kernels.c. */
export const kernelsHash = (): string => sha256(readFileSync(SOURCE)).slice(0, 12);

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
