import type { FunctionCase } from "../case.ts";
import type { FunctionDefinition } from "../definition.ts";
import { shapesOf } from "./shapes.ts";
import { orderedVariables } from "./variables.ts";

/** What a case of functions says that no other does. */
export type FunctionFacts = Pick<
  FunctionCase,
  | "variables"
  | "output"
  | "classes"
  | "places"
  | "shape"
  | "ids"
  | "shapes"
  | "shapeName"
  | "truth"
  | "otherTruths"
  | "foil"
>;

/** What a definition says of its variables and of the transformer to be trained, complete and frozen. */
export function functionFacts({
  variables,
  output,
  places,
  shape,
  shapes = {},
  ...given
}: FunctionDefinition): FunctionFacts {
  const { truth, otherTruths = {}, foil } = given;
  const classes = given.classes && Object.freeze([...given.classes]);
  const common = Object.freeze({ ...shape });
  const ordered = orderedVariables(variables);
  const own = Object.keys(ordered).map((label) => [label, Object.freeze([...places[label]!])]);
  return {
    variables: ordered,
    output,
    classes,
    places: Object.freeze(Object.fromEntries(own)),
    ...shapesOf(shapes, common),
    truth,
    otherTruths,
    foil,
  };
}
