import { compileCase, getCase } from "../../cases/index.ts";
import {
  DEMO_CASE,
  DEMO_STEPS,
  type DemoDocument,
  type DoneJob,
  demoGraph,
  type EngineChoice,
  type JsonDocument,
  runGraph,
} from "../../jobs/index.ts";
import { drawWiring, formatPercent, formatProgram } from "../../report/index.ts";
import type { Context } from "../command.ts";
import { commandJobs, printedDocument } from "../job-context.ts";
import { startTour } from "./tour.ts";

/** Options of the demo. */
export interface DemoChoice {
  readonly outputDir: string;
  readonly force: boolean;
  readonly seed: number;
  readonly engine: EngineChoice;
}

/** The jobs of the demo, done. */
export interface DemoStages {
  readonly compilation: DoneJob;
  readonly training: DoneJob;
  readonly found: readonly DoneJob[];
  readonly comparison: DoneJob;
}

/** Runs the jobs of the demo, and tells about each as it begins and ends. */
export async function runDemo(context: Context, choice: DemoChoice): Promise<DemoStages> {
  const around = commandJobs(context, choice.outputDir);
  const { begin, end } = narrator(context);
  const outcomes = await runGraph(demoGraph(choice.seed, choice.engine), around, {
    force: choice.force,
    onBegin: (name) => begin[name]?.(),
    onEnd: (name, outcome) => {
      if (outcome.kind === "failed") throw outcome.error;
      end[name]?.(outcome.job.artifact.result);
    },
  });
  const doneJob = (name: string): DoneJob => {
    const outcome = outcomes[name]!;
    if (outcome.kind === "failed") throw outcome.error;
    return outcome.job;
  };
  return {
    compilation: doneJob("compile"),
    training: doneJob("train"),
    found: DEMO_STEPS.map(({ title }) => doneJob(title)),
    comparison: doneJob("compare"),
  };
}

/** What is told when a job of the demo begins, and when it has ended, by its name. */
function narrator(context: Context): {
  readonly begin: Readonly<Record<string, () => void>>;
  readonly end: Readonly<Record<string, (result: JsonDocument) => void>>;
} {
  const tour = startTour(context);
  const case_ = getCase(DEMO_CASE);
  const compiled = compileCase(case_);
  return {
    begin: {
      compile() {
        tour.section(
          `The question: case ${case_.id}`,
          case_.task,
          "A RASP program says how a transformer can compute that. Each named line is a variable:",
        );
        tour.show(formatProgram(compiled, tour.style));
        tour.section(
          "Compile",
          "Tracr turns the program into weights: every variable gets its own directions in the residual stream, and a head or an MLP that writes them. Here the circuit is known, because it was put there:",
        );
        tour.show(drawWiring(compiled, tour.style));
      },
      train: () =>
        tour.section(
          "Train",
          "Compiled weights look like no trained model. So another transformer, of 2 layers with 4 heads, learns the task by gradient descent, and SIIT forces the same circuit into it: exchanging a variable between two inputs must change the output as it does in the program, and exchanging anything else must change nothing.",
        ),
      [DEMO_STEPS[0]!.title]: () =>
        tour.section(
          "Discover",
          "Now three algorithms look for the circuit in the trained weights. None of them is told the truth. Their graph has 110 edges: what each head's query, key and value, each MLP and the output could read.",
        ),
      compare: () => tour.show(""),
    },
    end: { train: (result) => tour.say(trainedText(result)) },
  };
}

/** The members of the printed document that tell how long everything took, and where it is. */
export function demoPlaces(
  { compilation, training, found, comparison }: DemoStages,
  folder: string,
) {
  const stored = comparison.artifact.result as unknown as DemoDocument;
  const placeOf = (job: DoneJob) => {
    const { seconds, folder: place } = printedDocument(job, folder);
    return { seconds: Number(seconds), folder: String(place) };
  };
  const jobs = [compilation, training, ...found];
  return {
    compiled: placeOf(compilation).folder,
    training: { ...stored.training, ...placeOf(training) },
    discoveries: stored.discoveries.map((discovery, i) => ({
      ...discovery,
      ...placeOf(found[i]!),
    })),
    seconds: jobs.reduce((sum, job) => sum + placeOf(job).seconds, 0),
  };
}

/** The document of `demo` as it is printed, but for its own folder. */
export type PrintedDemo = Omit<DemoDocument, "training" | "discoveries"> &
  ReturnType<typeof demoPlaces>;

function trainedText(document: JsonDocument): string {
  const metrics = document.metrics as Readonly<Record<string, number | undefined>>;
  const { epochs, steps } = document;
  return `After ${epochs} epochs (${steps} steps): accuracy ${formatPercent(metrics.accuracy)}, IIA ${formatPercent(metrics.iia)} (interchanging a variable does what it should), strict accuracy ${formatPercent(metrics.strictAccuracy)} (interchanging anything else does nothing).`;
}
