import { EFFECTS } from "../../evaluation/index.ts";
import { showValues } from "../../rasp/index.ts";
import { formatNumber } from "../../report/index.ts";
import { meanOf } from "../../statistics/index.ts";
import type {
  AuditDocument,
  EffectDocument,
  EffectsDocument,
  Violation,
} from "../plans/audit-document.ts";
import { markdownRows } from "./markdown-table.ts";

/** A share for people: percent as long as it is that large, else how many of how many. */
export function shareText(share: number): string {
  return share === 0 ? "0" : `${formatNumber(100 * share, 3)} %`;
}

/** What an effect says: a count where all runs were made, else where the share lies. */
export function effectText({ broken, runs, interval }: EffectDocument): string {
  const count = `${broken} of ${runs}`;
  if (interval.low === interval.high) return `${count} (${shareText(interval.low)}, all there are)`;
  return `${count} (${shareText(interval.low)} – ${shareText(interval.high)})`;
}

/** What an audit has shown, in a sentence. */
export function verdictText({
  exhaustive,
  pairs,
  accuracies,
  variables,
  nodes,
  violations,
}: Pick<
  AuditDocument,
  "exhaustive" | "pairs" | "accuracies" | "variables" | "nodes" | "violations"
>) {
  const outside = nodes.filter(({ inTruth }) => inTruth === false).length;
  const what = `the outputs are right, exchanging any of ${variables.length} places of variables does what the causal model does, and exchanging any of ${outside} nodes outside of the truth breaks nothing`;
  const worst = violations.find(({ kind }) => kind !== "edge");
  if (worst !== undefined || accuracies.accuracy !== 1) {
    const least = Math.min(...Object.values(accuracies).map((share) => share ?? 1));
    const exception =
      worst === undefined
        ? "some outputs are wrong"
        : `exchanging the ${worst.kind} ${worst.text} breaks ${effectText(worst)} runs`;
    return `Not everywhere: the least accuracy is ${percent(least)}; ${exception}.`;
  }
  return exhaustive
    ? `Proof by enumeration: on all ${pairs} pairs of inputs ${what}.`
    : `On ${pairs} pairs that were drawn independently, ${what}.`;
}

const NAMES = { resample: "exchange", mean: "mean", zero: "zero" } as const;
const code = (text: string) => `\`${text}\``;
const percent = (x: number | undefined) =>
  x === undefined ? "–" : `${formatNumber(100 * x, 6)} %`;

const effectsRow = (name: string, effects: EffectsDocument) => [
  name,
  ...EFFECTS.map((effect) => effectText(effects[effect])),
];

function violationRow({ kind, text, ablation, example, ...effect }: Violation): string[] {
  const inputs = example && [example.base, ...(example.source === null ? [] : [example.source])];
  return [
    kind,
    code(text),
    NAMES[ablation],
    effectText(effect),
    inputs === null ? "–" : inputs.map((one) => code(showValues(one, 60))).join(" ← "),
  ];
}

function violationTable(rows: readonly Violation[], count: number): string {
  if (count === 0) return "None.";
  const more = count > rows.length ? `\n\n${count - rows.length} more have smaller effects.` : "";
  const headings = ["", "what", "ablation", "broken runs", "the run that shows it best"];
  return markdownRows(headings, rows.map(violationRow)) + more;
}

/** A p-value for people. */
const chance = (p: number) => `p ${p < 0.001 ? "< 0.001" : `= ${formatNumber(p, 3)}`}`;

/** What the tests of the truth say. */
export function testTexts({ tests }: Pick<AuditDocument, "tests">) {
  const { equivalence, independence, pairs, losses } = tests;
  const [model, truth, rest] = [losses.model, losses.truth, losses.rest].map((loss) =>
    formatNumber(loss, 3),
  );
  const { wins, total } = equivalence;
  return {
    equivalence: `the model (mean loss ${model}) is better than the truth alone (${truth}) on ${wins} of the ${total} among ${pairs} pairs on which they differ: ${chance(equivalence.pValue)}`,
    independence: `the losses of the model and of the rest without the truth (${rest}) have an HSIC of ${formatNumber(independence.hsic, 3)}: ${chance(independence.pValue)}`,
  };
}

function testList(document: AuditDocument): string {
  const { equivalence, independence } = testTexts(document);
  return `- Equivalence: ${equivalence}.\n- Independence: ${independence}.`;
}

/** Shares by ablation of nodes or edges, a row each. */
function partTable(rows: AuditDocument["edges"]): string {
  return markdownRows(
    ["", "in the truth", "exchange", "at most", "largest shift", "mean", "zero"],
    rows.map(({ text, inTruth, resample, mean, zero, interval, shift }) => [
      code(text),
      inTruth === null ? "–" : inTruth ? "yes" : "no",
      shareText(resample),
      shareText(interval.resample.high),
      formatNumber(shift.resample, 3),
      shareText(mean),
      shareText(zero),
    ]),
  );
}

