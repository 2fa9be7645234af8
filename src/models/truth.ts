import {
  type Case,
  compiledIfAny,
  groundTruthCircuit,
  type LowLevelOptions,
  lowLevelConfig,
  otherTruth,
} from "../cases/index.ts";
import { type Circuit, fullGraph, graphCircuit, prepareForEvaluation } from "../circuit/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "../transformer/index.ts";

/** The truth of the case if the transformer has as many layers and heads as it is for. */
export function fittingTruth(
  case_: Case,
  config: TransformerConfig,
  options: LowLevelOptions = {},
): Circuit | undefined {
  const compiled = compiledIfAny(case_);
  const { nLayers, nHeads } = lowLevelConfig(case_, options, compiled);
  const fits = nLayers === config.nLayers && nHeads === config.nHeads;
  return fits ? groundTruthCircuit(case_, options, compiled) : undefined;
}

/** What others hold to be the truth of a case, by name, if the transformer has as many layers and heads. */
export function fittingOtherTruths(
  case_: Case | undefined,
  { nLayers, nHeads }: TransformerConfig,
): ReadonlyMap<string, Circuit> {
  if (case_?.kind !== "functions") return new Map();
  const { shape, otherTruths } = case_;
  const names = Object.keys(otherTruths);
  const fits = shape.nLayers === nLayers && shape.nHeads === nHeads;
  return new Map(fits ? names.map((name) => [name, otherTruth(case_, name)]) : []);
}

/** `E_CIRCUIT` where a model has no truth, with the model as it was received and what has one. */
export const noTruthError = (received: string, expected: string): InterpBenchError =>
  new InterpBenchError("E_CIRCUIT", "nobody knows the true circuit of this model", {
    expected,
    received,
    hint: "Name the case with -i, or put a circuit.json into the model's folder.",
  });

/** The first edge of a circuit at head granularity that a transformer does not have. */
export function foreignEdge(circuit: Circuit, config: TransformerConfig): string | undefined {
  const all = prepareForEvaluation(graphCircuit(fullGraph(config)));
  return [...circuit.edges.keys()].find((edge) => !all.edges.has(edge));
}

/** How two circuits differ, in words; nothing where they have the same edges. */
export function differenceText(
  [oneName, one]: readonly [name: string, circuit: Circuit],
  [otherName, other]: readonly [name: string, circuit: Circuit],
): string {
  const only = (name: string, a: Circuit, b: Circuit) => {
    const edges = [...a.edges.keys()].filter((edge) => !b.edges.has(edge));
    return edges.length === 0 ? [] : [`only ${name} has ${edges.join(", ")}`];
  };
  return [...only(oneName, one, other), ...only(otherName, other, one)].join("; ");
}
