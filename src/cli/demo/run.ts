import {
  DEMO_STEPS,
  type DemoStages,
  type DoneJob,
  demoGraph,
  demoStory,
  type EngineChoice,
  runGraph,
} from "../../jobs/index.ts";
import { styleOf, wantsColours } from "../../report/index.ts";
import type { Context } from "../command.ts";
import { commandJobs } from "../job-context.ts";

/** Options of the demo. */
export interface DemoChoice {
  readonly outputDir: string;
  readonly force: boolean;
  readonly seed: number;
  readonly engine: EngineChoice;
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
