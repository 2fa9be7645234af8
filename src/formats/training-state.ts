import * as z from "zod/mini";
import { InterpBenchError } from "../errors/index.ts";
import {
  type EpochRecord,
  recipeSchema,
  STATE_ARRAYS,
  type TrainingState,
} from "../training/index.ts";
import { toFloat32 } from "./array.ts";
import { checkSchema, parseJson } from "./json.ts";
import { decodeSafetensors, encodeSafetensors, safetensorsParts } from "./safetensors.ts";

const KEY = "interpbench.training";

/** The version of the format; raised when a state needs something that older ones do not have. */
const VERSION = 2;

const count = z.int().check(z.gte(0));
const losses = z.object({ iit: z.number(), strict: z.number(), behavior: z.number() });
const facts = z.object({
  version: z.literal(VERSION),
  recipe: recipeSchema,
  epoch: count,
  batch: count,
  step: count,
  lossSums: losses,
  lossBatches: count,
  recoveries: z.array(
    z.object({
      step: count,
      epoch: count,
      cause: z.string(),
      backTo: count,
      rateFactor: z.number(),
    }),
  ),
  history: z.array(
    z.object({
      epoch: count,
      learningRate: z.number(),
      steps: count,
      trainLosses: losses,
      validation: z.object({
        accuracy: z.number(),
        iia: z.optional(z.number()),
        iitLoss: z.optional(z.number()),
        strictAccuracy: z.optional(z.number()),
        jointStrictAccuracy: z.optional(z.number()),
      }),
      measured: z.optional(z.array(z.number())),
    }),
  ),
});

/**
 * A training state as one safetensors file: the arrays in float32, everything else as JSON in its
 * metadata. One file, so that a state is never half of one and half of another.
 */
export const encodeTrainingState = (state: TrainingState): Uint8Array =>
  encodeSafetensors(...contentOf(state));

/** The same in parts, one after the other: states of large transformers are not copied. */
export const trainingStateParts = (state: TrainingState): readonly Uint8Array[] =>
  safetensorsParts(...contentOf(state));

function contentOf(state: TrainingState): Required<Parameters<typeof encodeSafetensors>> {
  const { weights, bestWeights, firstMoment, secondMoment, ...rest } = state;
  const arrays = { weights, bestWeights, firstMoment, secondMoment };
  return [
    new Map(
      STATE_ARRAYS.map((name) => [
        name,
        { dtype: "F32", shape: [weights.length], data: asFloat32(arrays[name]) },
      ]),
    ),
    new Map([[KEY, JSON.stringify({ version: VERSION, ...rest })]]),
  ];
}

/** Not copied where it is in float32. */
const asFloat32 = (values: ArrayLike<number>) =>
  values instanceof Float32Array ? values : Float32Array.from(values);

/**
 * The inverse of {@link encodeTrainingState}. `E_SAFETENSORS`, `E_JSON` or `E_STATE` for a file that
 * is damaged or something else.
 */
export function decodeTrainingState(bytes: Uint8Array, at = "checkpoint"): TrainingState {
  const { tensors, metadata } = decodeSafetensors(bytes, at);
  const refuse = (expected: string, received: string) =>
    new InterpBenchError("E_STATE", "this is no state of a training run", {
      at,
      expected,
      received,
      hint: "Remove the file to start anew.",
    });
  const text = metadata.get(KEY);
  if (text === undefined)
    throw refuse(`metadata "${KEY}"`, [...metadata.keys()].join(", ") || "none");
  const {
    history,
    version: _version,
    ...rest
  } = checkSchema(facts, parseJson(text, at), "E_STATE", at);
  const array = (name: (typeof STATE_ARRAYS)[number]) => {
    const stored = tensors.get(name);
    if (stored === undefined) throw refuse(`a tensor "${name}"`, [...tensors.keys()].join(", "));
    return toFloat32(stored, `${at}: ${name}`);
  };
  return {
    ...rest,
    history: history.map(
      ({ measured, ...record }): EpochRecord => ({
        ...record,
        ...(measured === undefined ? {} : { measured }),
        validation: {
          accuracy: record.validation.accuracy,
          iia: record.validation.iia,
          iitLoss: record.validation.iitLoss,
          strictAccuracy: record.validation.strictAccuracy,
          jointStrictAccuracy: record.validation.jointStrictAccuracy,
        },
      }),
    ),
    weights: array("weights"),
    bestWeights: array("bestWeights"),
    firstMoment: array("firstMoment"),
    secondMoment: array("secondMoment"),
  };
}