function introduction(document: AuditDocument): string {
  const { pairs, edgePairs, exhaustive, inputs, exhaustiveInputs } = document;
  return `A run is *broken* if some output that was right becomes wrong. Exchange: values come from another input, on ${pairs} pairs for nodes and ${edgePairs} for edges${exhaustive ? ", which are all there are of the former" : ""}. Mean and zero: the same value always, on ${inputs} inputs${exhaustiveInputs ? ", which are all" : ""}. Intervals are exact (Clopper and Pearson) at 95 %; where all runs there are were made, there is none to be drawn.`;
}

function accuracySection({ accuracies, variables }: AuditDocument): string[] {
  return [
    "## Accuracies",
    markdownRows(
      ["", "share of outputs"],
      [
        ["accuracy", percent(accuracies.accuracy)],
        ["IIA", percent(accuracies.iia)],
        ["strict accuracy", percent(accuracies.strictAccuracy)],
        ["joint strict accuracy", percent(accuracies.jointStrictAccuracy)],
      ],
    ),
    markdownRows(
      ["variables", "accuracy of interchange", "runs with a wrong output"],
      variables.map(({ labels, accuracy, wrong }) => [
        labels.map(code).join(", "),
        percent(accuracy),
        effectText(wrong),
      ]),
    ),
  ];
}

function circuitSection(document: AuditDocument): string[] {
  const { sufficiency, necessity, minimality, effectiveTruth } = document;
  const { edges, silentNodes, silentEdges, lost } = effectiveTruth;
  return [
    "## The truth as a circuit",
    markdownRows(
      ["broken runs", "exchange", "mean", "zero"],
      [
        effectsRow("all outside nodes ablated", sufficiency.nodes),
        effectsRow("all outside edges ablated", sufficiency.edges),
        effectsRow("all nodes of the truth ablated", necessity.nodes),
        effectsRow("all edges of the truth ablated", necessity.edges),
      ],
    ),
    "What the truth alone loses without one of its edges, under exchange:",
    markdownRows(
      ["edge", "broken runs"],
      minimality.map(({ text, ...effect }) => [code(text), effectText(effect)]),
    ),
    `The truth without what the model can do without: ${edges.length} edges. ${silentEdges.length === 0 ? "Nothing is silent." : `Silent: ${[...silentNodes, ...silentEdges].map(code).join(", ")}.`} With these alone, ${effectText(lost)} runs are broken.`,
    "Tests of the truth as a circuit, by the loss (Shi et al. 2024):",
    testList(document),
  ];
}

function edgeSection({ edges }: AuditDocument, picture: string): string[] {
  const shown = edges.filter(({ inTruth, resample }) => inTruth === true || resample > 0);
  return [
    "## Edges",
    `![What each edge does](${picture})`,
    `Edges of the truth, and others with an effect under exchange; ${edges.length - shown.length} of ${edges.length} have none and are not in the truth.`,
    partTable(shown),
  ];
}

function violationSections(document: AuditDocument): string[] {
  return [
    "## Violations",
    "What must not have an effect under exchange and has one.",
    violationTable(document.violations, document.violationCount),
    "## Leaks",
    "What outside of the truth has an effect under mean or zero: it carries something that the rest relies on, though not information about the input.",
    violationTable(document.leaks, document.leakCount),
  ];
}

function healthSection({ health, naturalHealth }: AuditDocument): string[] {
  const models = [
    { name: "this model", ...health },
    ...(naturalHealth === null ? [] : [{ name: "natural", ...naturalHealth }]),
  ];
  const mean = (values: readonly number[]) => formatNumber(meanOf(values), 3);
  return [
    "## What the model is like",
    "Entropy and the share of a gradient that gets through the softmax are means over heads, from 0 (attention to one key) to 1 (to all alike).",
    markdownRows(
      [
        "",
        "loss",
        "norms of the residual stream",
        "largest weight norm",
        "entropy",
        "gradient share",
      ],
      models.map(({ name, loss, residualNorms, largestWeightNorm, heads }) => [
        name,
        formatNumber(loss, 3),
        residualNorms.map((norm) => formatNumber(norm, 3)).join(", "),
        formatNumber(largestWeightNorm, 3),
        mean(heads.map(({ entropy }) => entropy)),
        mean(heads.map(({ gradientShare }) => gradientShare)),
      ]),
    ),
  ];
}

/** What an audit found, as a page in Markdown beside its pictures. */
export function auditPage(
  document: AuditDocument,
  title: string,
  files: { readonly nodes: string; readonly edges: string },
): string {
  const texts = [
    `# Audit of ${title}`,
    verdictText(document),
    introduction(document),
    ...accuracySection(document),
    "## Nodes",
    `![What each node does](${files.nodes})`,
    partTable(document.nodes),
    ...circuitSection(document),
    ...edgeSection(document, files.edges),
    ...violationSections(document),
    ...healthSection(document),
  ];
  return `${texts.join("\n\n")}\n`;
}
