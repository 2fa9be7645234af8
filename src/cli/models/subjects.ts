import { selectIds } from "../options/cases.ts";
import type { ModelSource } from "../options/model.ts";
import { UsageError } from "../usage.ts";
import { caseOfFolder } from "./find.ts";

/**
 * The cases to work on: those that are asked for, or all; for a model folder the one it was made
 * for. Usage error `E_MODEL` for a folder and several cases, or none that is known.
 */
export function selectSubjects(
  source: ModelSource,
  indices: readonly string[] | undefined,
  known: readonly string[],
): string[] {
  if (source.kind !== "folder") return selectIds(indices, known);
  const own = caseOfFolder(source.path);
  if (indices === undefined && own !== undefined && known.includes(own)) return [own];
  const ids = indices === undefined ? [] : selectIds(indices, known);
  if (ids.length === 1) return ids;
  throw new UsageError("E_MODEL", "a model folder belongs to one case", {
    at: "--indices",
    expected: "one case",
    received: ids.length === 0 ? "nothing" : ids.join(", "),
    hint: "Discovery can do without a case: give it your own prompts with --data.",
  });
}
