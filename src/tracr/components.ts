import type { Steps } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  callPredicate,
  type LinearSequenceMapSOp,
  type MapSOp,
  type RaspValue,
  type SelectorWidthSOp,
  type SelectSelector,
  type SOp,
  showValue,
} from "../rasp/index.ts";
import type { Bases } from "./bases.ts";
import { type Attends, aggregateHead } from "./craft/attention.ts";
import {
  categoricalMap,
  categoricalOrElse,
  categoricalSequenceMap,
  categoricalToNumericalMap,
  directionOf,
} from "./craft/categorical.ts";
import type { Component, Mlp } from "./craft/component.ts";
import { linearCombination, type Step, staircase } from "./craft/numerical.ts";
import { selectorWidthComponent } from "./craft/selector-width.ts";
import { type Direction, makeDirection } from "./direction.ts";
import { type GraphNode, isSOpNode, type ProgramGraph } from "./graph.ts";
import type { Settings } from "./options.ts";
import { type Space, sizeOf } from "./space.ts";
import type { InferredValues } from "./values.ts";
import type { CompileWarning } from "./warning.ts";

/** What computes each node that is computed at all (not inputs, not selectors), by label. */
export interface Components {
  /** In the order in which the graph's nodes were discovered. */
  readonly byNode: ReadonlyMap<string, Component>;
  readonly warnings: readonly CompileWarning[];
}

/** Everything a node's component depends on. */
interface Context {
  readonly graph: ProgramGraph;
  readonly values: InferredValues;
  readonly bases: Bases;
  readonly bos: Direction;
  readonly exactness: number;
}

/** The head, the MLP or both that compute each SOp, made one in a step. */
export function* craftSteps(
  graph: ProgramGraph,
  values: InferredValues,
  bases: Bases,
  { bos, mlpExactness }: Settings,
): Steps<Components> {
  const context: Context = {
    graph,
    values,
    bases,
    bos: makeDirection("tokens", bos),
    exactness: mlpExactness,
  };
  const byNode = new Map<string, Component>();
  const warnings: CompileWarning[] = [];
  for (const node of graph.nodes.values()) {
    const component = isSOpNode(node) ? craftComponent(node, context, warnings) : undefined;
    if (component === undefined) continue;
    byNode.set(node.label, component);
    yield 0.2 + (0.4 * byNode.size) / graph.nodes.size;
  }
  return Object.freeze({ byNode, warnings });
}

function craftComponent(
  { label, expression: sop, children }: GraphNode<SOp>,
  context: Context,
  warnings: CompileWarning[],
): Component | undefined {
  const { values, bases, bos, exactness } = context;
  const output = bases.get(label)!;
  const { directions, results } = values.sets.get(label)!;
  switch (sop.kind) {
    case "map":
      return asComponent(craftMap(label, sop, children[0]!, context, warnings));
    case "orElse":
      return asComponent(
        categoricalOrElse(label, bases.get(children[0]!)!, output, bos, sop.fallback),
      );
    case "linearSequenceMap":
      return asComponent(craftLinear(label, sop, children, bases));
    case "sequenceMap": {
      const [fst, snd] = [bases.get(children[0]!)!, bases.get(children[1]!)!];
      if (children[0] !== children[1]) {
        return asComponent(categoricalSequenceMap(label, fst, snd, output, results));
      }
      const diagonal = fst.directions.map((_, i) => results[i * (sizeOf(fst) + 1)]!);
      return asComponent(categoricalMap(label, fst, output, diagonal));
    }
    case "aggregate": {
      const { keys, queries, attends } = selection(children[0]!, context);
      const moved = bases.get(children[1]!)!;
      const spaces = { keys, queries, values: moved, output };
      return { kind: "attention", head: aggregateHead(label, spaces, bos, attends) };
    }
    case "selectorWidth": {
      const { keys, queries, attends } = selection(children[0]!, context);
      const widths = directions.map(({ value }) => Number(value));
      warnAboutWidths(label, sop, widths, exactness, warnings);
      const spaces = { keys, queries, output };
      return selectorWidthComponent(label, spaces, bos, attends, widths, exactness);
    }
    default:
      return undefined;
  }
}

