import {
  callMap,
  isArithmeticFault,
  type RaspValue,
  type Sequence,
  type SOp,
  showValue,
  uniqueValues,
  valuesEqual,
} from "../rasp/index.ts";
import type { CompiledProgram } from "./compile.ts";
import { type Fidelity, type Observation, observe, type Stop, type Subject } from "./examine.ts";
import { type GraphNode, isSOpNode } from "./graph.ts";
import { type CompileWarning, type CompileWarningCode, faultMessage } from "./warning.ts";

/** Why a node is not what the program says, its operands being right. */
interface Cause {
  readonly code: CompileWarningCode;
  readonly node: string;
  /** What happens there, and what to do about it. */
  readonly reason: string;
  readonly remedy: string;
}

/** A cause, with what it did to the outputs on the inputs that were seen. */
interface CauseSeen {
  readonly cause: Cause;
  readonly first: Observation;
  readonly position: number;
  inputs: number;
}

const remembered = new WeakMap<CompiledProgram, readonly CompileWarning[]>();

/**
 * Where the transformer of a compiled program does something else than the program says. Found by running both on
 * some thousand inputs (fewer of large programs) when it is first asked for: up to a second.
 */
export function compileWarnings(compiled: CompiledProgram): readonly CompileWarning[] {
  const found = remembered.get(compiled) ?? examine(compiled, compiled.components.warnings);
  remembered.set(compiled, found);
  return found;
}

/**
 * Where the output of a compiled program is another one than the program's, on the inputs that are
 * examined: one warning for each cause, which is the first node on the way to the output that is
 * not what the program says. What does not reach the output is no matter. Of each function that has
 * no value for an argument there is one, if the program stops there on one of these inputs, and one of
 * all inputs on which it stops for another reason.
 *
 * @param feared what may be wrong as far as the components tell: said where nothing could be compared
 */
function examine(subject: Subject, feared: readonly CompileWarning[]): readonly CompileWarning[] {
  const { sink } = subject.graph;
  if (subject.craft.blocks.length === 0) return [];
  const causes = new Map<string, CauseSeen>();
  const faults = new Set<string>();
  const stopped: Stop[] = [];
  let examined = 0;
  for (const observation of observe(subject)) {
    if ("error" in observation) {
      const { error } = observation;
      if (isArithmeticFault(error)) faults.add(faultMessage(error));
      else stopped.push(observation);
      continue;
    }
    examined++;
    const output = observation.fidelity(sink);
    const values = observation.trace.sequences.get(subject.program)!;
    const position = output.findIndex((f, i) => f === "wrong" && values[i] !== null);
    if (position < 0) continue;
    const cause = findCause(subject, sink, observation);
    const key = `${cause.code} ${cause.node}`;
    const seen = causes.get(key);
    if (seen === undefined) causes.set(key, { cause, first: observation, position, inputs: 1 });
    else seen.inputs++;
  }
  const wasRun = examined + faults.size + stopped.length > 0;
  const stops = subject.values.warnings.filter(({ message }) => !wasRun || faults.has(message));
  const wrong = [...causes.values()].map((one) => warningOf(subject, one, examined));
  const other = stopWarnings(sink, stopped);
  return [...oneOfEachNode(stops), ...other, ...(examined === 0 ? feared : wrong)];
}

/** At most one warning: why and from which length on the program stops. */
function stopWarnings(node: string, stopped: readonly Stop[]): readonly CompileWarning[] {
  const [first] = [...stopped].sort((a, b) => a.input.length - b.input.length);
  if (first === undefined) return [];
  const { input, error } = first;
  const { length } = input;
  const message =
    `${error.message}${error.at === undefined ? "" : ` (at ${error.at})`}. The program stops there, and its ` +
    `transformer does not, from ${length} ${length === 1 ? "token" : "tokens"} on (on ${stopped.length} of the ` +
    `inputs tried): for example on ${shownInput(input)}. Give it a value there, or state the inputs it is for.`;
  return [Object.freeze({ code: "W_TRACR_STOPS", node, message, fromLength: length })];
}

/** The first tokens of an input: `[a, b, …]`. */
function shownInput(input: Sequence): string {
  const tokens = input.slice(0, SHOWN_TOKENS).map(showValue);
  return `[${[...tokens, ...(input.length > SHOWN_TOKENS ? ["…"] : [])].join(", ")}]`;
}

function oneOfEachNode(warnings: readonly CompileWarning[]): readonly CompileWarning[] {
  return warnings.filter(({ node }, i) => warnings.findIndex((one) => one.node === node) === i);
}

function warningOf(
  { graph, program }: Subject,
  { cause, first, position, inputs }: CauseSeen,
  examined: number,
): CompileWarning {
  const { input, trace, written } = first;
  const value = trace.sequences.get(program)![position]!;
  const computed = written(graph.sink, position);
  // An output may be wrong though its class comes first: others have the same coordinate.
  const mistake = valuesEqual(computed, value)
    ? `is ${showRounded(value)} no more than other values`
    : `is ${showRounded(computed)} instead of ${showRounded(value)}`;
  const message =
    `${cause.reason}. The output is wrong from ${input.length} ${input.length === 1 ? "token" : "tokens"} on ` +
    `(on ${inputs} of ${examined} inputs tried): position ${position} of ${shownInput(input)} ${mistake}. ` +
    cause.remedy;
  return Object.freeze({ code: cause.code, node: cause.node, message, fromLength: input.length });
}

/** So many tokens of an example are shown. */
const SHOWN_TOKENS = 16;

/** A value for messages, numbers with four digits. */
function showRounded(value: RaspValue): string {
  return showValue(typeof value === "number" ? Number(value.toPrecision(4)) : value);
}

