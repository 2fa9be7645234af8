import { join, resolve } from "node:path";
import { formatGeneratedName, isGeneratedName, parseGeneratedName } from "../../cases/index.ts";
import { readCaseFolder } from "./case-folder.ts";
import { isProgramFile } from "./program-file.ts";
import type { CaseSource } from "./source.ts";

/** A case as it is called, and where it comes from. */
export interface CalledCase {
  readonly word: string;
  readonly source: CaseSource;
}

/**
 * The cases that a word means besides those of the catalogue: generated ones (`generated:5/7`,
 * `generated:5/0-19`), all of a folder of generated ones, a program file; `undefined` for other words.
 * Relative names start at `folder`.
 *
 * `E_CASE` for names of no generated cases, `E_FILE` for a folder whose index cannot be read.
 */
export function calledCases(word: string, folder: string): readonly CalledCase[] | undefined {
  const wanted = word.trim();
  if (isGeneratedName(wanted)) {
    const { numbers, ...series } = parseGeneratedName(wanted);
    return numbers.map((number) => {
      const id = formatGeneratedName(series, number);
      return { word: id, source: { id } };
    });
  }
  const found = wanted === "" ? undefined : readCaseFolder(resolve(folder, wanted));
  if (found !== undefined) {
    return found.cases.map(({ file }) => {
      const path = join(wanted, file);
      return { word: path, source: { file: path } };
    });
  }
  return isProgramFile(wanted) ? [{ word: wanted, source: { file: wanted } }] : undefined;
}
