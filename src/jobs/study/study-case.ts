import { type Case, compiledIfAny, correspondence, nodeCorrespondence } from "../../cases/index.ts";
import type { CaseSource, ModelAdvice, ModelSource } from "../../models/index.ts";
import { isSelector } from "../../rasp/index.ts";
import type { CompiledProgram } from "../../tracr/index.ts";

/** A case of a study, and what is told apart. */
export interface StudyCase {
  readonly id: string;
  readonly source: CaseSource;
  readonly advice?: Partial<ModelAdvice> | undefined;
  readonly categorical: boolean;
  /** Its depth and its width, in words. */
  readonly groups: Readonly<Record<string, string>>;
  /** Nodes of the truth → what kind of variable they hold. */
  readonly kinds: Readonly<Record<string, string>>;
}

/** What a node holds that holds no variable. */
export const NO_VARIABLE = "input";

/** Widths from these on are told apart: of the residual stream of the compiled transformer. */
const WIDTHS = [0, 16, 32, 64] as const;

/**
 * What a study needs to know of a case.
 *
 * @param model which model of it is studied: the compiled one has the places of its program
 */
export function studyCase(
  case_: Case,
  source: CaseSource,
  model: ModelSource,
  advice?: Partial<ModelAdvice>,
): StudyCase {
  const compiled = compiledIfAny(case_);
  const entries = correspondence(case_, { sameSize: model.kind === "tracr" }, compiled);
  const kinds: Record<string, string> = {};
  for (const entry of entries) {
    const kind = kindOf(entry.label, compiled);
    for (const node of [...nodeCorrespondence([entry]).values()].flat()) kinds[node] ??= kind;
  }
  return {
    id: case_.id,
    source,
    advice,
    categorical: case_.categorical,
    groups: compiled === undefined ? {} : groupsOf(compiled),
    kinds,
  };
}

function groupsOf({ config: { nLayers, dModel } }: CompiledProgram): Record<string, string> {
  const from = WIDTHS.findLast((width) => dModel >= width)!;
  const to = WIDTHS.find((width) => width > dModel);
  const width = to === undefined ? `d_model from ${from}` : `d_model ${from} to ${to - 1}`;
  return { depth: nLayers === 1 ? "1 layer" : `${nLayers} layers`, width };
}

/** What kind of variable has a label: what computes it. */
function kindOf(label: string, compiled: CompiledProgram | undefined): string {
  const name = label.replace(/_selector_width_attn_output$/, "");
  const expression = compiled?.graph.nodes.get(name)?.expression;
  if (expression === undefined || isSelector(expression)) return "function";
  if (expression.kind === "selectorWidth") return "count";
  if (expression.kind !== "aggregate") return "function";
  return expression.encoding === "numerical" ? "fraction" : "move";
}
