import { allCases, type Case, getCase, withShape } from "../../cases/index.ts";
import { type CaseSource, isProgramFile } from "../../models/index.ts";
import type { Context } from "../command.ts";
import { type CaseSelection, oneId, selectIds } from "../options/cases.ts";
import { asUsage, waitAsUsage } from "../usage.ts";

/** A case to work on. */
export interface SelectedCase {
  readonly case_: Case;
  /** How it is called on the command line: its id, or the file of its program. */
  readonly word: string;
  /** The shape that was asked for. */
  readonly shape?: string | undefined;
}

const known = () => allCases().map(({ id }) => id);

/**
 * The case of the catalogue that is meant; `at` is where it was given. Usage error `E_CASE` if there
 * is none, with the nearest names or the numbers that exist.
 */
export const oneCase = (id: string, at: string): Case => getCase(oneId(id, known(), at));

/** The case of the catalogue or of a program file that is meant; `at` is where it was given. */
export async function selectCase(
  { openCase }: Pick<Context, "openCase">,
  word: string,
  { at = "--indices", shape }: { readonly at?: string; readonly shape?: string | undefined } = {},
): Promise<SelectedCase> {
  if (!isProgramFile(word)) {
    const case_ = oneCase(word, at);
    return inShape({ case_, word: case_.id }, shape);
  }
  const { case_ } = await waitAsUsage(() => openCase({ file: word }));
  return inShape({ case_, word }, shape);
}

/**
 * The cases that are asked for, or all of the catalogue: those first, then program files. Usage error
 * `E_CASE` where one does not have the shape.
 */
export async function selectCases(
  context: Pick<Context, "openCase">,
  { indices, shape }: CaseSelection,
): Promise<readonly SelectedCase[]> {
  const files = indices?.map((word) => word.trim()).filter(isProgramFile) ?? [];
  const others = indices?.filter((word) => !isProgramFile(word));
  const ids = others?.length === 0 ? [] : selectIds(others, known());
  const selected = ids.map((id) => inShape({ case_: getCase(id), word: id }, shape));
  for (const file of new Set(files)) selected.push(await selectCase(context, file, { shape }));
  return selected;
}

/** The same case in the shape that is asked for, if one is. */
function inShape(selected: SelectedCase, shape: string | undefined): SelectedCase {
  if (shape === undefined) return selected;
  return { ...selected, case_: asUsage(() => withShape(selected.case_, shape)), shape };
}

/** Where a case comes from, by how it is called. */
export const sourceOf = ({ case_, word, shape }: SelectedCase): CaseSource => ({
  ...(word === case_.id ? { id: word } : { file: word }),
  ...(shape === undefined ? {} : { shape }),
});
