import { describeValue, InterpBenchError, unknownNameError } from "../../errors/index.ts";
import type { Case, FunctionCase, GivenIds, NamedShape } from "../case.ts";
import { badCase, isPlainObject, requireOf } from "../case-fault.ts";
import type { ShapeChanges } from "../definition.ts";
import { assertShape, type ShapeFacts } from "./shape.ts";

/** The names of the shapes that a case can be asked for in, the default first; often there is one without a name. */
export const shapeNames = (case_: Case): readonly string[] =>
  case_.kind === "functions" ? Object.keys(case_.shapes) : [];

/** Which of its shapes a case has; `undefined` where there is only one. */
export const shapeNameOf = (case_: Case): string | undefined =>
  case_.kind === "functions" ? case_.shapeName : undefined;

/**
 * The same case with a transformer to be trained of another of its shapes.
 *
 * @throws InterpBenchError `E_CASE` if there is none of this name
 */
export function withShape(case_: Case, name: string): Case {
  const names = shapeNames(case_);
  if (case_.kind === "functions" && names.includes(name)) {
    return Object.freeze({ ...case_, ...case_.shapes[name]!, shapeName: name });
  }
  if (names.length > 0)
    throw unknownNameError("E_CASE", `shape of case "${case_.id}"`, name, names);
  throw new InterpBenchError("E_CASE", `case "${case_.id}" has one shape, without a name`, {
    at: "shape",
    expected: "no shape",
    received: name,
  });
}

/** What a definition says of the shapes of the transformer to be trained, checked. */
export function shapesOf(
  shapes: unknown,
  facts: Omit<ShapeFacts, "ids">,
  name: string,
): Pick<FunctionCase, "shape" | "ids" | "shapes" | "shapeName"> {
  const require = requireOf(name);
  const areShapes = isPlainObject(shapes) && Object.values(shapes).every(isPlainObject);
  require(areShapes, "shapes", "an object with { shape, ids } for each name", shapes);
  const complete = Object.entries(shapes as Readonly<Record<string, ShapeChanges>>).map(
    ([key, { shape: changes, ids }]): [string, NamedShape] => {
      assertIds(ids, facts, name, `shapes.${key}.ids`);
      const shape = Object.freeze({ ...facts.shape, ...changes });
      assertShape({ ...facts, shape, ids }, name);
      return [key, Object.freeze({ shape, ids })];
    },
  );
  const [first] = complete;
  if (first === undefined) assertShape({ ...facts, ids: undefined }, name);
  const { shape, ids } = first?.[1] ?? { shape: facts.shape, ids: undefined };
  return { shape, ids, shapes: Object.freeze(Object.fromEntries(complete)), shapeName: first?.[0] };
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
