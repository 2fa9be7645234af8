import {
  DEMO_STEPS,
  type DemoDocument,
  type DoneJob,
  demoGraph,
  demoStory,
  type EngineChoice,
  runGraph,
} from "../../jobs/index.ts";
import { styleOf, wantsColours } from "../../report/index.ts";
import type { Context } from "../command.ts";
import { commandJobs, printedDocument } from "../job-context.ts";

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
  const { io, wantsJson } = context;
  const { begin, end } = demoStory(styleOf(wantsColours(io.stdout.isTerminal, io.env)));
  const tell = (text: string | undefined) => {
    if (text !== undefined && !wantsJson) io.stdout.write(text);
  };
  const outcomes = await runGraph(demoGraph(choice.seed, choice.engine), around, {
    force: choice.force,
    onBegin: (name) => tell(begin[name]),
    onEnd: (name, outcome) => {
      if (outcome.kind === "failed") throw outcome.error;
      tell(end[name]?.(outcome.job.artifact.result));
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
