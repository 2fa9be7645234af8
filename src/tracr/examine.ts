import { InterpBenchError } from "../errors/index.ts";
import {
  isNumeric,
  type RaspValue,
  type Sequence,
  type SOp,
  type Trace,
  tryEvaluate,
  valueKey,
} from "../rasp/index.ts";
import type { Bases } from "./bases.ts";
import type { CompiledConfig } from "./config.ts";
import { ONE } from "./craft/component.ts";
import type { CraftModel } from "./craft-model.ts";
import { directionKey } from "./direction.ts";
import { examinedInputs } from "./examined.ts";
import type { GraphNode, ProgramGraph } from "./graph.ts";
import type { Settings } from "./options.ts";
import { craftRunner } from "./run-craft.ts";
import { positionsIn, sizeOf } from "./space.ts";
import type { InferredValues } from "./values.ts";

/** What a compiled program consists of, as far as running and reading it is concerned. */
export interface Subject {
  readonly program: SOp;
  readonly graph: ProgramGraph;
  readonly values: InferredValues;
  readonly bases: Bases;
  readonly craft: CraftModel;
  readonly config: CompiledConfig;
  readonly settings: Settings;
}

/**
 * How an SOp is written in the residual stream at a position, beside what the program says: `exact`,
 * `blurred` (the right class has the largest coordinate but is no clean one-hot) or `wrong`. A
 * position without a value is wrong if something is written there.
 */
export type Fidelity = "exact" | "blurred" | "wrong";

/** What became of the SOps on one input. */
export interface Observation {
  readonly input: Sequence;
  readonly trace: Trace;
  /** The fidelity of a node `[pos]`, without BOS. */
  readonly fidelity: (label: string) => readonly Fidelity[];
  /** Whether something of a node is written at BOS. */
  readonly isAtBos: (label: string) => boolean;
  /** What is written for a categorical node (the class with the largest coordinate), or a number. */
  readonly written: (label: string, position: number) => RaspValue;
}

/** An input on which the program stops, and why. */
export interface Stop {
  readonly input: Sequence;
  readonly error: InterpBenchError;
}

/** How far a number may be off, as a share of the largest value of its SOp (as in Tracr's tests). */
const TOLERANCE = 0.005;
/** How far a coordinate of a clean one-hot code may be off. */
const BLUR = 1e-3;
/** Steps that a pair of positions takes in the interpreter. */
export const STEPS_PER_PAIR = 150;

/**
 * Runs program and transformer on the {@link examinedInputs}, as many as can be afforded. Of inputs
 * on which the program stops: why.
 */
export function* observe(subject: Subject): Generator<Observation | Stop> {
  const { program, settings, craft, config } = subject;
  const run = craftRunner(craft, {
    causal: settings.causal,
    scoreFactor: 1 / Math.sqrt(config.dHead),
  });
  const embed = embedder(subject);
  const readers = new Map<string, Reader>();
  const readerOf = (label: string): Reader => {
    const reader = readers.get(label) ?? makeReader(subject, label);
    readers.set(label, reader);
    return reader;
  };
  for (const input of examinedInputs(settings, costOf(subject))) {
    const trace = tryEvaluate(program, input, { causal: settings.causal });
    if (trace instanceof InterpBenchError) yield { input, error: trace };
    else yield observation(subject, readerOf, input, trace, run(embed(input)));
  }
}

/** The steps of running program and transformer on an input of some length. */
function costOf({ craft, graph }: Subject): (length: number) => number {
  const perPosition = craft.blocks.reduce((sum, block) => {
    const maps =
      block.kind === "mlp" ? [block.mlp.fst, block.mlp.snd] : block.heads.map((h) => h.wQK);
    return sum + maps.reduce((size, { matrix }) => size + matrix.length / 4, 0);
  }, 0);
  return (length) => length * perPosition + length ** 2 * STEPS_PER_PAIR * graph.nodes.size;
}

