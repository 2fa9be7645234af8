import { allCases, getCase } from "../../cases/index.ts";
import { caseOfFolder, type ModelSource } from "../../models/index.ts";
import { type SelectedCase, selectCases } from "../cases/selection.ts";
import type { Context } from "../command.ts";
import { UsageError } from "../usage.ts";

/**
 * The cases to work on: those that are asked for, or all; for a model folder the one it was made
 * for. Usage error `E_MODEL` for a folder and several cases, or none that is known.
 */
export async function selectSubjects(
  context: Pick<Context, "openCase">,
  source: ModelSource,
  indices: readonly string[] | undefined,
): Promise<readonly SelectedCase[]> {
  if (source.kind !== "folder") return selectCases(context, indices);
  const own = allCases().find(({ id }) => id === caseOfFolder(source.path))?.id;
  if (indices === undefined && own !== undefined) return [{ case_: getCase(own), word: own }];
  const cases = indices === undefined ? [] : await selectCases(context, indices);
  if (cases.length === 1) return cases;
  throw new UsageError("E_MODEL", "a model folder belongs to one case", {
    at: "--indices",
    expected: "one case, or one program file",
    received: cases.length === 0 ? "nothing" : cases.map(({ word }) => word).join(", "),
    hint: "Discovery can do without a case: give it your own prompts with --data.",
  });
}
