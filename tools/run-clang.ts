import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { setFlagsFromString } from "node:v8";
import { commands } from "@yowasp/clang";

/*
 * Clang as a program of its own: `run-clang.ts SOURCE JOBS` compiles one file in several ways, JOBS being the
 * JSON of `[[output, flags], …]`. Clang is itself WebAssembly, and runs a few seconds: only what is called is
 * compiled, and nothing of it optimised, which would take longer than it saves.
 */
for (const flag of ["--liftoff-only", "--wasm-lazy-compilation"]) setFlagsFromString(flag);

const [source, jobs] = process.argv.slice(2) as [string, string];
const name = basename(source);
const files = { [name]: readFileSync(source, "utf8") };
for (const [output, flags] of JSON.parse(jobs) as [string, string[]][]) {
  const made = await commands.clang!([...flags, name, "-o", "output.wasm"], files);
  const wasm = made?.["output.wasm"];
  if (!(wasm instanceof Uint8Array)) throw new Error(`internal: clang made nothing of ${name}`);
  writeFileSync(output, wasm);
}
