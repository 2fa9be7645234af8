import { type Case, compileCase } from "../../cases/index.ts";
import { getAlgorithm } from "../../discovery/index.ts";
import {
  type DoneJob,
  type EngineChoice,
  type Job,
  type JsonDocument,
  runJob,
} from "../../jobs/index.ts";
import { artifactModel } from "../../models/index.ts";
import { drawWiring, formatPercent, formatProgram } from "../../report/index.ts";
import { FAST_RECIPE, parseRecipe } from "../../training/index.ts";
import type { Context } from "../command.ts";
import { compilationPlan } from "../commands/compile.ts";
import { trainingPlan } from "../commands/train/iit.ts";
import type { PrintedDiscovery } from "../discovery/document.ts";
import { discoveryPlan } from "../discovery/plan.ts";
import { jobContext, printedDocument } from "../job-context.ts";
import { startTour } from "./tour.ts";

/** Options of the demo. */
export type DemoChoice = EngineChoice & {
  readonly outputDir: string;
  readonly force: boolean;
  readonly seed: number;
};

/** An algorithm of the demo, with what to ask of it. */
export interface DemoStep {
  readonly title: string;
  readonly algorithm: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The same as a command. */
  readonly command: string;
}

/** The discoveries of the demo, in order. */
export const DEMO_STEPS: readonly DemoStep[] = [
  {
    title: "ACDC",
    algorithm: "acdc",
    options: { threshold: 0.025 },
    command: "run acdc -i 3 --threshold 0.025",
  },
  {
    title: "EAP",
    algorithm: "eap",
    options: { threshold: 0.01 },
    command: "run eap -i 3 --threshold 0.01",
  },
  {
    title: "EAP, integrated gradients",
    algorithm: "eap",
    options: { edgeCount: 4, integratedGradSteps: 5 },
    command: "run eap -i 3 --edge-count 4 --integrated-grad-steps 5",
  },
];

/** Inputs for the discoveries, at most; case 3 has 256. */
const DATA_SIZE = 1000;

/** The recipe of the demo's training run. */
export const demoRecipe = (seed: number) => parseRecipe({ ...FAST_RECIPE, seed });

/**
 * Everything the package is for, on one case: compile, train, discover, compare. Each stage is a
 * job of its own whose result is kept, so that an interrupted demo goes on, and other commands find
 * the trained model.
 */
export async function runDemo(
  context: Context,
  case_: Case,
  choice: DemoChoice,
): Promise<DemoStages> {
  const tour = startTour(context);
  const stage = (title: string, kind: string, plan: Job["plan"]) =>
    runStage(context, choice, { title, kind }, { case: case_.id, plan });

  const compiled = compileCase(case_);
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
  const compilation = await stage("compile", "compile", () => compilationPlan(case_));

  tour.section(
    "Train",
    "Compiled weights look like no trained model. So another transformer, of 2 layers with 4 heads, learns the task by gradient descent, and SIIT forces the same circuit into it: exchanging a variable between two inputs must change the output as it does in the program, and exchanging anything else must change nothing.",
  );
  const plan = () =>
    trainingPlan(case_, demoRecipe(choice.seed), {
      ...choice,
      sameSize: false,
      numSamples: 120_000,
    });
  const training = await stage("train iit", "train-iit", plan);
  tour.say(trainedText(training.document));

  tour.section(
    "Discover",
    "Now three algorithms look for the circuit in the trained weights. None of them is told the truth. Their graph has 110 edges: what each head's query, key and value, each MLP and the output could read.",
  );
  const source = { name: "siit", storedName: "siit", parent: training.name };
  const model = artifactModel(training.artifact, source, case_);
  const found: DoneStage[] = [];
  for (const { algorithm, options } of DEMO_STEPS) {
    const settings = { ...choice, ...options, dataSize: DATA_SIZE };
    const subject = { model, case_, data: undefined };
    found.push(
      await stage(`run ${algorithm}`, `run-${algorithm}`, () =>
        discoveryPlan(getAlgorithm(algorithm), settings, subject),
      ),
    );
  }
  tour.show("");
  return { compilation, training, found };
}

/** A job of the demo that is done, and what is printed of it. */
export interface DoneStage extends DoneJob {
  readonly document: JsonDocument;
}

/** Runs a job of the demo. */
export async function runStage(
  context: Context,
  { outputDir, force }: Pick<DemoChoice, "outputDir" | "force">,
  { title, kind }: { readonly title: string; readonly kind: string },
  job: Job,
  shown: JsonDocument = {},
): Promise<DoneStage> {
  const around = jobContext(context, outputDir);
  const done = await runJob(around, { kind, title, force }, job);
  return { ...done, document: printedDocument(done, around, shown) };
}

/** The jobs of the demo, done. */
export interface DemoStages {
  readonly compilation: DoneStage;
  readonly training: DoneStage;
  readonly found: readonly DoneStage[];
}

/** The document of `demo` as it is stored. */
export function demoDocument({ training, found }: DemoStages) {
  const discoveries = found.map((job, i) => {
    const { algorithm, params, circuit, score, baselines, diagnostics } = discoveryOf(job);
    const { faithfulness } = diagnostics;
    const { title } = DEMO_STEPS[i]!;
    return { title, algorithm, params, circuit, score, baselines, faithfulness };
  });
  const { shape, truth, case: id } = discoveryOf(found[0]!);
  const { epochs, steps, metrics } = training.document;
  const best = bestOf(discoveries);
  return { case: id, shape, truth, training: { epochs, steps, metrics }, discoveries, best };
}

/** The members of the printed document that tell how long everything took, and where it is. */
export function demoPlaces(stages: DemoStages) {
  const { compilation, training, found } = stages;
  const stored = demoDocument(stages);
  const placeOf = ({ document }: DoneStage) => ({
    seconds: Number(document.seconds),
    folder: String(document.folder),
  });
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
export type DemoDocument = Omit<ReturnType<typeof demoDocument>, "training" | "discoveries"> &
  ReturnType<typeof demoPlaces>;

const discoveryOf = ({ document }: DoneStage) => document as unknown as PrintedDiscovery;

/** The place of the discovery whose edges agree best with the truth (F1). */
function bestOf(discoveries: readonly { readonly score: PrintedDiscovery["score"] }[]): number {
  const scores = discoveries.map(({ score }) => score?.edges?.f1 ?? 0);
  return scores.indexOf(Math.max(...scores));
}

function trainedText(document: JsonDocument): string {
  const metrics = document.metrics as Readonly<Record<string, number | undefined>>;
  const { epochs, steps } = document;
  return `After ${epochs} epochs (${steps} steps): accuracy ${formatPercent(metrics.accuracy)}, IIA ${formatPercent(metrics.iia)} (interchanging a variable does what it should), strict accuracy ${formatPercent(metrics.strictAccuracy)} (interchanging anything else does nothing).`;
}