function asComponent(mlp: Mlp): Component {
  return Object.freeze({ kind: "mlp", mlp });
}

/** The spaces and the predicate of the select under a label. */
function selection(
  label: string,
  { graph, bases }: Context,
): { readonly keys: Space; readonly queries: Space; readonly attends: Attends } {
  const { expression, children } = graph.nodes.get(label) as GraphNode<SelectSelector>;
  return {
    keys: bases.get(children[0]!)!,
    queries: bases.get(children[1]!)!,
    attends: (key, query) => callPredicate(expression, key, query),
  };
}

function craftMap(
  label: string,
  sop: MapSOp,
  operand: string,
  { values, bases, exactness }: Context,
  warnings: CompileWarning[],
): Mlp {
  const [input, output] = [bases.get(operand)!, bases.get(label)!];
  const { directions: inputs } = values.sets.get(operand)!;
  const { results } = values.sets.get(label)!;
  const isNumericalInput = sop.inner.encoding === "numerical";
  if (!isNumericalInput && sop.encoding === "categorical") {
    return categoricalMap(label, input, output, results);
  }
  if (!isNumericalInput) {
    const numbers = results.map((result, i) => requireNumber(label, sop, inputs[i]!.value, result));
    warnAboutNegative(label, numbers, warnings);
    return categoricalToNumericalMap(label, input, output, numbers);
  }
  const image = (result: RaspValue): Step["image"] =>
    sop.encoding === "numerical"
      ? [[output.directions[0]!, Number(result)]]
      : [[directionOf(output, label, result)!, 1]];
  const steps = inputs.flatMap(({ value }, i): Step[] =>
    results[i] === null ? [] : [{ at: Number(value), image: image(results[i]!) }],
  );
  return staircase(label, input.directions[0]!, output, steps, exactness);
}

function craftLinear(
  label: string,
  { fstFactor, sndFactor }: LinearSequenceMapSOp,
  children: readonly string[],
  bases: Bases,
): Mlp {
  const [x, y, output] = [children[0]!, children[1]!, label].map(
    (operand) => bases.get(operand)!.directions[0]!,
  ) as [Direction, Direction, Direction];
  return linearCombination(label, x, y, output, fstFactor, sndFactor);
}

function requireNumber(label: string, sop: MapSOp, argument: RaspValue, result: RaspValue): number {
  if (result !== null) return Number(result);
  throw new InterpBenchError("E_RASP_ENCODING", `numerical "${sop.name}" has no value`, {
    at: `${label} of ${showValue(argument)}`,
    expected: "a number for every value of a categorical operand",
    hint: "Return a number for this value, or make the map categorical.",
  });
}

function warnAboutNegative(
  label: string,
  numbers: readonly number[],
  warnings: CompileWarning[],
): void {
  const negative = numbers.filter((number) => number < 0);
  if (negative.length === 0) return;
  const message =
    `a numerical map of a categorical SOp cannot write negative numbers: ` +
    `${negative.length} of its values are compiled as 0`;
  warnings.push(Object.freeze({ code: "W_TRACR_NEGATIVE", node: label, message }));
}

/**
 * A width `w` comes out as `(1 − b)·w + b·(w − 1)` with the blur `b = 1 − L / (2w(w + 1))`, `L` the
 * exactness: no number is exact for `b > 0`, and no category right for `b > ½`.
 */
function warnAboutWidths(
  label: string,
  { encoding }: SelectorWidthSOp,
  widths: readonly number[],
  exactness: number,
  warnings: CompileWarning[],
): void {
  const limit = encoding === "numerical" ? exactness / 2 : exactness;
  const wrong = widths.filter((w) => w * (w + 1) > limit);
  if (wrong.length === 0) return;
  const effect = encoding === "numerical" ? "are not exact" : "come out one too small";
  const message = `widths from ${wrong[0]!} on ${effect}; shorten the input or raise mlpExactness`;
  warnings.push(Object.freeze({ code: "W_TRACR_WIDTH", node: label, message }));
}
