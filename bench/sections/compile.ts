import type { Backend, Program } from "../../src/engine/index.ts";
import type { Column } from "../../src/report/index.ts";
import { openPatchSet, parseRecipe, TERMS, type TrainingTask } from "../../src/training/index.ts";
import { termProgram } from "../../src/training/term-update.ts";
import { withBackends } from "../backends.ts";
import { trainingTask } from "../case-task.ts";
import { median, timesOf } from "../measure.ts";
import type { BenchContext, Section } from "../section.ts";
import { stepProgram, stepShape } from "../step.ts";
import { makeTable, rounded, type Table } from "../table.ts";

/** A program that is built and loaded, over and over. */
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

/** The way of a program from its graph to the backend. */
interface CompileRow {
  readonly program: string;
  /** Graph, gradients and checks, milliseconds. */
  readonly build: number;
  /** Lowering, and placing in the backend's memory, milliseconds. */
  readonly load: number;
  /** Both, the first time. */
  readonly first: number;
  /** What the program takes of the backend's memory. */
  readonly bytes: number | undefined;
}

const REPETITIONS = 5;

async function timeSource({ name, build }: Source, backend: Backend): Promise<CompileRow> {
  const before = backend.memory()?.used ?? 0;
  const loadAndDispose = (program: Program): number => {
    const executable = backend.load(program);
    const taken = (backend.memory()?.used ?? 0) - before;
    executable.dispose();
    return taken;
  };
  const [first] = await timesOf(() => loadAndDispose(build()), 0, 1);
  const program = build();
  return {
    program: name,
    build: median(await timesOf(build, 0, REPETITIONS)),
    load: median(await timesOf(() => loadAndDispose(program), 0, REPETITIONS)),
    first: first!,
    bytes: loadAndDispose(program),
  };
}

async function timeSources(backend: Backend, { progress }: BenchContext): Promise<Table> {
  const rows: CompileRow[] = [];
  for (const source of [...updatesOf("3"), ...updatesOf("94"), ...updatesOf("2"), ...STEPS]) {
    progress(source.name);
    rows.push(await timeSource(source, backend));
  }
  const columns: Column<CompileRow>[] = [
    { heading: "program", value: ({ program }) => program },
    { heading: "build ms", value: ({ build }) => rounded(build) },
    { heading: "load ms", value: ({ load }) => rounded(load) },
    { heading: "both ms", value: ({ build, load }) => rounded(build + load) },
    { heading: "first time ms", value: ({ first }) => rounded(first) },
    { heading: "KiB", value: ({ bytes }) => bytes && rounded(bytes / 1024) },
  ];
  return makeTable(`From graph to ${backend.name}`, columns, rows, [
    "The first program also waits for JavaScript's own compiler.",
  ]);
}

/** How long it takes until a program can run. */
export const compile: Section = {
  name: "compile",
  summary: "From graph to loaded program",
  run: (context) => withBackends(1, async ([fastest]) => [await timeSources(fastest!, context)]),
};
