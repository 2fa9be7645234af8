import { allCases, type Case, getCase } from "../../cases/index.ts";
import { type CaseSource, isProgramFile } from "../../models/index.ts";
import type { Context } from "../command.ts";
import { oneId, selectIds } from "../options/cases.ts";
import { waitAsUsage } from "../usage.ts";

/** A case to work on. */
export interface SelectedCase {
  readonly case_: Case;
  /** How it is called on the command line: its id, or the file of its program. */
  readonly word: string;
}

const known = () => allCases().map(({ id }) => id);

/** Whether any of the cases that are asked for is a program file, which has to be run. */
export function namesProgramFile(indices: readonly string[] | undefined): boolean {
  return indices?.some(isProgramFile) ?? false;
}

/**
 * The case of the catalogue that is meant; `at` is where it was given. Usage error `E_CASE` if there
 * is none, with the nearest names or the numbers that exist.
 */
export const oneCase = (id: string, at: string): Case => getCase(oneId(id, known(), at));

/** The case of the catalogue or of a program file that is meant; `at` is where it was given. */
export async function selectCase(
  { openCase }: Pick<Context, "openCase">,
  word: string,
  at = "--indices",
): Promise<SelectedCase> {
  if (!isProgramFile(word)) {
    const case_ = oneCase(word, at);
    return { case_, word: case_.id };
  }
  const { case_ } = await waitAsUsage(() => openCase({ file: word }));
  return { case_, word };
}

/** The cases that are asked for, or all of the catalogue: those first, then program files. */
export async function selectCases(
  context: Pick<Context, "openCase">,
  indices: readonly string[] | undefined,
): Promise<readonly SelectedCase[]> {
  const files = indices?.map((word) => word.trim()).filter(isProgramFile) ?? [];
  const others = indices?.filter((word) => !isProgramFile(word));
  const ids = others?.length === 0 ? [] : selectIds(others, known());
  const selected = ids.map((id) => ({ case_: getCase(id), word: id }));
  for (const file of new Set(files)) selected.push(await selectCase(context, file));
  return selected;
}

/** Where a case comes from, by how it is called. */
export const sourceOf = ({ case_, word }: SelectedCase): CaseSource =>
  word === case_.id ? { id: word } : { file: word };
