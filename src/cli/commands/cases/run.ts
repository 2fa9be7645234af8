import { z } from "zod";
import {
  type Case,
  evaluateVariables,
  type FunctionCase,
  runCase,
  TOKENS,
} from "../../../cases/index.ts";
import { printable } from "../../../errors/index.ts";
import type { JsonDocument } from "../../../jobs/index.ts";
import { isProgramFile } from "../../../models/index.ts";
import type { RaspValue as Value } from "../../../rasp/index.ts";
import { type Column, formatNumber, formatTable, type Style } from "../../../report/index.ts";
import { parseInput } from "../../cases/input.ts";
import { selectCase } from "../../cases/selection.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags/flag.ts";

/** `cases run`: one input through the program and through the compiled transformer. */
export const casesRun = defineCommand({
  path: ["cases", "run"],
  summary: "Run a case on one input: the program beside its compiled transformer",
  description:
    "The RASP program is interpreted; the compiled transformer computes the same with attention and MLPs. Both are shown position by position, counted from 0, without BOS. A case of functions has no program: its variables are shown.",
  arguments: ["id"],
  options: z.object({
    id: flag(z.string(), "The case, or a program file"),
    input: flag(z.string(), "The tokens: a JSON array, tokens between commas, or characters", {
      placeholder: "JSON",
    }),
  }),
  examples: [
    { command: `cases run 3 --input '["a","x","b","x"]'`, summary: "The share of x so far" },
    { command: "cases run 3 --input axbx", summary: "The same: all tokens are single characters" },
    { command: "cases run 13 --input 0,1,1,2 --json", summary: "Numbers, as a JSON document" },
  ],
  isolate: ({ id }) => isProgramFile(id),
  async run(context, options) {
    const { case_ } = await selectCase(context, options.id, "ID");
    const input = parseInput(case_, options.input);
    const { document, table } =
      case_.kind === "functions" ? variablesRun(case_, input) : programRun(case_, input);
    const title = (style: Style) => style.bold(`Case ${printable(case_.id)}`);
    return {
      kind: "cases-run",
      document,
      text: (style) => `${title(style)}  ${printable(case_.task)}\n\n${table(style)}`,
    };
  },
});

/** What a run says, as a document and for people. */
interface ShownRun {
  readonly document: JsonDocument;
  readonly table: (style: Style) => string;
}

function programRun(case_: Case, tokens: readonly Value[]): ShownRun {
  const run = runCase(case_, tokens);
  const { id, input, rasp, compiled, differs } = run;
  return {
    document: { id, input, rasp, compiled, differs },
    table: (style) => sideBySide(run, case_.categorical, style),
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
  return {
    document: { id, input, variables, output: variables[output] },
    table: (style) => formatTable(columns, [...input.keys()], style),
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
  { input, rasp, compiled, differs }: ReturnType<typeof runCase>,
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