/** The first few values for messages: `0.6667, 0.75, …`. */
function showSome(values: readonly RaspValue[]): string {
  return [...values.slice(0, 4).map(showRounded), ...(values.length > 4 ? ["…"] : [])].join(", ");
}

/** Walks from a node that is not right to the first one on the way to it that is not. */
function findCause(subject: Subject, label: string, observation: Observation): Cause {
  const operands = operandsOf(subject, label);
  const withFidelity = (wanted: Fidelity) =>
    operands.find((operand) => observation.fidelity(operand).includes(wanted));
  const wrong = withFidelity("wrong");
  if (wrong !== undefined) return findCause(subject, wrong, observation);
  const own = ownCause(subject, label, observation);
  if (own !== undefined) return own;
  const blurred = withFidelity("blurred");
  if (blurred !== undefined) return findCause(subject, blurred, observation);
  return blurCause(subject, label, observation);
}

/** The SOps a node reads, those of its selector included. */
function operandsOf({ graph }: Pick<Subject, "graph">, label: string): readonly string[] {
  return graph.nodes
    .get(label)!
    .children.flatMap((child) =>
      isSOpNode(graph.nodes.get(child)!) ? [child] : operandsOf({ graph }, child),
    );
}

/** What a node does wrong with operands that are right. */
function ownCause(
  { graph, values }: Subject,
  label: string,
  { trace }: Observation,
): Cause | undefined {
  const { expression: sop, children } = graph.nodes.get(label) as GraphNode<SOp>;
  if (sop.kind === "aggregate" && sop.encoding === "categorical") {
    const moved = trace.sequences.get(sop.sop)!;
    const mixed = trace.matrices
      .get(sop.selector)!
      .map((row) => uniqueValues(moved.filter((_, key) => row[key])))
      .find((selected) => selected.length > 1);
    if (mixed === undefined) return undefined;
    return {
      code: "W_TRACR_AVERAGE",
      node: label,
      reason: `a categorical aggregate moves one value per query, but here it averages ${showSome(mixed)}`,
      remedy: "Let the selector select one key, or aggregate numbers.",
    };
  }
  if (sop.kind !== "map") return undefined;
  const inputs = trace.sequences.get(sop.inner)!.filter((x) => x !== null);
  if (sop.inner.encoding === "categorical") {
    if (sop.encoding === "categorical") return undefined;
    const negative = uniqueValues(inputs.filter((x) => Number(callMap(sop, x)) < 0));
    if (negative.length === 0) return undefined;
    return {
      code: "W_TRACR_NEGATIVE",
      node: label,
      reason: `a numerical map of a categorical SOp writes negative numbers as 0, here of ${showSome(negative)}`,
      remedy:
        "Write the positive and the negative part apart: linearSequenceMap(positive, negative, 1, -1).",
    };
  }
  const known = values.sets.get(children[0]!)!.directions.map(({ value }) => Number(value));
  const unknown = uniqueValues(
    inputs.filter((x) => !known.some((value) => Math.abs(value - Number(x)) <= 1e-9)),
  );
  if (unknown.length === 0) return undefined;
  return {
    code: "W_TRACR_MEAN",
    node: label,
    reason:
      `it maps numbers that are not in the value set of ${children[0]!}, here ${showSome(unknown)}: ` +
      `of an average of 0 and 1 the set holds 1/n, not k/n, and others are mapped like a near one`,
    remedy: "Count with selectorWidth instead of averaging.",
  };
}

/** Why a node is blurred whose operands are exact. */
function blurCause(
  { graph, values, settings, config }: Subject,
  label: string,
  observation: Observation,
): Cause {
  const { expression: sop, children } = graph.nodes.get(label) as GraphNode<SOp>;
  const raise = "Shorten the input or raise mlpExactness.";
  if (sop.kind === "selectorWidth") {
    const blurred = firstBlurredWidth(settings.mlpExactness);
    const widths = observation.trace.sequences.get(sop)!.map(Number);
    if (widths.some((width) => width >= blurred)) {
      return {
        code: "W_TRACR_WIDTH",
        node: label,
        reason: `widths from ${blurred} on blur into the next smaller one`,
        remedy: raise,
      };
    }
  }
  if (sop.kind === "map" && sop.inner.encoding === "numerical") {
    const { directions } = values.sets.get(children[0]!)!;
    const { results } = values.sets.get(label)!;
    const gap = directions.slice(1).reduce((smallest, { value }, i) => {
      const isStep = !valuesEqual(results[i]!, results[i + 1]!);
      return isStep ? Math.min(smallest, Number(value) - Number(directions[i]!.value)) : smallest;
    }, Number.POSITIVE_INFINITY);
    if (gap < 2 / settings.mlpExactness) {
      return {
        code: "W_TRACR_STEP",
        node: label,
        reason: `values of ${children[0]!} lie ${Number(gap.toPrecision(2))} apart, closer than 2 / mlpExactness`,
        remedy: raise,
      };
    }
  }
  const stray = operandsOf({ graph }, label).find((one) => observation.isAtBos(one));
  if (stray !== undefined) {
    return {
      code: "W_TRACR_BOS",
      node: label,
      reason: `${stray} has a value at BOS, too, where attention finds it as well`,
      remedy: "Read a categorical SOp that is made of tokens and indices only.",
    };
  }
  return {
    code: "W_TRACR_SOFT",
    node: label,
    reason: `attention is soft, since scores are divided by √${config.dHead} (√d_head)`,
    remedy: "Use a smaller vocabulary or shorter inputs.",
  };
}

/** The first width `w` with `w(w + 1) > L / 2`: closer to the next than two steps are wide. */
function firstBlurredWidth(exactness: number): number {
  let width = 1;
  while (width * (width + 1) <= exactness / 2) width++;
  return width;
}
