import { circuitFromTexts, prepareForEvaluation } from "../../circuit/index.ts";
import { drawCircuitText, formatTable, type Style } from "../../report/index.ts";
import { indent, numberedSection, paragraphText } from "./demo-story.ts";
import type { PrintedDemo } from "./printed-demo.ts";
import { baselineRows, type ScoreRow } from "./scores.ts";

/**
 * The last sections of the demo: what was found against the truth, the files, and what to try: commands,
 * each with what it shows.
 */
export function demoText(document: PrintedDemo, next: readonly Line[], style: Style): string {
  const { shape, truth, discoveries, best, training, compiled, folder, report } = document;
  const shown = discoveries[best]!;
  const picture = {
    shape,
    circuit: circuitFromTexts(shown.circuit?.edges ?? [], shown.circuit?.nodes ?? []),
    truth: circuitFromTexts(truth?.edges ?? [], truth?.nodes ?? []),
  };
  return [
    numberedSection(
      5,
      "Compare with the truth",
      [
        `The truth has ${truth?.edges.length} of the edges between heads and MLPs. TP: found and true; FP: found, not true; FN: true, not found. TPR and FPR are their shares. AUROC judges the ranking of all edges: 1 is perfect, 0.5 is chance.`,
      ],
      style,
    ),
    indent(scoreTables(document, style)),
    "\n",
    indent(
      `${shown.title} against the truth, output on top:\n\n${drawCircuitText(picture, style)}`,
    ),
    "\n",
    ...missedText(document).map(paragraphText),
    numberedSection(6, "Files", [], style),
    listText(
      [
        [report, "all of it as a page, in which the model runs"],
        [`${folder}/result.json`, "all numbers above"],
        [`${folder}/circuit.svg`, "truth and hypothesis overlaid"],
        [`${folder}/circuit.json`, "the hypothesis, for EAP-IG and MIB tools, too"],
        [training.folder, "the trained model"],
        [compiled, "the compiled model"],
        ...discoveries.map(({ folder: path, title }): Line => [path, title]),
      ],
      style,
    ),
    "\n",
    numberedSection(7, "What to try next", [], style),
    listText(next, style),
  ].join("");
}

/** A line of a list: what it is, and what there is to say of it. */
type Line = readonly [name: string, about: string];

function listText(lines: readonly Line[], style: Style): string {
  const table = formatTable<Line>(
    [
      { heading: "", value: ([name]) => name },
      { heading: "", value: ([, about]) => about, paint: style.dim },
    ],
    lines,
    style,
  );
  return indent(table.replace(/^\n/, ""));
}

/** An edge of the truth that a trained model may hardly use. */
const POSITIONS_EDGE = "blocks.0.hook_resid_pre->blocks.1.attn.hook_result[2]";

/** What to know about the edge that all algorithms may miss: it is not their fault. */
function missedText({ discoveries }: PrintedDemo): string[] {
  const isFound = ({ circuit }: PrintedDemo["discoveries"][number]) =>
    circuit != null &&
    prepareForEvaluation(circuitFromTexts(circuit.edges)).edges.has(POSITIONS_EDGE);
  if (discoveries.some(isFound)) return [];
  return [
    "The edge input → a1.2 brings positions to the head that averages. Under a causal mask the trained head can average without looking at them, so little depends on this edge: truth by construction and use by the model are not the same thing.",
  ];
}

function scoreTables({ discoveries }: PrintedDemo, style: Style): string {
  const { baselines } = discoveries[0]!;
  const table = (part: "edges" | "nodes") => {
    const rows: ScoreRow[] = [
      ...discoveries.map(({ title, score }) => ({
        name: title,
        score: score?.[part],
        auroc: score?.auroc?.[part],
      })),
      ...baselineRows(baselines, (parts) => parts[part]),
    ];
    return formatTable(
      [
        { heading: part, value: ({ name }) => name },
        { heading: "TP", value: ({ score }) => score?.tp },
        { heading: "FP", value: ({ score }) => score?.fp },
        { heading: "FN", value: ({ score }) => score?.fn },
        { heading: "TPR", value: ({ score }) => score?.tpr },
        { heading: "FPR", value: ({ score }) => score?.fpr },
        { heading: "AUROC", value: ({ auroc }) => auroc },
      ],
      rows,
      style,
    );
  };
  return `${table("edges")}\n${table("nodes")}`;
}
