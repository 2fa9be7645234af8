import { allCases } from "../../cases/index.ts";
import { circuitFromTexts, prepareForEvaluation } from "../../circuit/index.ts";
import { drawCircuitText, formatTable, type Style } from "../../report/index.ts";
import { baselineRows, type ScoreRow } from "../discovery/text.ts";
import { outputWords } from "../options/common.ts";
import { typedCommand } from "../typed.ts";
import type { PrintedDemo } from "./run.ts";
import { indent, paragraphText, sectionText } from "./tour.ts";

/** Where the results of the demo lie, and how the next commands are typed. */
export interface DemoSurroundings {
  /** The folder of its own result. */
  readonly folder: string;
  readonly outputDir: string;
  readonly program: string;
}

/** The last sections of the demo: what was found against the truth, the files, and what to try. */
export function demoText(
  document: PrintedDemo,
  { folder, outputDir, program }: DemoSurroundings,
  style: Style,
): string {
  const { shape, truth, discoveries, best, training, compiled } = document;
  const shown = discoveries[best]!;
  const picture = {
    shape,
    circuit: circuitFromTexts(shown.circuit?.edges ?? [], shown.circuit?.nodes ?? []),
    truth: circuitFromTexts(truth?.edges ?? [], truth?.nodes ?? []),
  };
  return [
    sectionText(
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
    sectionText(6, "Files", [], style),
    indent(
      formatTable(
        [
          { heading: "", value: ([path]) => path },
          { heading: "", value: ([, what]) => what, paint: style.dim },
        ],
        [
          [`${folder}/result.json`, "all numbers above"],
          [`${folder}/circuit.svg`, "truth and hypothesis overlaid"],
          [`${folder}/circuit.json`, "the hypothesis, for EAP-IG and MIB tools, too"],
          [String(training.folder), "the trained model"],
          [compiled, "the compiled model"],
          ...discoveries.map(({ folder: path, title }) => [path, title] as const),
        ] as (readonly [string, string])[],
        style,
      ).replace(/^\n/, ""),
    ),
    "\n",
    sectionText(7, "What to try next", [], style),
    indent(
      formatTable(
        [
          { heading: "", value: ({ words }) => typedCommand({ program }, words) },
          { heading: "", value: ({ what }) => what, paint: style.dim },
        ],
        nextSteps(outputWords({ outputDir })),
        style,
      ).replace(/^\n/, ""),
    ),
  ].join("");
}

/** Commands that go on from the results in this folder, and what they show. */
function nextSteps(output: readonly string[]) {
  const step = (line: string, what: string) => ({ words: [...line.split(" "), ...output], what });
  return [
    step("run acdc -i 3 --threshold 0.0001", "a smaller threshold keeps more edges"),
    step("eval iit -i 3", "what every node of the trained model does"),
    { words: ["cases", "list"], what: `${allCases().length} questions with known answers` },
    step("train iit -i 4 --recipe fast", "train another case"),
  ];
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
      ...baselineRows(baselines, part),
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
