import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { formatJson } from "../../formats/index.ts";
import { compareNames, sha256, writeFileAtomic } from "../../store/index.ts";
import { readZoo, ZOO_INDEX, type ZooEntry, type ZooIndex, type ZooRecord } from "./index-file.ts";

/** A model for a zoo: what its entry says, and its files by name. */
export interface ZooModel {
  readonly entry: ZooRecord;
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
  const index = readZoo(zoo);
  const isOther = otherThan(written);
  writeIndex(zoo, {
    ...index,
    models: [...index.models.filter(isOther), written],
    records: index.records.filter(isOther),
  });
  return written;
}

/**
 * Says in a zoo's index what came of a model that is not kept there, in place of what it said before. A model of the
 * same case and seed that is there stays, and nothing is said beside it.
 */
export function recordZooModel(zoo: string, record: ZooRecord): ZooRecord {
  const index = readZoo(zoo);
  const isOther = otherThan(record);
  if (index.models.every(isOther)) {
    mkdirSync(zoo, { recursive: true });
    writeIndex(zoo, { ...index, records: [...index.records.filter(isOther), record] });
  }
  return record;
}

const otherThan =
  ({ id, seed }: ZooRecord) =>
  (one: ZooRecord) =>
    one.id !== id || one.seed !== seed;

function writeIndex(zoo: string, { schema, models, records }: ZooIndex): void {
  const index = { schema, models: inOrder(models), records: inOrder(records) };
  writeFileAtomic(join(zoo, ZOO_INDEX), formatJson(index));
}

const inOrder = <T extends ZooRecord>(all: readonly T[]) =>
  [...all].sort((a, b) => compareNames(a.id, b.id) || a.seed - b.seed);
