import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { InterpBenchError, reasonOf } from "../../errors/index.ts";
import { checkSchema, formatJson } from "../../formats/index.ts";
import { makeFolder, sha256, writeOutput } from "../../store/index.ts";

/** The index of a folder of generated cases. */
export const CASE_INDEX = "cases.json";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const indexSchema = z.strictObject({
  schema: z.literal("interpbench/generated-cases@1"),
  /** The seed, or what is published of a secret one. */
  seed: z.string().min(1),
  /** SHA-256 of the file of a secret seed. */
  commitment: hash.nullable(),
  /** The size, and what else was asked for. */
  family: z.string().min(1),
  /** The version of this package that wrote the index. */
  version: z.string(),
  cases: z.array(
    z.strictObject({
      /** As it is typed: `generated:5/7`. */
      name: z.string().min(1),
      id: z.string().regex(/^[\w.-]+$/),
      task: z.string(),
      /** Its program file, and the SHA-256 of that. */
      file: z.string().regex(/^[\w.-]+$/),
      sha256: hash,
    }),
  ),
});

/** What a folder of generated cases holds. */
export type CaseFolder = Readonly<z.output<typeof indexSchema>>;

/** The index of a folder of generated cases, if it has one. `E_FILE` for one that cannot be read. */
export function readCaseFolder(folder: string): CaseFolder | undefined {
  const path = join(folder, CASE_INDEX);
  if (!existsSync(path)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new InterpBenchError("E_FILE", "the index of generated cases cannot be read", {
      at: path,
      received: reasonOf(cause),
      hint: "Generate them again, from the same seed.",
      cause,
    });
  }
  return checkSchema(indexSchema, content, "E_FILE", path);
}

/**
 * Throws `E_FILE` for a program file that the index of its folder names, and whose text is another than that was
 * written: results about it would be taken for those of the case.
 */
export function assertUnchanged(path: string, source: Uint8Array): void {
  const name = basename(path);
  const index = join(dirname(path), CASE_INDEX);
  if (!existsSync(index)) return;
  const content: unknown = tryJson(readFileSync(index, "utf8"));
  const entry = indexSchema.safeParse(content).data?.cases.find(({ file }) => file === name);
  const found = sha256(source);
  if (entry === undefined || entry.sha256 === found) return;
  throw new InterpBenchError("E_FILE", "a generated case was changed", {
    at: path,
    expected: `SHA-256 ${entry.sha256}, as ${CASE_INDEX} says`,
    received: `SHA-256 ${found}`,
    hint: "Generate it again; as a case of your own put it into another folder.",
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A folder of generated cases, to be written: the index, and the texts of other files by name. */
export interface CaseFolderContent {
  readonly index: CaseFolder;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Writes generated cases into a folder, which is made if it is not there; the index last, so that it names
 * what is there. Files that have the same text stay, and so do further cases of the seed: the index that is written,
 * and returned, goes on naming them.
 *
 * `E_OUTPUT` if it cannot be written, and for a folder that holds other cases.
 */
export async function writeCaseFolder(
  folder: string,
  { index, files }: CaseFolderContent,
  signal?: AbortSignal,
): Promise<CaseFolder> {
  const there = readCaseFolder(folder);
  const isOther = ({ seed, family }: CaseFolder) => seed !== index.seed || family !== index.family;
  if (there !== undefined && isOther(there)) {
    throw new InterpBenchError("E_OUTPUT", "the folder holds other generated cases", {
      at: folder,
      expected: `none, or those of seed ${index.seed}, ${index.family}`,
      received: `those of seed ${there.seed}, ${there.family}`,
      hint: "Choose another folder with -o.",
    });
  }
  makeFolder(folder);
  for (const [name, text] of files) {
    const path = join(folder, name);
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    await writeOutput(path, text, signal);
  }
  const isFurther = ({ file }: CaseFolder["cases"][number]) =>
    !files.has(file) && existsSync(join(folder, file));
  const further = there?.cases.filter(isFurther) ?? [];
  const written = { ...index, cases: [...index.cases, ...further] };
  await writeOutput(join(folder, CASE_INDEX), formatJson(written), signal);
  return written;
}
