import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { addonPath } from "../src/engine/index.node.ts";

/**
 * Compiles kernels.c for this machine into a Node addon. With `--quiet` a missing or failing
 * compiler is no error: the WebAssembly build of the same file is always there.
 */
const QUIET = process.argv.includes("--quiet");
const SOURCE = fileURLToPath(new URL("../src/engine/kernels/kernels.c", import.meta.url));

const FLAGS = [
  "-O3",
  "-march=native",
  // GCC takes some processors for older ones and schedules badly for them.
  ...(process.arch === "x64" ? ["-mtune=generic"] : []),
  // Which products and sums are fused, the source says.
  "-ffp-contract=off",
  "-fno-math-errno",
  "-std=c17",
  "-fPIC",
  "-shared",
  "-DNODE_ADDON",
  ...(process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
];

function build(): string | undefined {
  const target = addonPath();
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${process.pid}.${basename(target)}`);
  const compiler = process.env.CC ?? "cc";
  const result = spawnSync(compiler, [...FLAGS, SOURCE, "-o", temporary], { encoding: "utf8" });
  if (result.status !== 0) return result.error?.message ?? result.stderr;
  for (const old of readdirSync(folder)) if (!old.startsWith(".")) rmSync(join(folder, old));
  renameSync(temporary, target);
  return undefined;
}

const failure = build();
if (failure === undefined) {
  if (!QUIET) console.log(`built ${addonPath()}`);
} else if (!QUIET) {
  console.error(`The native kernels were not built:\n${failure}`);
  process.exitCode = 1;
}
