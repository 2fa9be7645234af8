import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { InterpBenchError, reasonOf } from "../../errors/index.ts";
import { checkSchema } from "../../formats/index.ts";
import { sha256 } from "../../store/index.ts";

/** The names of the files of a model in the zoo, besides those of every model folder. */
export const ZOO_FILES = { training: "training.json", audit: "audit.json" } as const;

/** The index of a zoo: a file in its folder. */
export const ZOO_INDEX = "index.json";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const share = z.number().min(0).max(1).nullable();

const name = {
  /** The case. */
  id: z.string().min(1),
  seed: z.int().min(0),
};

const facts = {
  /** SHA-256 of the model, as results about it name it. */
  sha256: hash,
  /** SHA-256 of the case that it was trained for. */
  case: hash,
  /** Which kernels trained it: other ones give other bits. */
  backend: z.string(),
  updates: z.int().min(0),
  /** Processor seconds that its training took, with what is written down of it. */
  seconds: z.number().min(0),
  /** On pairs that training has not seen, by the audit. */
  accuracies: z.strictObject({
    accuracy: share,
    iia: share,
    strictAccuracy: share,
    jointStrictAccuracy: share,
  }),
  /** Whether the audit is a proof over all pairs of inputs. */
  exhaustive: z.boolean(),
  /** Pairs on which nodes were exchanged. */
  pairs: z.int().min(0),
  /** What to know before relying on it, as sentences without a full stop. */
  caveats: z.array(z.string()),
};

const entrySchema = z.strictObject({
  ...name,
  /** Its folder, below that of the index. */
  folder: z.string().regex(/^[\w-]+$/),
  ...facts,
  /** SHA-256 of its files by name. */
  files: z.record(z.string().regex(/^[\w.-]+$/), hash),
});

const recordSchema = z.strictObject({ ...name, ...facts });

const indexSchema = z.strictObject({
  schema: z.literal("interpbench/zoo@1"),
  models: z.array(entrySchema),
  /** Models that were trained and audited, but are not kept. */
  records: z.array(recordSchema).default([]),
});

/** What is known about a model: training it again gives the one with this hash. */
export type ZooRecord = Readonly<z.output<typeof recordSchema>>;

/** A model of a zoo. */
export type ZooEntry = Readonly<z.output<typeof entrySchema>>;

/** What a zoo holds. */
export type ZooIndex = Readonly<z.output<typeof indexSchema>>;

/** The folder of the zoo that comes with this package, whether it is there or not. */
export function packagedZoo(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  return join(folder, "models");
}

/** The index that was read last, by the text of its file. */
let last: { readonly text: string; readonly index: ZooIndex } | undefined;

/** The index of a zoo; with nothing in it if the folder has none. `E_ZOO` if it cannot be read. */
export function readZoo(folder: string): ZooIndex {
  const path = join(folder, ZOO_INDEX);
  if (!existsSync(path)) return { schema: "interpbench/zoo@1", models: [], records: [] };
  let content: unknown;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
    if (text === last?.text) return last.index;
    content = JSON.parse(text);
  } catch (cause) {
    throw new InterpBenchError("E_ZOO", "the index of the zoo cannot be read", {
      at: path,
      received: reasonOf(cause),
      hint: "Install the package again, or make it with: zoo build.",
      cause,
    });
  }
  const index = checkSchema(indexSchema, content, "E_ZOO", path);
  last = { text, index };
  return index;
}

/** The bytes of a file of a zoo's model. `E_ZOO` if it is missing or not what the index says. */
export function readZooFile(folder: string, entry: ZooEntry, name: string): Buffer {
  const path = join(folder, entry.folder, name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw changed(path, entry.files[name], reasonOf(cause), cause);
  }
  const found = sha256(bytes);
  if (found !== entry.files[name]) throw changed(path, entry.files[name], `SHA-256 ${found}`);
  return bytes;
}

function changed(at: string, wanted: string | undefined, received: string, cause?: unknown) {
  return new InterpBenchError("E_ZOO", "a file of the zoo is missing or was changed", {
    at,
    expected: wanted === undefined ? "a file that the index names" : `SHA-256 ${wanted}`,
    received,
    hint: "Install the package again; a changed model is one of your own: --model FOLDER.",
    ...(cause === undefined ? {} : { cause }),
  });
}
