import { InterpBenchError, truncate } from "../../errors/index.ts";
import { PLAIN_GLOBALS, plainClass } from "./globals.ts";
import { type PickleGlobals, PickleObject, type PickleValue } from "./machine.ts";
import { readPickle } from "./read.ts";

const CONFIG_CLASS = "transformer_lens.HookedTransformerConfig HookedTransformerConfig";

/** TransformerLens moved the class; both paths are of the same one. */
const CONFIG_GLOBALS: PickleGlobals = new Map([
  ...PLAIN_GLOBALS,
  ...[CONFIG_CLASS, "transformer_lens.config.HookedTransformerConfig HookedTransformerConfig"].map(
    (name) => [name, plainClass(CONFIG_CLASS)] as const,
  ),
]);

/** Deepest nesting of values in a configuration. */
const DEEPEST = 20;
/** So many values a configuration may hold, shared ones counted each time. */
const MOST_VALUES = 10_000;

/**
 * Reads a pickled configuration of TransformerLens, a dict or the configuration object, as plain data:
 * keys as in its `config.json`, for `configFromKeys`. NumPy scalars are numbers, element types and
 * devices texts (`torch.float32`, `cuda:0`), tuples and sets lists.
 *
 * @throws InterpBenchError `E_PICKLE` for everything else; nothing of the file is executed
 */
export function decodeConfigPickle(
  bytes: Uint8Array,
  at = "config.pkl",
): Readonly<Record<string, unknown>> {
  return configOf(readPickle(bytes, { globals: CONFIG_GLOBALS, at }).value, at);
}

function configOf(value: PickleValue, at: string): Readonly<Record<string, unknown>> {
  const fields = value instanceof PickleObject ? value.state : value;
  if (!(fields instanceof Map)) throw refused("a configuration", fields ?? null, at);
  return plainOf(fields, at) as Readonly<Record<string, unknown>>;
}

/** Plain data of a pickled value; refuses what is nested too deep, or holds itself. */
function plainOf(value: PickleValue, at: string): unknown {
  let count = 0;
  const convert = (part: PickleValue, depth: number, where: string): unknown => {
    if (depth > DEEPEST || ++count > MOST_VALUES) {
      throw new InterpBenchError("E_PICKLE", "the pickle holds too much", {
        at,
        expected: `at most ${MOST_VALUES} values, nested at most ${DEEPEST} deep`,
      });
    }
    const item = (one: PickleValue, i: number) => convert(one, depth + 1, `${where}[${i}]`);
    if (Array.isArray(part)) return part.map(item);
    if (part instanceof Set) return [...part].map(item);
    if (part instanceof Map) {
      const members = [...(part as ReadonlyMap<PickleValue, PickleValue>)].map(([key, member]) => {
        const name = textOf(key, at);
        const path = where === "" ? name : `${where}.${name}`;
        return [name, convert(member, depth + 1, truncate(path, 80))] as const;
      });
      return Object.fromEntries(members);
    }
    const isPlain = part === null || ["boolean", "number", "string"].includes(typeof part);
    if (isPlain) return part;
    throw refused("plain data, and integers up to 2⁵³ − 1", part, `${at}: ${where}`);
  };
  return convert(value, 0, "");
}

/** An edge as published files write it: both ends as `name` or `name[head]`. */
export type PublishedEdge = readonly [from: string, to: string];

/**
 * Reads an `edges.pkl`: a list of pairs of names, `name` or `name[head]`.
 *
 * @throws InterpBenchError `E_PICKLE` for everything else
 */
export function decodeEdgesPickle(bytes: Uint8Array, at = "edges.pkl"): readonly PublishedEdge[] {
  return edgesOf(readPickle(bytes, { globals: PLAIN_GLOBALS, at }).value, at);
}

function edgesOf(value: PickleValue, at: string): readonly PublishedEdge[] {
  const list = value instanceof Set ? [...value] : value;
  if (!Array.isArray(list)) throw refused("a list of edges", value, at);
  return list.map((edge: PickleValue, i) => {
    const [from, to, ...others] = Array.isArray(edge) ? edge : [];
    if (typeof from !== "string" || typeof to !== "string" || others.length > 0) {
      throw refused("two names", edge, `${at}: edge ${i}`);
    }
    return [from, to];
  });
}

const RESULT_MODULE = "circuits_benchmark.utils.circuit";
const RESULT_GLOBALS: PickleGlobals = new Map([
  ...PLAIN_GLOBALS,
  ...[
    "circuit_eval CircuitEvalResult",
    "circuit_eval CircuitEvalNodesResult",
    "circuit_eval CircuitEvalEdgesResult",
    "circuit_node CircuitNode",
  ].map((name) => [`${RESULT_MODULE}.${name}`, plainClass(name.split(" ")[1]!)] as const),
]);

