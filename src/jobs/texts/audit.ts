import { printable } from "../../errors/index.ts";
import { EFFECTS, type EffectName } from "../../evaluation/index.ts";
import { modelTitle, type TitledDocument } from "../../models/index.ts";
import { formatFacts, formatTable, type Style } from "../../report/index.ts";
import type { JsonDocument } from "../document.ts";
import type { AuditDocument, EffectDocument, EffectsDocument } from "../plans/audit-document.ts";
import { effectText, shareText, testTexts, verdictText } from "./audit-page.ts";

/** An audit in short, for people; the page has the rest. */
export function auditText(document: JsonDocument, style: Style): string {
  const audit = document as unknown as AuditDocument & TitledDocument;
  const { sufficiency, necessity, effectiveTruth, violations, violationCount, leakCount } = audit;
  const row = (what: string, effects: EffectsDocument) => ({ what, ...effects });
  const cell = (of: EffectName) => ({
    heading: of,
    value: (effects: { readonly [Of in typeof of]: EffectDocument }) =>
      shareText(effects[of].share),
  });
  const [worst] = violations;
  return [
    `${style.bold(`Audit of ${modelTitle(audit)}`)}\n\n${verdictText(audit)}\n`,
    formatTable(
      [
        { heading: "node", value: ({ text }) => text },
        { heading: "truth", value: ({ inTruth }) => (inTruth === true ? "yes" : "no") },
        { heading: "resample", value: ({ resample }) => shareText(resample) },
        { heading: "mean", value: ({ mean }) => shareText(mean) },
        { heading: "zero", value: ({ zero }) => shareText(zero) },
      ],
      audit.nodes,
      style,
    ),
    formatTable(
      [
        { heading: "broken runs when ablated together", value: ({ what }) => what },
        ...EFFECTS.map(cell),
      ],
      [
        row("all outside nodes", sufficiency.nodes),
        row("all outside edges", sufficiency.edges),
        row("all nodes of the truth", necessity.nodes),
        row("all edges of the truth", necessity.edges),
      ],
      style,
    ),
    formatFacts(
      [
        [
          "largest violation",
          worst === undefined ? "none" : `${worst.kind} ${worst.text}: ${effectText(worst)}`,
        ],
        ["violations, leaks", `${violationCount}, ${leakCount}`],
        ["silent in the truth", effectiveTruth.silentEdges.join(", ") || "nothing"],
        ...Object.entries(testTexts(audit)),
      ],
      style,
    ),
    `${style.dim(`${audit.pairs} pairs, ${audit.edgePairs} for edges, ${audit.inputs} inputs; see ${printable(String(document.folder))}`)}\n`,
  ].join("\n");
}
