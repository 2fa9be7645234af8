import { runSteps, type Steps } from "../engine/index.ts";
import { describeValue, InterpBenchError } from "../errors/index.ts";
import {
  type Finding,
  formatFindings,
  isExpression,
  isSelector,
  type SOp,
  validateStatic,
} from "../rasp/index.ts";
import { assembleWeights, type CompiledWeights } from "./assemble.ts";
import { assignBases, type Bases } from "./bases.ts";
import { type Components, craftSteps } from "./components.ts";
import { type CompiledConfig, measure } from "./config.ts";
import { buildCraftModel, type CraftModel } from "./craft-model.ts";
import {
  type InputEncoder,
  makeInputEncoder,
  makeOutputEncoder,
  type OutputEncoder,
} from "./encoder.ts";
import { extractGraph, type ProgramGraph } from "./graph.ts";
import { arrangeLayers, type Layer } from "./layers.ts";
import { findNullPredicates } from "./nulls.ts";
import { type CompileOptions, resolveOptions, type Settings } from "./options.ts";
import { assignResidual, type ResidualSpaces } from "./residual.ts";
import { allocateComponents, type Slots } from "./slots.ts";
import { type InferredValues, inferValues } from "./values.ts";
import { traceWiring, type Wiring } from "./wiring.ts";

/** A program with the transformer that computes it, and the result of every pass in between. */
export interface CompiledProgram {
  readonly program: SOp;
  readonly settings: Settings;
  readonly graph: ProgramGraph;
  readonly values: InferredValues;
  readonly bases: Bases;
  readonly components: Components;
  readonly slots: Slots;
  readonly craft: CraftModel;
  readonly layers: readonly Layer[];
  readonly wiring: Wiring;
  readonly spaces: ResidualSpaces;
  /** The labels of the residual stream's directions, `[dModel]`. */
  readonly residualLabels: readonly string[];
  readonly config: CompiledConfig;
  readonly weights: CompiledWeights;
  readonly inputEncoder: InputEncoder;
  readonly outputEncoder: OutputEncoder;
}

/**
 * Compiles a RASP program to a transformer that computes it, after Lindner et al. 2023, "Tracr:
 * Compiled Transformers as a Laboratory for Interpretability".
 *
 * It agrees with the program where that has a value; a position without one (`null`) decodes to
 * the smallest output value. See `compileWarnings` for other exceptions.
 *
 * @example
 * ```ts
 * const { config, weights } = compileRasp(makeReverse(tokens), { vocab: ["a", "b"], maxSeqLen: 5 });
 * weights.get("embed.W_E")!.shape; // [dVocab, dModel] = [4, 39]
 * ```
 * @throws InterpBenchError `E_RASP_UNSUPPORTED` with every sub-expression that cannot be
 *   compiled, `E_TRACR_OPTION` for bad options, and what the program's functions cause
 */
export function compileRasp(program: SOp, options: CompileOptions): CompiledProgram {
  return runSteps(compileSteps(program, options));
}

/** {@link compileRasp} in steps: each pass is one, and the making of each component. */
export function* compileSteps(program: SOp, options: CompileOptions): Steps<CompiledProgram> {
  const settings = resolveOptions(options);
  requireSupported(program);
  const graph = extractGraph(program);
  const values = inferValues(graph, settings);
  yield 0.1;
  refuse(findNullPredicates(program, graph, values, settings));
  const bases = assignBases(graph, values);
  yield 0.2;
  const components = yield* craftSteps(graph, values, bases, settings);
  const slots = allocateComponents(graph, components.byNode);
  yield 0.7;
  const craft = buildCraftModel(components.byNode, slots);
  yield 0.8;
  const layers = arrangeLayers(craft);
  const spaces = assignResidual(graph, values, bases, craft, settings);
  const config = measure(layers, spaces, settings);
  yield 0.9;
  const weights = assembleWeights(layers, spaces, config);
  yield 1;
  return Object.freeze({
    program,
    settings,
    graph,
    values,
    bases,
    components,
    slots,
    craft,
    layers,
    wiring: traceWiring(layers, settings),
    spaces,
    residualLabels: spaces.residual.directions.map((direction) => direction.label),
    config,
    weights,
    inputEncoder: makeInputEncoder(spaces, settings),
    outputEncoder: makeOutputEncoder(spaces),
  });
}

function requireSupported(program: SOp): void {
  if (!isExpression(program as unknown)) {
    throw new InterpBenchError("E_RASP_ARGUMENT", "this is no RASP program", {
      expected: "an SOp, such as makeLength()",
      received: describeValue(program),
    });
  }
  if (isSelector(program)) {
    throw new InterpBenchError("E_RASP_UNSUPPORTED", "the program has no output", {
      expected: "an SOp",
      received: "a selector",
      hint: "Aggregate something with it, or take its selectorWidth.",
    });
  }
  refuse(validateStatic(program));
}

function refuse(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  throw new InterpBenchError(
    "E_RASP_UNSUPPORTED",
    `the program cannot be compiled:\n${formatFindings(findings)}`,
  );
}