/** The residual stream of an input with BOS before the first block, `[pos, residual]`. */
function embedder({ craft, settings }: Subject): (input: Sequence) => Float64Array {
  const { index } = craft.residual;
  const width = sizeOf(craft.residual);
  return (input) => {
    const x = new Float64Array((input.length + 1) * width);
    const write = (position: number, key: string) => {
      const at = index.get(key);
      if (at !== undefined) x[position * width + at] = 1;
    };
    for (const [p, token] of [settings.bos, ...input].entries()) {
      write(p, ONE.key);
      write(p, directionKey("tokens", token));
      if (p > 0) write(p, directionKey("indices", p - 1));
    }
    return x;
  };
}

function observation(
  { graph, craft }: Subject,
  readerOf: (label: string) => Reader,
  input: Sequence,
  trace: Trace,
  residual: Float64Array,
): Observation {
  const width = sizeOf(craft.residual);
  const row = ({ at }: Reader, position: number) =>
    Array.from(at, (i) => residual[position * width + i]!);
  const known = new Map<string, readonly Fidelity[]>();
  const fidelity = (label: string) => {
    const stored = known.get(label);
    if (stored !== undefined) return stored;
    const { expression } = graph.nodes.get(label) as GraphNode<SOp>;
    const reader = readerOf(label);
    const found = trace.sequences
      .get(expression)!
      .map((value, i) => (reader.isInput ? "exact" : reader.compare(value, row(reader, i + 1))));
    known.set(label, found);
    return found;
  };
  return {
    input,
    trace,
    fidelity,
    isAtBos: (label) => row(readerOf(label), 0).some((x) => Math.abs(x) > BLUR),
    written: (label, position) => readerOf(label).read(row(readerOf(label), position + 1)),
  };
}

/** How the directions of a node are read. */
interface Reader {
  /** Whether the node is an input of the transformer. */
  readonly isInput: boolean;
  /** The places of its directions in the residual stream. */
  readonly at: Int32Array;
  readonly read: (row: readonly number[]) => RaspValue;
  readonly compare: (value: RaspValue, row: readonly number[]) => Fidelity;
}

function makeReader({ graph, values, bases, craft }: Subject, label: string): Reader {
  const { expression } = graph.nodes.get(label) as GraphNode<SOp>;
  const space = bases.get(label)!;
  const isInput = expression.kind === "tokens" || expression.kind === "indices";
  const at = isInput ? new Int32Array() : positionsIn(craft.residual, space);
  if (expression.encoding === "numerical") {
    const largest = values.sets
      .get(label)!
      .directions.reduce((size, { value }) => Math.max(size, Math.abs(Number(value))), 0);
    const tolerance = TOLERANCE * (largest || 1);
    return {
      isInput,
      at,
      read: (row) => row[0]!,
      compare: (value, row) => compareNumber(value, row[0]!, tolerance),
    };
  }
  const classes = space.directions.map((direction) => direction.value);
  const places = new Map(classes.map((value, i) => [valueKey(value), i]));
  const placeOf = (value: RaspValue) =>
    places.get(valueKey(value)) ?? classes.findIndex((other) => isNearly(other, value));
  return {
    isInput,
    at,
    read: (row) => classes[row.reduce((best, x, i) => (x > row[best]! ? i : best), 0)]!,
    compare: (value, row) => compareCode(value === null ? undefined : placeOf(value), row),
  };
}

function compareNumber(value: RaspValue, x: number, tolerance: number): Fidelity {
  const error = Math.abs(x - Number(value));
  // Where there is no number 0 stands for it, and nobody looks at another one.
  if (value === null || error <= tolerance / 5) return "exact";
  return error <= tolerance ? "blurred" : "wrong";
}

/** @param right the place of the class; −1 if there is no such class, `undefined` for no value */
function compareCode(right: number | undefined, row: readonly number[]): Fidelity {
  if (right === -1) return "wrong";
  if (row.every((x, i) => Math.abs(i === right ? x - 1 : x) <= BLUR)) return "exact";
  const own = right === undefined ? 0.5 : row[right]!;
  return row.every((x, i) => i === right || x < own) ? "blurred" : "wrong";
}

/** Whether two values are the same mean but for rounding. */
function isNearly(a: RaspValue, b: RaspValue): boolean {
  return isNumeric(a) && isNumeric(b) && Math.abs(Number(a) - Number(b)) <= 1e-9;
}
