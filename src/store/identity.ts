import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InterpBenchError } from "../errors/index.ts";
import { publishFile } from "./atomic.ts";
import { makeFolder } from "./draft.ts";

/** The file in a results folder that tells it from others, wherever it is mounted. */
const FILE = ".store-id";

/**
 * What tells a results folder from others, the same on every machine that shares it: 32 hex digits, which are made
 * when they are first asked for. `E_OUTPUT` if the folder cannot be written, or the file is not ours.
 */
export function storeId(root: string): string {
  const path = join(root, FILE);
  makeFolder(root);
  publishFile(path, `${randomBytes(16).toString("hex")}\n`);
  const id = readFileSync(path, "utf8").trim();
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  throw new InterpBenchError("E_OUTPUT", "the id of the results folder is not one of ours", {
    at: path,
    expected: "32 hex digits",
    received: JSON.stringify(id.slice(0, 40)),
    hint: "Remove the file: another id is made.",
  });
}
