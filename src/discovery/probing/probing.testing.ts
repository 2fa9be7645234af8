import { type Backend, compile, gradients } from "../../engine/index.ts";
import { type Ablation, resample, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { usedInputs } from "../../transformer/index.ts";
import { edgeScheme } from "../masks/edge-scheme.ts";
import { logisticNoise } from "../masks/hard-concrete.ts";
import { maskCount, prepareMaskedRun } from "../masks/masked-run.ts";
import { nodeScheme } from "../masks/node-scheme.ts";
import type { MaskObjective } from "../masks/objective.ts";
import type { MaskScheme } from "../masks/scheme.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { LAMBDA, MASK_LOGITS, NOISE, probingGraph } from "./graph.ts";

/** Both schemes by name. */
export const SCHEMES: readonly (readonly [string, MaskScheme])[] = [
  ["node-wise", nodeScheme],
  ["edge-wise", edgeScheme],
];

/** What one draw of the masks gives. */
export interface ProbedValues {
  readonly distance: number;
  readonly penalty: number;
  readonly loss: number;
  /** ∂loss/∂θ, `[mask]`. */
  readonly slopes: Float64Array;
}

/** θ and ε of one draw, `[mask]` each. */
export interface Draw {
  readonly maskLogits: ArrayLike<number>;
  readonly noise: ArrayLike<number>;
  readonly lambda: number;
}

/** Computes the losses of a task under some draws, with one program. */
export function probe(
  task: DiscoveryTask,
  scheme: MaskScheme,
  objective: MaskObjective,
  backend: Backend,
  draws: readonly Draw[],
  ablation: Ablation = resample,
): Promise<ProbedValues[]> {
  return withScope(backend, (scope) => {
    const run = prepareMaskedRun(scope, task, scheme, objective, ablation);
    const { config } = task.transformer;
    const { maskLogits, distance, penalty, loss } = probingGraph(scheme, config, run);
    const [slopes] = gradients(loss, [maskLogits]);
    const outputs = { distance, penalty, loss, slopes: slopes! };
    const executable = scope.load(compile({ outputs }));
    return draws.map((draw) => {
      const values = executable.run({
        batch: task.rows,
        inputs: usedInputs(executable.program, {
          ...run.inputs,
          [MASK_LOGITS]: Float64Array.from(draw.maskLogits),
        }),
        scalars: { [NOISE]: draw.noise, [LAMBDA]: draw.lambda },
      });
      return {
        distance: values.distance[0]!,
        penalty: values.penalty[0]!,
        loss: values.loss[0]!,
        slopes: Float64Array.from(values.slopes),
      };
    });
  });
}

/** A random θ around 0 and noise for all masks of a task. */
export function randomDraw(task: DiscoveryTask, scheme: MaskScheme, seed: number): Draw {
  const count = maskCount(scheme, task.transformer.config);
  const key = Key.fromSeed(seed);
  return { maskLogits: key.normal(count), noise: logisticNoise(key, count), lambda: 0.3 };
}

/** The draw in which all masks are exactly as given: 1 or 0. */
export function binaryDraw(masks: ArrayLike<number>): Draw {
  return {
    maskLogits: Array.from(masks, (mask) => (mask === 1 ? 30 : -30)),
    noise: new Float64Array(masks.length),
    lambda: 0,
  };
}
