import type { Program } from "../../src/engine/index.ts";
import { type LoweredProgram, lower } from "../../src/engine/lowering/lower.ts";
import type { Column } from "../../src/report/index.ts";
import { openPatchSet, parseRecipe, TERMS, type TrainingTask } from "../../src/training/index.ts";
import { termProgram } from "../../src/training/term-update.ts";
import { trainingTask } from "../case-task.ts";
import { median, timesOf } from "../measure.ts";
import type { BenchContext, Section } from "../section.ts";
import { stepProgram, stepShape } from "../step.ts";
import { makeTable, rounded, type Table } from "../table.ts";

/** A program that is built and lowered, over and over. */
interface Source {
  readonly name: string;
  build(): Program;
}

/** The three updates of a case's batch, and all of them in one. */
function updatesOf(id: string): Source[] {
  const task: TrainingTask = trainingTask(id);
  const layers = task.lowLevelConfig.nLayers;
  const recipe = parseRecipe({});
  return [...TERMS.map((term) => [term]), [...TERMS]].map((terms) => ({
    name: `case ${id} (${layers} layers), ${terms.join(" + ")}`,
    build: () =>
      termProgram(task, recipe, new Map(terms.map((term) => [term, openPatchSet(task, term)]))),
  }));
}

const STEPS = ["d_model 4", "d_model 64", "IOI"].map(
  (name): Source => ({ name: `training step, ${name}`, build: () => stepProgram(stepShape(name)) }),
);

/** The way of a program from its graph to what the kernels read, which its first run makes of it. */
interface CompileRow {
  readonly program: string;
  /** Graph, gradients and checks, milliseconds. */
  readonly build: number;
  /** Milliseconds. */
  readonly lower: number;
  /** Both, the first time. */
  readonly first: number;
  /** What instructions and constants take of the backend's memory. */
  readonly bytes: number;
}

const REPETITIONS = 5;

const bytesOf = ({ before, perTile, after, constantSize }: LoweredProgram): number =>
  4 * (before.length + perTile.length + after.length + constantSize);

async function timeSource({ name, build }: Source): Promise<CompileRow> {
  const [first] = await timesOf(() => lower(build()), 0, 1);
  const programs = Array.from({ length: REPETITIONS }, build);
  return {
    program: name,
    build: median(await timesOf(build, 0, REPETITIONS)),
    lower: median(await timesOf(() => lower(programs.pop() ?? build()), 0, REPETITIONS)),
    first: first!,
    bytes: bytesOf(lower(build())),
  };
}

async function timeSources({ progress }: BenchContext): Promise<Table> {
  const rows: CompileRow[] = [];
  for (const source of [...updatesOf("3"), ...updatesOf("94"), ...updatesOf("2"), ...STEPS]) {
    progress(source.name);
    rows.push(await timeSource(source));
  }
  const columns: Column<CompileRow>[] = [
    { heading: "program", value: ({ program }) => program },
    { heading: "build ms", value: ({ build }) => rounded(build) },
    { heading: "lower ms", value: ({ lower }) => rounded(lower) },
    { heading: "both ms", value: ({ build, lower }) => rounded(build + lower) },
    { heading: "first time ms", value: ({ first }) => rounded(first) },
    { heading: "KiB", value: ({ bytes }) => rounded(bytes / 1024) },
  ];
  return makeTable("From graph to instructions", columns, rows, [
    "The first program also waits for JavaScript's own compiler.",
  ]);
}

/** How long it takes until a program can run. */
export const compile: Section = {
  name: "compile",
  summary: "From graph to instructions",
  run: async (context) => [await timeSources(context)],
};
