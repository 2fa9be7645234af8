import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import type { Case, FunctionCase, LowLevelShape, NamedShape } from "../case.ts";
import type { ShapeChanges } from "../definition.ts";

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

/**
 * What a definition says of the shapes of the transformer to be trained, each with all of
 * `common` that it does not change.
 */
export function shapesOf(
  shapes: Readonly<Record<string, ShapeChanges>>,
  common: LowLevelShape,
): Pick<FunctionCase, "shape" | "ids" | "shapes" | "shapeName"> {
  const complete = Object.entries(shapes).map(
    ([key, { shape: changes, ids }]): [string, NamedShape] => [
      key,
      Object.freeze({ shape: Object.freeze({ ...common, ...changes }), ids }),
    ],
  );
  const [first] = complete;
  const { shape, ids } = first?.[1] ?? { shape: common, ids: undefined };
  return { shape, ids, shapes: Object.freeze(Object.fromEntries(complete)), shapeName: first?.[0] };
}
