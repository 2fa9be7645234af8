import { printable } from "../../errors/index.ts";
import { formatTable, type Style } from "../../report/index.ts";
import type { CaseFolder } from "./case-folder.ts";

/** What came of generating cases: the index, and where they were written. */
export interface GeneratedFacts extends Omit<CaseFolder, "schema"> {
  readonly folder: string | null;
}

/** Generated cases as a list, and how to go on. Ends with a newline. */
export function generatedText({ cases, folder, commitment }: GeneratedFacts, style: Style): string {
  const table = formatTable<CaseFolder["cases"][number]>(
    [
      { heading: "case", value: ({ name }) => name },
      { heading: "task", value: ({ task }) => task },
    ],
    cases,
    style,
  );
  const count = `${cases.length} ${cases.length === 1 ? "case" : "cases"}`;
  const where =
    folder === null
      ? `${count}, which every command takes by these names.`
      : `${count} in ${printable(folder)}, which every command takes as -i ${printable(folder)}.`;
  const promise =
    commitment === null ? "" : `SHA-256 of the seed, to be published: ${commitment}\n`;
  return `${table}\n${style.dim(where)}\n${promise}`;
}
