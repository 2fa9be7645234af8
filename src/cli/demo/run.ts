import { type Case, compileCase } from "../../cases/index.ts";
import { getAlgorithm } from "../../discovery/index.ts";
import { drawWiring, formatPercent, formatProgram } from "../../report/index.ts";
import type { Artifact } from "../../store/index.ts";
import { FAST_RECIPE, parseRecipe } from "../../training/index.ts";
import type { Context } from "../command.ts";
import { compilationPlan } from "../commands/compile.ts";
import { trainingPlan } from "../commands/train/iit.ts";
import type { DiscoveryDocument } from "../discovery/document.ts";
import { discoveryPlan } from "../discovery/plan.ts";
import { type JobList, type JobSettings, runJob, shownFolder } from "../jobs.ts";
import { type FoundModel, folderModel } from "../models/find.ts";
import type { EngineChoice } from "../options/engine.ts";
import { startTour } from "./tour.ts";

/** Options of the demo. */
export type DemoChoice = EngineChoice &
  Pick<JobSettings, "outputDir" | "force"> & {
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
): Promise<{ readonly document: DemoDocument; readonly found: readonly Artifact[] }> {
  const tour = startTour(context);
  const stage = (name: string, kind: string, plan: JobList["jobs"][number]["plan"]) =>
    runJob({ ...context, name }, choice, kind, { case: case_.id, plan });

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
  tour.say(trainedText(training));

  tour.section(
    "Discover",
    "Now three algorithms look for the circuit in the trained weights. None of them is told the truth. Their graph has 110 edges: what each head's query, key and value, each MLP and the output could read.",
  );
  const model: FoundModel = {
    ...folderModel(training.folder, "siit", case_),
    parents: [training.provenance.address],
  };
  const found: Artifact[] = [];
  for (const { algorithm, options } of DEMO_STEPS) {
    const settings = { ...choice, ...options, dataSize: DATA_SIZE };
    const subject = { model, case_, data: undefined };
    found.push(
      await stage(`run ${algorithm}`, `run-${algorithm}`, () =>
        discoveryPlan(context, getAlgorithm(algorithm), settings, subject),
      ),
    );
  }
  tour.show("");
  return { document: demoDocument(context, { compilation, training, found }), found };
}

interface Stages {
  readonly compilation: Artifact;
  readonly training: Artifact;
  readonly found: readonly Artifact[];
}

function demoDocument(context: Context, { compilation, training, found }: Stages) {
  const discoveries = found.map(({ result, folder }, i) => {
    const document = result as unknown as DiscoveryDocument;
    const { algorithm, params, circuit, score, baselines, diagnostics, seconds } = document;
    return {
      title: DEMO_STEPS[i]!.title,
      algorithm,
      params,
      circuit,
      score,
      baselines,
      faithfulness: diagnostics.faithfulness,
      seconds,
      folder: shownFolder(context, folder),
    };
  });
  const { shape, truth, case: id } = found[0]!.result as unknown as DiscoveryDocument;
  const { epochs, steps, metrics, seconds } = training.result;
  return {
    case: id,
    shape,
    truth,
    compiled: shownFolder(context, compilation.folder),
    training: { epochs, steps, metrics, seconds, folder: shownFolder(context, training.folder) },
    discoveries,
    best: bestOf(discoveries),
  };
}

/** The document of `demo`. */
export type DemoDocument = ReturnType<typeof demoDocument>;

/** The place of the discovery whose edges agree best with the truth (F1). */
function bestOf(discoveries: readonly { readonly score: DiscoveryDocument["score"] }[]): number {
  const scores = discoveries.map(({ score }) => score?.edges?.f1 ?? 0);
  return scores.indexOf(Math.max(...scores));
}

function trainedText({ result }: Artifact): string {
  const metrics = result.metrics as Readonly<Record<string, number | undefined>>;
  const { epochs, steps } = result;
  return `After ${epochs} epochs (${steps} steps): accuracy ${formatPercent(metrics.accuracy)}, IIA ${formatPercent(metrics.iia)} (interchanging a variable does what it should), strict accuracy ${formatPercent(metrics.strictAccuracy)} (interchanging anything else does nothing).`;
}
