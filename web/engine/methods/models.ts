import { type Case, groundTruthCircuit } from "../../../src/cases/index.ts";
import { type CircuitTexts, circuitTexts } from "../../../src/circuit/index.ts";
import { InterpBenchError } from "../../../src/errors/index.ts";
import { decodeCircuit, decodeModel } from "../../../src/formats/index.ts";
import type { PageModelRef } from "../../../src/report/index.ts";
import {
  countParameters,
  type Transformer,
  type TransformerConfig,
} from "../../../src/transformer/index.ts";
import { type EngineState, type HeldModel, heldModel } from "../state.ts";

/** A model that was loaded under a name, or what the program of a case compiles to. */
export type ModelRef = PageModelRef;

/** The files of a model folder. */
export interface ModelFiles {
  /** What it is to be called: `3-seed1`. */
  readonly name: string;
  /** The case it was trained for. */
  readonly case?: string | undefined;
  /** `config.json`. */
  readonly config: string;
  /** `model.safetensors`. */
  readonly weights: Uint8Array;
  /** `circuit.json`; without it the truth of the case, if the model has its shape. */
  readonly circuit?: string | undefined;
}

/** All about a model but its weights. */
export interface ModelFacts {
  readonly ref: ModelRef;
  readonly case: string | undefined;
  readonly config: TransformerConfig;
  readonly parameters: number;
  readonly truth: CircuitTexts | undefined;
}

/** Takes in a model. What the formats refuse is refused with the file in `at`. */
export function loadModel(state: EngineState, files: ModelFiles): ModelFacts {
  const { name, case: id, config, weights, circuit } = files;
  const transformer = decodeModel({ config, weights }, name);
  const case_ = id === undefined ? undefined : state.caseOf(id);
  const held: HeldModel = {
    name,
    case_,
    transformer,
    truth:
      circuit === undefined
        ? case_ && groundTruthCircuit(case_, {}, state.compiled(case_.id))
        : decodeCircuit(circuit, `${name}/circuit.json`).circuit,
  };
  state.models.set(name, held);
  return modelFacts(state, { kind: "loaded", name });
}

/** The same, of a case that gives it data. `E_TASK` for a model without one. */
export function modelWithCase(
  state: EngineState,
  ref: ModelRef,
): HeldModel & { readonly case_: Case } {
  const held = modelOf(state, ref);
  const { case_ } = held;
  if (case_ !== undefined) return { ...held, case_ };
  throw new InterpBenchError("E_TASK", "this model belongs to no case, so that it has no data", {
    expected: "a model of a case of the catalogue",
  });
}

/** What the engine holds under a reference. */
export function modelOf(state: EngineState, ref: ModelRef): HeldModel {
  if (ref.kind === "loaded") return heldModel(state, ref.name);
  const case_ = state.caseOf(ref.case);
  const { transformer } = state.highLevel(ref.case);
  const options = { sameSize: true };
  const truth = groundTruthCircuit(case_, options, state.compiled(ref.case));
  return { name: `compiled ${ref.case}`, case_, transformer, truth };
}

/** The models of a case that were trained in this page, the newest last. */
export function trainedModels(state: EngineState, id: string): ModelFacts[] {
  return [...state.trainings.keys()]
    .map((name) => modelFacts(state, { kind: "loaded", name }))
    .filter((facts) => facts.case === id);
}

export function modelFacts(state: EngineState, ref: ModelRef): ModelFacts {
  const { case_, transformer, truth } = modelOf(state, ref);
  const { config }: Transformer = transformer;
  return {
    ref,
    case: case_?.id,
    config,
    parameters: countParameters(config),
    truth: truth && circuitTexts(truth),
  };
}
