import { allCases, type Case, getCase, isPublished } from "../../cases/index.ts";
import { UsageError } from "../../flags/index.ts";
import {
  caseOfFolder,
  formatModel,
  isOneModel,
  type ModelSource,
  packagedZoo,
  readZoo,
} from "../../models/index.ts";
import { catalogueCase, type SelectedCase, selectCases } from "../cases/selection.ts";
import type { Context } from "../command.ts";
import { type CaseSelection, selectIds } from "../options/cases.ts";

/**
 * The cases to work on: those that are asked for, or all there is a model for; for a single model the
 * one it was made for. Usage error `E_MODEL` for a single model and several cases, or none that is known.
 */
export async function selectSubjects(
  context: Pick<Context, "openCase" | "io">,
  source: ModelSource,
  choice: CaseSelection,
): Promise<readonly SelectedCase[]> {
  const { indices } = choice;
  if (!isOneModel(source)) {
    const isOfHub = source.kind === "interp-bench" || source.kind === "hub";
    if (indices === undefined && isOfHub)
      return allCases()
        .filter(isPublished)
        .map((one) => catalogueCase(one));
    if (indices === undefined && source.kind === "zoo") return zooCases();
    return selectCases(context, choice);
  }
  const own = ownCase(source);
  const wanted = indices ?? (own === undefined ? [] : [own.id]);
  const cases =
    wanted.length === 0 ? [] : await selectCases(context, { ...choice, indices: wanted });
  if (cases.length === 1) return cases;
  throw new UsageError("E_MODEL", "a model folder belongs to one case", {
    at: "--indices",
    expected: "one case, or one program file",
    received: cases.length === 0 ? "nothing" : cases.map(({ word }) => word).join(", "),
    hint: "Discovery can do without a case: give it your own prompts with --data.",
  });
}

/** The case of the catalogue that a single model says it was made for; on the hub its folder says so. */
export function ownCase(source: ModelSource): Case | undefined {
  const id =
    source.kind === "folder"
      ? caseOfFolder(source.path)
      : source.kind === "hub"
        ? source.folder?.split("/").at(-1)
        : undefined;
  return allCases().find((one) => one.id === id);
}

/** The cases that there is a model for in the zoo. */
function zooCases(): SelectedCase[] {
  const folder = packagedZoo();
  const ids = readZoo(folder).models.map(({ id }) => id);
  if (ids.length > 0) return selectIds(undefined, ids).map((id) => catalogueCase(getCase(id)));
  throw new UsageError("E_ZOO", "there are no models in the zoo", {
    at: folder,
    hint: "Ask for others, such as the compiled ones: tracr.",
  });
}

/** How documents call what is asked for; a model that is taken for want of another says itself. */
export const shownModel = (
  source: ModelSource,
  title: string | undefined,
): { readonly model?: string; readonly title?: string } => ({
  ...(source.kind === "siit" && source.orZoo === true ? {} : { model: formatModel(source) }),
  ...(title === undefined ? {} : { title }),
});
