import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { broken } from "./artifact.ts";
import { publishFile } from "./atomic.ts";
import { makeFolder } from "./draft.ts";

/** The file in a results folder that tells it from others, wherever it is mounted. */
const FILE = ".store-id";

/**
 * What tells a results folder from others, the same on every machine that shares it: 32 hex digits, which are made
 * when they are first asked for. `E_OUTPUT` if the folder cannot be written, `E_ARTIFACT` if the file is not ours.
 */
export function storeId(root: string): string {
  const path = join(root, FILE);
  makeFolder(root);
  publishFile(path, `${randomBytes(16).toString("hex")}\n`);
  const id = readFileSync(path, "utf8").trim();
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  throw broken(path, "something else", undefined, "32 hex digits");
}
