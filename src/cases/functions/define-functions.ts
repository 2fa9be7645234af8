import { isRaspValue, isTuple, type RaspValue, showValue, uniqueValues } from "../../rasp/index.ts";
import type { FunctionCase } from "../case.ts";
import { isPlainObject, type Require, requireOf } from "../case-fault.ts";
import { checkedPlaces } from "./alignment.ts";
import type { ShapeFacts } from "./shape.ts";
import { shapesOf } from "./shapes.ts";
import { assertName, assertRead, checkedVariables } from "./variables.ts";

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

/**
 * What a definition says of its variables and of the transformer to be trained, checked and frozen.
 * No function is called.
 *
 * @param inputs what has been found of its inputs
 * @param name as in `case "mine"`
 * @throws InterpBenchError `E_CASE` naming the part that cannot be right
 */
export function functionFacts(
  definition: Partial<Readonly<Record<keyof FunctionFacts, unknown>>>,
  inputs: Omit<ShapeFacts, "shape" | "classes" | "ids">,
  name: string,
): FunctionFacts {
  const { output, truth, otherTruths = {}, foil, shapes = {} } = definition;
  const require = requireOf(name);
  const variables = checkedVariables(definition.variables, name);
  assertName(output, Object.keys(variables), name, "output");
  assertRead(variables, output, name);
  const classes = classesOf(definition.classes, require);
  const wanted = "an object with nLayers, nHeads, dHead";
  require(isPlainObject(definition.shape), "shape", wanted, definition.shape);
  const common = Object.freeze({ ...(definition.shape as FunctionCase["shape"]) });
  const shaped = shapesOf(shapes, { ...inputs, shape: common, classes }, name);
  const places = checkedPlaces(definition.places, variables, shaped.shape, name);
  require(truth === undefined || isListOfEdges(truth), "truth", "a list of pairs of nodes", truth);
  const areTruths = isPlainObject(otherTruths) && Object.values(otherTruths).every(isListOfEdges);
  require(areTruths, "otherTruths", "lists of pairs of nodes, by name", otherTruths);
  const isFoil = foil === undefined || (typeof foil === "function" && classes !== undefined);
  require(isFoil, "foil", "a function that gives one of classes", foil);
  const given = { truth, otherTruths, foil } as Pick<
    FunctionFacts,
    "truth" | "otherTruths" | "foil"
  >;
  return { variables, output, classes, places, ...shaped, ...given };
}

function classesOf(classes: unknown, require: Require): readonly RaspValue[] | undefined {
  if (classes === undefined) return undefined;
  const expected = "an array of at least two different values";
  const isList = isTuple(classes) && classes.every((value) => isRaspValue(value) && value !== null);
  require(isList, "classes", expected, classes);
  const values = classes as readonly RaspValue[];
  const isFine = values.length >= 2 && uniqueValues(values).length === values.length;
  require(isFine, "classes", expected, values.map(showValue).join(", "));
  return Object.freeze([...values]);
}

const isListOfEdges = (value: unknown) =>
  Array.isArray(value) &&
  value.every((edge) => Array.isArray(edge) && edge.length === 2 && edge.every(isText));

const isText = (value: unknown) => typeof value === "string";