/** How one part of a circuit, nodes or edges, compares with the truth. Sets are sorted. */
export interface PublishedPart<Item> {
  readonly truePositive: readonly Item[];
  readonly falsePositive: readonly Item[];
  readonly falseNegative: readonly Item[];
  readonly trueNegative: readonly Item[];
  /** `undefined` where the original says "N/A". */
  readonly tpr: number | undefined;
  readonly fpr: number | undefined;
}

/** The score that the original keeps beside a discovery. */
export interface PublishedResult {
  readonly nodes: PublishedPart<string>;
  readonly edges: PublishedPart<PublishedEdge>;
}

/**
 * Reads a `result.pkl`: the original's score of a circuit.
 *
 * @throws InterpBenchError `E_PICKLE` for everything else
 */
export function decodeResultPickle(bytes: Uint8Array, at = "result.pkl"): PublishedResult {
  return resultOf(readPickle(bytes, { globals: RESULT_GLOBALS, at }).value, at);
}

function resultOf(value: PickleValue, at: string): PublishedResult {
  const parts = stateOf(value, "CircuitEvalResult", at);
  const edgeOf = (edge: PickleValue): PublishedEdge => {
    const ends = Array.isArray(edge) ? edge : [];
    if (ends.length !== 2) throw refused("two nodes", edge, at);
    return [nodeText(ends[0], at), nodeText(ends[1], at)];
  };
  return {
    nodes: partOf(
      stateOf(parts.get("nodes"), "CircuitEvalNodesResult", at),
      (node) => nodeText(node, at),
      at,
    ),
    edges: partOf(stateOf(parts.get("edges"), "CircuitEvalEdgesResult", at), edgeOf, at),
  };
}

/** What a pickle of a published model or of a result of the original holds. */
export type PublishedPickle =
  | { readonly kind: "config"; readonly config: Readonly<Record<string, unknown>> }
  | { readonly kind: "edges"; readonly edges: readonly PublishedEdge[] }
  | { readonly kind: "result"; readonly result: PublishedResult };

const ALL_GLOBALS: PickleGlobals = new Map([...CONFIG_GLOBALS, ...RESULT_GLOBALS]);

/**
 * Reads a pickle of any of these kinds, and tells which it is.
 *
 * @throws InterpBenchError `E_PICKLE` for everything else
 */
export function decodePublishedPickle(bytes: Uint8Array, at = "pickle"): PublishedPickle {
  const { value } = readPickle(bytes, { globals: ALL_GLOBALS, at });
  if (Array.isArray(value) || value instanceof Set) {
    return { kind: "edges", edges: edgesOf(value, at) };
  }
  const isConfig =
    value instanceof Map || (value instanceof PickleObject && value.type === CONFIG_CLASS);
  if (isConfig) return { kind: "config", config: configOf(value, at) };
  return { kind: "result", result: resultOf(value, at) };
}

function partOf<Item extends string | PublishedEdge>(
  state: ReadonlyMap<PickleValue, PickleValue>,
  itemOf: (value: PickleValue) => Item,
  at: string,
): PublishedPart<Item> {
  const items = (name: string): Item[] => {
    const set = state.get(name);
    if (!(set instanceof Set)) throw refused(`a set "${name}"`, set ?? null, at);
    return [...set].map(itemOf).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  };
  const rate = (name: string): number | undefined => {
    const number = state.get(name);
    if (number === "N/A") return undefined;
    if (typeof number === "number") return number;
    throw refused(`a rate "${name}"`, number ?? null, at);
  };
  return {
    truePositive: items("true_positive"),
    falsePositive: items("false_positive"),
    falseNegative: items("false_negative"),
    trueNegative: items("true_negative"),
    tpr: rate("tpr"),
    fpr: rate("fpr"),
  };
}

function nodeText(value: PickleValue | undefined, at: string): string {
  const state = stateOf(value, "CircuitNode", at);
  const [name, index] = [state.get("name"), state.get("index") ?? null];
  if (typeof name !== "string" || (index !== null && typeof index !== "number")) {
    throw refused("a node with a name and an index", value ?? null, at);
  }
  return index === null ? name : `${name}[${index}]`;
}

/** The attributes of an object of a class. */
function stateOf(
  value: PickleValue | undefined,
  type: string,
  at: string,
): ReadonlyMap<PickleValue, PickleValue> {
  if (value instanceof PickleObject && value.type === type && value.state instanceof Map) {
    return value.state;
  }
  throw refused(`a ${type}`, value ?? null, at);
}

function textOf(key: PickleValue, at: string): string {
  if (typeof key === "string") return key;
  throw refused("a text as key", key, at);
}

function refused(expected: string, received: PickleValue, at: string): InterpBenchError {
  const what =
    received instanceof PickleObject
      ? received.type
      : received instanceof Object
        ? received.constructor.name
        : String(received);
  return new InterpBenchError("E_PICKLE", "the pickle holds something else", {
    at,
    expected,
    received: truncate(what, 80),
  });
}
