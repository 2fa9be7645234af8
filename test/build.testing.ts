import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";
import { deps } from "../tsdown.config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Builds parts of the package, as the package is built, into a new folder of its cache. */
export async function buildInCache(
  name: string,
  entry: Readonly<Record<string, string>>,
): Promise<string> {
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, `${name}-`));
  await build({
    config: false,
    cwd: root,
    entry: { ...entry },
    outDir,
    format: "esm",
    platform: "neutral",
    target: "node20",
    dts: false,
    fixedExtension: false,
    logLevel: "silent",
    deps,
  });
  return outDir;
}
