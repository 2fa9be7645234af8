import { printable } from "../../errors/index.ts";
import { EFFECTS } from "../../evaluation/index.ts";
import { modelTitle, type TitledDocument } from "../../models/index.ts";
import { formatFacts, formatPercent, formatTable, type Style } from "../../report/index.ts";
import type { JsonDocument } from "../document.ts";
import { type EffectRow, effectColumns } from "../plans/effects-table.ts";

/** What ablating each node of a model changes, for people. */
export function nodeEffectsText(document: JsonDocument, style: Style): string {
  const rows = document.rows as readonly EffectRow[];
  const measured = EFFECTS.filter((name) => `${name}AblateEffect` in (rows[0] ?? {}));
  const columns = effectColumns(measured).map((column) => ({
    ...column,
    heading: column.ablation ?? column.heading,
  }));
  const accuracies = document.accuracies as Readonly<Record<string, number | null>>;
  const { metric, pairs, inputs, folder } = document;
  const title = modelTitle(document as unknown as TitledDocument);
  return [
    `${style.bold(`What ablating each node of ${title} changes`)}, by ${metric}\n`,
    formatTable(columns, rows, style),
    formatFacts(
      [
        ["accuracy", formatPercent(accuracies.accuracy)],
        ["IIA", formatPercent(accuracies.iia)],
        ["strict accuracy", formatPercent(accuracies.strictAccuracy)],
        ["joint strict accuracy", formatPercent(accuracies.jointStrictAccuracy)],
      ],
      style,
    ),
    `${style.dim(`${pairs} pairs, ${inputs} inputs; see ${printable(String(folder))}`)}\n`,
  ].join("\n");
}
