import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { formatJson } from "../../formats/index.ts";
import { compareNames, sha256, writeFileAtomic } from "../../store/index.ts";
import { readZoo, ZOO_INDEX, type ZooEntry } from "./index-file.ts";

/** A model for a zoo: what its entry says, and its files by name. */
export interface ZooModel {
  readonly entry: Omit<ZooEntry, "folder" | "files">;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Puts a model into a zoo, in place of the one of the same case and seed, and writes the index anew: in the
 * order of the cases, then of the seeds. The same models give the same bytes.
 */
export function writeZooModel(zoo: string, { entry, files }: ZooModel): ZooEntry {
  const folder = `${entry.id}-seed${entry.seed}`;
  mkdirSync(join(zoo, folder), { recursive: true });
  const hashes: Record<string, string> = {};
  for (const [name, bytes] of files) {
    writeFileAtomic(join(zoo, folder, name), bytes);
    hashes[name] = sha256(bytes);
  }
  const { id, seed, ...facts } = entry;
  const written: ZooEntry = { id, seed, folder, ...facts, files: hashes };
  const { schema, models } = readZoo(zoo);
  const others = models.filter((one) => one.id !== id || one.seed !== seed);
  const all = [...others, written].sort((a, b) => compareNames(a.id, b.id) || a.seed - b.seed);
  writeFileAtomic(join(zoo, ZOO_INDEX), formatJson({ schema, models: all }));
  return written;
}
