import { describeValue, InterpBenchError } from "../../errors/index.ts";
import { assertConfig } from "../../transformer/index.ts";
import type { GivenIds } from "../case.ts";
import type { ShapeChanges } from "../definition.ts";
import { functionConfig, type ShapeFacts } from "../functions/shape.ts";
import { badCase, isPlainObject, requireOf } from "./fault.ts";

/**
 * Throws `E_CASE` unless every shape that a definition gives is one of a transformer that takes its inputs,
 * and ids are there for all of their tokens.
 *
 * @param name as in `case "mine"`
 */
export function assertShapes(
  shapes: unknown,
  facts: Omit<ShapeFacts, "ids">,
  name: string,
): asserts shapes is Readonly<Record<string, ShapeChanges>> {
  const areShapes = isPlainObject(shapes) && Object.values(shapes).every(isPlainObject);
  const require = requireOf(name);
  require(areShapes, "shapes", "an object with { shape, ids } for each name", shapes);
  const given = Object.entries(shapes as Readonly<Record<string, ShapeChanges>>);
  for (const [key, { shape: changes, ids }] of given) {
    assertIds(ids, facts, name, `shapes.${key}.ids`);
    assertShape({ ...facts, shape: { ...facts.shape, ...changes }, ids }, name);
  }
  if (given.length === 0) assertShape({ ...facts, ids: undefined }, name);
}

/** Throws `E_CASE` unless a shape is one of a transformer that takes the inputs. */
function assertShape(facts: ShapeFacts, name: string): void {
  for (const key of ["nLayers", "nHeads", "dHead"] as const) {
    if (facts.shape[key] === undefined) {
      throw badCase(name, `shape.${key}`, "a whole number of at least 1", "nothing");
    }
  }
  const config = functionConfig(facts);
  try {
    assertConfig(config);
  } catch (error) {
    if (!(error instanceof InterpBenchError)) throw error;
    const { at, expected = "the shape of a transformer", received, hint } = error;
    const place = at === undefined ? "shape" : `shape.${at}`;
    throw badCase(name, place, expected, received ?? error.message, hint);
  }
  if (config.nCtx >= facts.maxSeqLen) return;
  const expected = `at least ${facts.maxSeqLen}, as maxSeqLen says`;
  throw badCase(name, "shape.nCtx", expected, String(config.nCtx));
}

/** Throws `E_CASE` unless every token and class, all texts, has an id. */
function assertIds(
  ids: GivenIds | undefined,
  { vocab, classes = [] }: Omit<ShapeFacts, "ids">,
  name: string,
  at: string,
): void {
  if (ids === undefined) return;
  const { size, bos, of } = ids;
  const isId = (id: unknown) => Number.isInteger(id) && Number(id) >= 0 && Number(id) < size;
  if (!isId(bos)) throw badCase(name, `${at}.bos`, `an id below ${size}`, describeValue(bos));
  const taken = new Map<number, unknown>();
  for (const value of new Set([...vocab, ...classes])) {
    const isText = typeof value === "string";
    const id = isText && Object.hasOwn(of, value) ? of[value] : undefined;
    const other = taken.get(id!);
    const received = isText && isId(id) ? `that of ${describeValue(other)}` : describeValue(id);
    if (!isText || !isId(id) || other !== undefined) {
      const expected = `an id below ${size} of its own for ${describeValue(value)}, a text`;
      throw badCase(name, `${at}.of`, expected, received);
    }
    taken.set(id!, value);
  }
}
