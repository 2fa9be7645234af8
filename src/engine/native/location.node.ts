import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { arch, platform } from "node:process";
import { fileURLToPath } from "node:url";
import { KERNELS_HASH } from "../wasm/kernels/hash.generated.ts";

/** The folder of this package: the nearest one above this file with a package.json. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  return folder;
}

/**
 * Where the addon for this machine is built and looked for. The name holds the hash of kernels.c,
 * so that an addon of another version is never loaded.
 */
export function addonPath(): string {
  const name = `kernels-${KERNELS_HASH}-${platform}-${arch}.node`;
  return join(packageRoot(), "native", name);
}
