import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
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
  "-ffp-contract=off",
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
 * The kernels as the pinned Clang compiles them; the same source gives the same bytes everywhere. Clang
 * takes seconds, so that it runs once for each source, version and list of flags.
 */
export async function buildKernels(variant: Variant): Promise<Uint8Array> {
  missing ??= compileMissing();
  await missing;
  return readFileSync(cacheOf(variant));
}

let missing: Promise<void> | undefined;

const flagsOf = (variant: Variant) => [...FLAGS, ...VARIANTS[variant]];

/** Where a build is kept. */
function cacheOf(variant: Variant): string {
  const version = manifest.devDependencies["@yowasp/clang"];
  const source = readFileSync(SOURCE, "utf8");
  const key = sha256(JSON.stringify([version, flagsOf(variant), source]));
  return fileURLToPath(new URL(`kernels-${key}.wasm`, CACHE));
}

/** Runs Clang for all builds that are not there, in a process of its own. */
async function compileMissing(): Promise<void> {
  const variants = (Object.keys(VARIANTS) as Variant[]).filter((one) => !existsSync(cacheOf(one)));
  if (variants.length === 0) return;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = (variant: Variant) => `${cacheOf(variant)}.${process.pid}`;
  const jobs = variants.map((variant) => [unfinished(variant), flagsOf(variant)]);
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const program = [path("../node_modules/.bin/unrun"), path("run-clang.ts")];
  const words = [...program, fileURLToPath(SOURCE), JSON.stringify(jobs)];
  await promisify(execFile)(process.execPath, words);
  for (const variant of variants) renameSync(unfinished(variant), cacheOf(variant));
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
