import { type RaspValue, showValue } from "../../../src/rasp/index.ts";
import type { CaseFacts } from "../../engine/methods/cases.ts";
import type { TraceStep } from "../../engine/methods/trace.ts";
import { isSaid, type Output, textsOf } from "../outputs.ts";
import type { CaseRuns } from "./runs.ts";

/** A line of the table: an expression of the program, or what a model says in the end. */
export interface Line {
  /** The label of the expression; `undefined` for what a model says. */
  readonly label: string | undefined;
  readonly text: string;
  /** One for each token. */
  readonly cells: readonly string[];
  /** Whether the cells show which keys a query selects. */
  readonly isSelector: boolean;
  /** The cells in which a model says something other than the program. */
  readonly wrong: ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();

/** The lines of a program on an input, and below them what the models say. */
export function linesOf({ program }: CaseFacts, { trace, compiled, trained }: CaseRuns): Line[] {
  const steps = new Map(trace?.steps.map((step) => [step.label, step]) ?? []);
  const wanted = steps.get(trace?.output ?? "");
  const lines = program.map(({ label, definition, encoding }) => ({
    label,
    text: `${label} = ${definition}`,
    cells: cellsOf(steps.get(label)),
    isSelector: encoding === undefined,
    wrong: NONE,
  }));
  const models = [
    ["compiled transformer says", compiled],
    ["trained transformer says", trained],
  ] as const;
  const says = models.flatMap(([text, run]) =>
    run === undefined
      ? []
      : [
          {
            label: undefined,
            text,
            cells: textsOf(run.outputs),
            isSelector: false,
            wrong: wrongOf(run.outputs, wanted),
          },
        ],
  );
  return [...lines, ...says];
}

/** The values of a sequence, or the keys that each query selects. */
function cellsOf(step: TraceStep | undefined): readonly string[] {
  if (step === undefined) return [];
  if (step.kind === "sequence") {
    return step.values.map((value) => (value === null ? "·" : shown(value)));
  }
  return step.matrix.map((row) => row.map((isSelected) => (isSelected ? "■" : "□")).join(""));
}

const shown = (value: Parameters<typeof showValue>[0]) =>
  typeof value === "number" && !Number.isInteger(value)
    ? value.toFixed(2).replace(/0+$/, "")
    : showValue(value);

/** Where a model says something other than the program; where that says nothing, everything is right. */
function wrongOf(outputs: readonly Output[], wanted: TraceStep | undefined): ReadonlySet<number> {
  const values = wanted?.kind === "sequence" ? wanted.values : [];
  const isRight = (output: Output, value: RaspValue | undefined) =>
    value === undefined || value === null || isSaid(output, value);
  return new Set(outputs.flatMap((output, i) => (isRight(output, values[i]) ? [] : [i])));
}
