import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InterpBenchError } from "../../errors/index.ts";
import { type Artifact, contentOf } from "../../store/index.ts";
import { FAST_RECIPE, parseRecipe } from "../../training/index.ts";
import type { EngineChoice } from "../engine.ts";
import { defineKind } from "../kind.ts";
import type { Plan } from "../plan.ts";
import type { DiscoveryDocument } from "./discovery-document.ts";
import type { TrainingDocument } from "./training-document.ts";

/** The case of the demo: the smallest one with a circuit worth looking for. */
export const DEMO_CASE = "3";

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

/**
 * Everything the package is for, on one case, as a graph: compiling, training, discoveries by several
 * algorithms (by their titles), and a comparison of them. Each is a job of its own whose result is
 * kept, so that an interrupted demo goes on, and others find the trained model.
 */
export function demoGraph(seed: number, engine: EngineChoice): Readonly<Record<string, Plan>> {
  const about = { subject: { case: { id: DEMO_CASE } }, engine };
  const model = { kind: "result", name: "train" } as const;
  const recipe = parseRecipe({ ...FAST_RECIPE, seed });
  const discoveries = DEMO_STEPS.map(({ title, algorithm, options }): [string, Plan] => [
    title,
    {
      kind: `run-${algorithm}`,
      subject: { ...about.subject, model },
      config: { params: options, seed },
      engine,
    },
  ]);
  return {
    compile: { ...about, kind: "compile" },
    train: { ...about, kind: "train-iit", config: { recipe } },
    ...Object.fromEntries(discoveries),
    compare: {
      ...about,
      kind: "demo",
      config: { recipe, steps: DEMO_STEPS },
      parents: ["compile", "train", ...DEMO_STEPS.map(({ title }) => title)],
    },
  };
}

/** Comparing what several algorithms found in one trained model: the last job of {@link demoGraph}. */
export const demoKind = defineKind({
  name: "demo",
  title: "demo",
  usesEngine: false,
  config: z.strictObject({
    recipe: z.looseObject({ seed: z.int() }),
    steps: z.array(z.looseObject({ title: z.string() })).min(1),
  }),
  async prepare({ config, parents }, { store }) {
    const [, training, ...found] = parents.map((name) => store.read(name));
    if (training === undefined || found.length !== config.steps.length) {
      throw new InterpBenchError("E_PLAN", "the demo compares what other jobs have made", {
        at: "parents",
        expected: `a compiled and a trained model, and ${config.steps.length} discoveries`,
        received: `${parents.length} results`,
      });
    }
    const document = demoDocument(training, found, config.steps);
    return {
      case: DEMO_CASE,
      config: { ...config, found: [training, ...found].map(contentOf) },
      parents,
      seeds: { seed: config.recipe.seed },
      run: async ({ draft }) => {
        for (const file of ["circuit.json", "circuit.svg"]) {
          draft.write(file, readFileSync(join(found[document.best]!.folder, file)));
        }
        return document;
      },
    };
  },
});

/** The document of the demo as it is stored. */
function demoDocument(
  training: Artifact,
  found: readonly Artifact[],
  steps: readonly { readonly title: string }[],
) {
  const discoveries = found.map((artifact, i) => {
    const { algorithm, params, circuit, score, baselines, diagnostics } = discoveryOf(artifact);
    const { faithfulness } = diagnostics;
    return { title: steps[i]!.title, algorithm, params, circuit, score, baselines, faithfulness };
  });
  const { shape, truth, case: id } = discoveryOf(found[0]!);
  const { epochs, steps: updates, metrics } = training.result as unknown as TrainingDocument;
  const best = bestOf(discoveries);
  return {
    case: id,
    shape,
    truth,
    training: { epochs, steps: updates, metrics },
    discoveries,
    best,
  };
}

/** The document of the demo. */
export type DemoDocument = ReturnType<typeof demoDocument>;

const discoveryOf = ({ result }: Artifact) => result as unknown as DiscoveryDocument;

/** The place of the discovery whose edges agree best with the truth (F1). */
function bestOf(discoveries: readonly { readonly score: DiscoveryDocument["score"] }[]): number {
  const scores = discoveries.map(({ score }) => score?.edges?.f1 ?? 0);
  return scores.indexOf(Math.max(...scores));
}
