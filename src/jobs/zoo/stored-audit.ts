import type { JsonDocument } from "../document.ts";
import { shownEdges } from "../plans/audit.ts";
import type { AuditDocument } from "../plans/audit-document.ts";
import { shareText } from "../texts/audit-page.ts";

/** Violations and leaks that a zoo keeps with their runs. */
const MOST_KEPT = 5;

/** An audit as a zoo keeps it: without edges that do nothing, and nothing that depends on where it was made. */
export function storedAudit(document: JsonDocument) {
  const { case: id, schema: _, model: __, provenance: ___, folder: ____, ...rest } = document;
  const audit = rest as unknown as AuditDocument;
  return {
    case: id,
    ...audit,
    edges: shownEdges(audit),
    edgeCount: audit.edges.length,
    violations: audit.violations.slice(0, MOST_KEPT),
    leaks: audit.leaks.slice(0, MOST_KEPT),
  };
}

/** What every accuracy of a model of the zoo has to reach. */
const GOAL = 0.999;

/** Shares of runs beyond which it is told that something outside of the truth matters. */
export const BEARABLE = 0.001;

/** What to know before relying on a model, by its audit: sentences without a full stop. */
export function caveatsOf(audit: AuditDocument): string[] {
  const { accuracies, sufficiency, violations, effectiveTruth } = audit;
  const names = {
    accuracy: "accuracy",
    iia: "IIA",
    strictAccuracy: "strict accuracy",
    jointStrictAccuracy: "joint strict accuracy",
  } as const;
  const low = Object.entries(names).flatMap(([key, name]) => {
    const value = accuracies[key as keyof typeof names];
    return value == null || value >= GOAL ? [] : [`its ${name} is ${(100 * value).toFixed(3)} %`];
  });
  const edges = sufficiency.edges.resample.share;
  const nodes = sufficiency.nodes.resample.share;
  const worst = violations.find(({ share }) => share > BEARABLE);
  const { silentEdges } = effectiveTruth;
  return [
    ...low,
    ...(nodes > BEARABLE
      ? [`with all outside nodes exchanged together ${shareText(nodes)} of the runs break`]
      : []),
    ...(edges > BEARABLE
      ? [`with all outside edges exchanged together ${shareText(edges)} of the runs break`]
      : []),
    ...(worst === undefined
      ? []
      : [`the ${worst.kind} ${worst.text} alone breaks ${shareText(worst.share)} of the runs`]),
    ...(silentEdges.length === 0 ? [] : [`of its truth it does without ${silentEdges.join(", ")}`]),
  ];
}
