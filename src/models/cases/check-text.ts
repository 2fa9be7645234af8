import type { CaseCheck, CaseFinding, VariableFacts } from "../../cases/index.ts";
import { printable } from "../../errors/index.ts";
import { showValue } from "../../rasp/index.ts";
import {
  type Column,
  formatFacts,
  formatPercent,
  formatTable,
  indentText,
  type Style,
} from "../../report/index.ts";
import { deviationText } from "./exactness-text.ts";

const VARIABLES: readonly Column<VariableFacts>[] = [
  { heading: "variable", value: ({ name }) => printable(name) },
  { heading: "changes the output", value: ({ effect }) => formatPercent(effect), align: "right" },
  { heading: "pairs of inputs", value: ({ pairs }) => pairs },
  { heading: "", value: ({ isConstant }) => (isConstant ? "one value at each position" : "") },
];

/** What was found out about how fit a program is to be a case. Ends with a newline. */
export function caseCheckText(check: CaseCheck, style: Style): string {
  const { case: id, task, fit, findings, variables } = check;
  const verdict = fit ? "fit to be a case" : "not fit to be a case";
  return [
    `${style.bold(`Case ${printable(id)}`)}  ${printable(task)}\n${style.bold(verdict)}\n`,
    formatFacts(
      [
        ["inputs", inputsText(check)],
        ["exactness", exactnessText(check)],
        ["outputs", outputsText(check)],
      ],
      style,
    ),
    formatTable(VARIABLES, variables, style),
    ...findings.map((finding) => findingText(finding, style)),
  ].join("\n");
}

function inputsText({ inputs, stopped, exhaustive }: CaseCheck): string {
  const stops = stopped === 0 ? "" : `, and ${stopped} on which the program stops`;
  return exhaustive ? `all ${inputs} of full length${stops}` : `${inputs} drawn${stops}`;
}

function exactnessText({ exactness }: CaseCheck): string | undefined {
  if (exactness === undefined) return undefined;
  const { exhaustive, inputs, positions } = exactness;
  const where = exhaustive
    ? `all ${inputs} inputs of every length`
    : `${inputs} random and structured inputs`;
  const what =
    "mistakes" in exactness
      ? `${exactness.mistakes} mistakes at ${positions} positions, smallest margin ${exactness.margin.toFixed(3)}`
      : `largest error ${deviationText(exactness.deviation)}`;
  return `${what}; on ${where}`;
}

function outputsText({ outputs: { distinct, frequent, absent } }: CaseCheck): string {
  const told = frequent.map(
    ({ value, share }) => `${printable(showValue(value))} ${formatPercent(share)}`,
  );
  const more = distinct > told.length ? ", …" : "";
  const none = absent === 0 ? "" : `; no value at ${formatPercent(absent)} of positions`;
  return `${distinct} different: ${told.join(", ")}${more}${none}`;
}

function findingText({ kind, message, remedy }: CaseFinding, style: Style): string {
  const mark = kind === "fault" ? style.bold("✗") : "·";
  return `${mark} ${printable(message.replace(/\.$/, ""))}.\n${style.dim(indentText(`${remedy}\n`, 2))}`;
}

/** How checks of several cases are listed. */
export const CHECK_COLUMNS: readonly Column<CaseCheck>[] = [
  { heading: "case", value: ({ case: id }) => id },
  { heading: "fit", value: ({ fit }) => (fit ? "yes" : "no") },
  { heading: "inputs", value: ({ inputs }) => inputs },
  {
    heading: "exact",
    value: ({ exactness }) =>
      exactness === undefined ? "" : exactness.exhaustive ? "on all" : "on some",
  },
  { heading: "outputs", value: ({ outputs }) => outputs.distinct },
  {
    heading: "guess",
    value: ({ outputs }) => formatPercent(outputs.frequent[0]?.share ?? null),
    align: "right",
  },
  { heading: "variables", value: ({ variables }) => variables.length },
  {
    heading: "least effect",
    value: ({ variables }) =>
      formatPercent(variables.reduce<number>((least, { effect }) => Math.min(least, effect), 1)),
    align: "right",
  },
  { heading: "findings", value: ({ findings }) => findings.map(({ code }) => code).join(" ") },
];
