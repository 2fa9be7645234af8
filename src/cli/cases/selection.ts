import { allCases, type Case, getCase, withShape } from "../../cases/index.ts";
import { asUsage, UsageError, waitAsUsage } from "../../flags/index.ts";
import { type CalledCase, type CaseSource, calledCases } from "../../models/index.ts";
import type { Context } from "../command.ts";
import { type CaseSelection, oneId, selectIds } from "../options/cases.ts";

/** A case to work on. */
export interface SelectedCase {
  readonly case_: Case;
  /** How it is called on the command line: its id, its name, or the file of its program. */
  readonly word: string;
  /** Where it comes from, in the shape that was asked for. */
  readonly source: CaseSource;
  /** The shape that was asked for. */
  readonly shape?: string | undefined;
}

const known = () => allCases().map(({ id }) => id);

/**
 * The case of the catalogue that is meant; `at` is where it was given. Usage error `E_CASE` if there
 * is none, with the nearest names or the numbers that exist.
 */
export const oneCase = (id: string, at: string): Case => getCase(oneId(id, known(), at));

/**
 * Where the one case comes from that a word means, if it is none of the catalogue; `at` is where it was given.
 * Usage error `E_CASE` for several.
 */
export function calledCase(word: string, folder: string, at: string): CalledCase | undefined {
  const called = asUsage(() => calledCases(word, folder));
  if (called === undefined || called.length === 1) return called?.[0];
  throw new UsageError("E_CASE", "these are several cases", {
    at,
    expected: "one case",
    received: `${called.length}, ${called[0]?.word ?? "none"} the first`,
  });
}

/** The one case that a word means; `at` is where it was given. */
export async function selectCase(
  context: Selecting,
  word: string,
  { at = "--indices", shape }: { readonly at?: string; readonly shape?: string | undefined } = {},
): Promise<SelectedCase> {
  const called = calledCase(word, context.io.cwd, at);
  return called === undefined
    ? catalogueCase(oneCase(word, at), shape)
    : openCalled(context, called, shape);
}

/** What is needed to find cases. */
type Selecting = Pick<Context, "openCase"> & { readonly io: Pick<Context["io"], "cwd"> };

/**
 * The cases that are asked for, or all of the catalogue: those first, then others in their order. Usage error
 * `E_CASE` where one does not have the shape.
 */
export async function selectCases(
  context: Selecting,
  { indices, shape }: CaseSelection,
): Promise<readonly SelectedCase[]> {
  const called = new Map<string, CalledCase>();
  const others = indices?.filter((word) => {
    const own = asUsage(() => calledCases(word, context.io.cwd));
    for (const one of own ?? []) called.set(one.word, one);
    return own === undefined;
  });
  const ids = others?.length === 0 ? [] : selectIds(others, known());
  const selected = ids.map((id) => catalogueCase(getCase(id), shape));
  for (const one of called.values()) selected.push(await openCalled(context, one, shape));
  return selected;
}

/** A case of the catalogue, as it is called there. */
export function catalogueCase(case_: Case, shape?: string): SelectedCase {
  return inShape({ case_, word: case_.id, source: { id: case_.id } }, shape);
}

async function openCalled(
  { openCase }: Selecting,
  { word, source }: CalledCase,
  shape: string | undefined,
): Promise<SelectedCase> {
  const { case_ } = await waitAsUsage(() => openCase(source));
  return inShape({ case_, word, source }, shape);
}

/** The same case in the shape that is asked for, if one is. */
function inShape(selected: SelectedCase, shape: string | undefined): SelectedCase {
  if (shape === undefined) return selected;
  const case_ = asUsage(() => withShape(selected.case_, shape));
  return { ...selected, case_, shape, source: { ...selected.source, shape } };
}
