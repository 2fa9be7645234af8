import {
  type Backend,
  type Buffer,
  batchMean,
  compile,
  type Executable,
  sub,
} from "../../engine/index.ts";
import { outputAccuracy, type Pairs, type Steps } from "../../interventions/index.ts";
import { forward, logitsNeeded, type Transformer, usedInputs } from "../../transformer/index.ts";
import { OBJECTIVE_INPUTS } from "../objective.ts";
import type { TrainingTask } from "../task.ts";
import { UPDATE_INPUTS } from "../update.ts";
import { type Compression, compressedOf, learnedVector } from "./compression.ts";
import { EXCHANGES, exchangeShape, placesAt } from "./exchanges.ts";
import {
  asTargets,
  baseInput,
  exchangedLogits,
  exchangeName,
  type GraphTransformer,
} from "./objective.ts";

/** Pairs that effects are measured on, at most. */
const MOST_PAIRS = 1024;

/** What the differences of effects are measured of, and on. */
export interface DifferencesSpec {
  readonly task: TrainingTask;
  readonly atol: number;
  readonly original: Transformer;
  readonly compression: Compression;
  readonly backend: Backend;
  /** All inputs, `[row, pos]`. */
  readonly tokens: Buffer;
  /** The learnt numbers. */
  readonly learned: Buffer;
  /** At most the first 1,024 of them are used. */
  readonly pairs: Pairs;
}

/** Measures how far a compression still is from having the nodes of the original. */
export interface EffectDifferences {
  /** |effect in the original − effect in the compressed one| of every node, in the order of `placesAt`. */
  measure(): Steps<readonly number[]>;
  dispose(): void;
}

type Output = "original" | "small";

/**
 * Loads the measurement of node effects in both transformers: the share of outputs that change when the
 * node has its value on the source, in its own transformer.
 */
export function loadEffectDifferences(spec: DifferencesSpec): EffectDifferences {
  const { original, compression, backend, tokens, learned, pairs } = spec;
  const { hooks } = compression.read(learnedVector(compression)).bridge;
  const base = pairs.base.subarray(0, MOST_PAIRS);
  const source = pairs.source.subarray(0, MOST_PAIRS);
  let executable: Executable<Output> | undefined;
  const effectsAt = (program: Executable<Output>, hook: string, head: number) => {
    const switches = hooks.map((other) => {
      const shape = exchangeShape(original.config, other);
      const width = shape.reduce((product, size) => product * size, 1);
      const values = new Float32Array(base.length * width);
      const at = head * EXCHANGES;
      if (other === hook) for (let i = 0; i < base.length; i++) values[i * width + at] = 1;
      return [exchangeName(other), values] as const;
    });
    const inputs = usedInputs(program.program, {
      [OBJECTIVE_INPUTS.base]: { table: tokens, rows: base },
      [OBJECTIVE_INPUTS.source]: { table: tokens, rows: source },
      ...Object.fromEntries(switches),
      [UPDATE_INPUTS.weights]: learned,
    });
    return program.run({ batch: base.length, inputs });
  };
  return {
    *measure() {
      executable ??= backend.load(differencesProgram(spec));
      const places = placesAt(original.config, hooks);
      const differences: number[] = [];
      for (const { hook, head } of places) {
        const { original: own, small } = effectsAt(executable, hook, head);
        differences.push(Math.abs(own[0]! - small[0]!));
        yield differences.length / places.length;
      }
      return differences;
    },
    dispose: () => executable?.dispose(),
  };
}

/** The effects of the nodes that are exchanged, means over the batch, `[]` each. */
function differencesProgram({ task, atol, original, compression }: DifferencesSpec) {
  const compressed = compressedOf(task, original, compression.read(learnedVector(compression)));
  const base = baseInput(task);
  const patched = exchangedLogits(task, compressed, base);
  const effectOf = (name: Output, { config, weights }: GraphTransformer) => {
    const { logits } = forward(config, weights, base, { logitsAt: logitsNeeded(task) });
    return sub(1, batchMean(outputAccuracy(task, patched[name], asTargets(task, logits), atol)));
  };
  return compile({
    outputs: {
      original: effectOf("original", compressed.original),
      small: effectOf("small", compressed.small),
    },
  });
}
