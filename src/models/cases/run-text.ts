import {
  type Case,
  type CaseRun,
  evaluateVariables,
  type FunctionCase,
  runCase,
  TOKENS,
} from "../../cases/index.ts";
import { printable } from "../../errors/index.ts";
import type { RaspValue as Value } from "../../rasp/index.ts";
import { type Column, formatNumber, formatTable, type Style } from "../../report/index.ts";
import { plainValue } from "../plain-value.ts";

/** What a run of a case on one input says, as a document and for people. */
export interface ShownRun {
  readonly document: Readonly<Record<string, unknown>>;
  readonly text: (style: Style) => string;
}

/**
 * A case on one input: its program beside the compiled transformer, position by position; of a case of
 * functions its variables. Throws `E_INPUT` for an input that is none of the case.
 */
export function showRun(case_: Case, input: readonly Value[]): ShownRun {
  const { document, text } =
    case_.kind === "functions" ? variablesRun(case_, input) : programRun(case_, input);
  const title = (style: Style) => style.bold(`Case ${printable(case_.id)}`);
  return {
    document,
    text: (style) => `${title(style)}  ${printable(case_.task)}\n\n${text(style)}`,
  };
}

function programRun(case_: Case, tokens: readonly Value[]): ShownRun {
  const run = runCase(case_, tokens);
  const { id, input, differs } = run;
  const [rasp, compiled] = [run.rasp.map(plainValue), run.compiled.map(plainValue)];
  return {
    document: { id, input, rasp, compiled, differs },
    text: (style) => sideBySide(run, case_.categorical, style),
  };
}

/** The variables beside each other; the last one is the output. */
function variablesRun(case_: FunctionCase, input: readonly Value[]): ShownRun {
  const { id, output } = case_;
  const { [TOKENS]: _, ...variables } = Object.fromEntries(evaluateVariables(case_, input));
  const columns: readonly Column<number>[] = [
    { heading: "position", value: (i) => i },
    { heading: "input", value: (i) => shown(input[i]!) },
    ...Object.entries(variables).map(([name, values]) => ({
      heading: name,
      value: (i: number) => shown(values[i]!),
    })),
  ];
  const plain = Object.fromEntries(
    Object.entries(variables).map(([name, values]) => [name, values.map(plainValue)]),
  );
  return {
    document: { id, input, variables: plain, output: plain[output] },
    text: (style) => formatTable(columns, [...input.keys()], style),
  };
}

interface Position {
  readonly position: number;
  readonly input: Value;
  readonly rasp: Value;
  readonly compiled: Value;
}

const COLUMNS: readonly Column<Position>[] = [
  { heading: "position", value: ({ position }) => position },
  { heading: "input", value: ({ input }) => shown(input) },
  { heading: "RASP", value: ({ rasp }) => shown(rasp) },
  { heading: "compiled", value: ({ compiled }) => shown(compiled) },
];

function sideBySide(
  { input, rasp, compiled, differs }: CaseRun,
  isClass: boolean,
  style: Style,
): string {
  const rows = input.map(
    (token, i): Position => ({
      position: i,
      input: token,
      rasp: rasp[i]!,
      compiled: compiled[i]!,
    }),
  );
  const differing = rows.filter(({ position }) => differs.includes(position));
  const difference: Column<Position> = {
    heading: "",
    value: (row) => (differing.includes(row) ? `differs${sizeText([row], isClass)}` : ""),
  };
  const table = formatTable([...COLUMNS, difference], rows, style);
  return `${table}\n${noteText(differing, sizeText(differing, isClass, ", at most"), style)}\n`;
}

function noteText(differing: readonly Position[], size: string, style: Style): string {
  const count = differing.length;
  if (count === 0) return style.green("The compiled transformer computes what the program says.");
  const where = `${count} ${count === 1 ? "position" : "positions"}`;
  return style.yellow(`The compiled transformer differs at ${where}${size}.`);
}

/** ` by 0.0012`: how far outputs that are numbers are off; nothing of classes. */
function sizeText(rows: readonly Position[], isClass: boolean, before = ""): string {
  if (isClass) return "";
  return `${before} by ${formatNumber(Math.max(...rows.map(error)), 2)}`;
}

/** How far two numbers are apart; NaN of other values. */
function error({ rasp, compiled }: Position): number {
  const areNumbers = typeof rasp === "number" && typeof compiled === "number";
  return areNumbers ? Math.abs(rasp - compiled) : Number.NaN;
}

function shown(value: Value): string {
  if (value === null) return "–";
  return typeof value === "number" ? formatNumber(value) : JSON.stringify(value);
}
