import { z } from "zod";
import { runCase } from "../../../cases/index.ts";
import { valuesEqual } from "../../../rasp/index.ts";
import { type Column, formatNumber, formatTable, type Style } from "../../../report/index.ts";
import { parseInput } from "../../cases/input.ts";
import { oneCase } from "../../cases/one-case.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags/flag.ts";

/** Largest difference between a number and its float32 approximation by a compiled program. */
const TOLERANCE = 1e-4;

/** `cases run`: one input through the program and through the compiled transformer. */
export const casesRun = defineCommand({
  path: ["cases", "run"],
  summary: "Run a case on one input: the program beside its compiled transformer",
  description:
    "The RASP program is interpreted; the compiled transformer computes the same with attention and MLPs. Both are shown position by position, counted from 0, without BOS.",
  arguments: ["id"],
  options: z.object({
    id: flag(z.string(), "The case"),
    input: flag(z.string(), "The tokens: a JSON array, tokens between commas, or characters", {
      placeholder: "JSON",
    }),
  }),
  examples: [
    { command: `cases run 3 --input '["a","x","b","x"]'`, summary: "The share of x so far" },
    { command: "cases run 3 --input axbx", summary: "The same: all tokens are single characters" },
    { command: "cases run 13 --input 0,1,1,2 --json", summary: "Numbers, as a JSON document" },
  ],
  run(_, options) {
    const case_ = oneCase(options.id, "ID");
    const run = runCase(case_, parseInput(case_, options.input));
    const { id, input, rasp, compiled } = run;
    return {
      kind: "cases-run",
      document: { id, input, rasp, compiled },
      text: (style) => `${style.bold(`Case ${id}`)}  ${case_.task}\n\n${sideBySide(run, style)}`,
    };
  },
});

type Value = ReturnType<typeof runCase>["input"][number];

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
  { heading: "", value: (row) => (agree(row) ? "" : "differs") },
];

function sideBySide({ input, rasp, compiled }: ReturnType<typeof runCase>, style: Style): string {
  const rows = input.map(
    (token, i): Position => ({
      position: i,
      input: token,
      rasp: rasp[i]!,
      compiled: compiled[i]!,
    }),
  );
  const differing = rows.filter((row) => !agree(row)).length;
  const note =
    differing === 0
      ? style.green("The compiled transformer computes what the program says.")
      : style.yellow(
          `The compiled transformer differs at ${differing} ${differing === 1 ? "position" : "positions"}.`,
        );
  return `${formatTable(COLUMNS, rows, style)}\n${note}\n`;
}

function agree({ rasp, compiled }: Position): boolean {
  if (typeof rasp === "number" && typeof compiled === "number") {
    return Math.abs(rasp - compiled) <= TOLERANCE;
  }
  return rasp === null || (compiled !== null && valuesEqual(rasp, compiled));
}

function shown(value: Value): string {
  if (value === null) return "–";
  return typeof value === "number" ? formatNumber(value) : JSON.stringify(value);
}
