import { isRaspValue, isTuple, type RaspValue, showValue, uniqueValues } from "../../rasp/index.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { ShapeFacts } from "../functions/shape.ts";
import { shapesOf } from "../functions/shapes.ts";
import { orderedVariables } from "../functions/variables.ts";
import { isPlainObject, requireOf } from "./fault.ts";
import { assertPlaces } from "./places.ts";
import { assertShapes } from "./shapes.ts";
import { assertName, assertRead, assertVariables } from "./variables.ts";

/**
 * Throws `E_CASE` for what a definition says of its variables and of the transformer to be trained, if it
 * cannot be right. No function is called.
 *
 * @param inputs what has been found of its inputs
 * @param name as in `case "mine"`
 */
export function assertFunctions(
  { variables, output, classes, places, shape, shapes = {}, ...given }: FunctionDefinition,
  inputs: Omit<ShapeFacts, "shape" | "classes" | "ids">,
  name: string,
): void {
  const { truth, otherTruths = {}, foil } = given;
  const require = requireOf(name);
  assertVariables(variables, name);
  const ordered = orderedVariables(variables);
  assertName(output, Object.keys(ordered), name, "output");
  assertRead(ordered, output, name);
  assertClasses(classes, name);
  require(isPlainObject(shape), "shape", "an object with nLayers, nHeads, dHead", shape);
  assertShapes(shapes, { ...inputs, shape, classes }, name);
  assertPlaces(places, ordered, shapesOf(shapes, shape).shape, name);
  require(truth === undefined || isListOfEdges(truth), "truth", "a list of pairs of nodes", truth);
  const areTruths = isPlainObject(otherTruths) && Object.values(otherTruths).every(isListOfEdges);
  require(areTruths, "otherTruths", "lists of pairs of nodes, by name", otherTruths);
  const isFoil = foil === undefined || (typeof foil === "function" && classes !== undefined);
  require(isFoil, "foil", "a function that gives one of classes", foil);
}

function assertClasses(classes: unknown, name: string): void {
  if (classes === undefined) return;
  const require = requireOf(name);
  const expected = "an array of at least two different values";
  const isList = isTuple(classes) && classes.every((value) => isRaspValue(value) && value !== null);
  require(isList, "classes", expected, classes);
  const values = classes as readonly RaspValue[];
  const isFine = values.length >= 2 && uniqueValues(values).length === values.length;
  require(isFine, "classes", expected, values.map(showValue).join(", "));
}

const isListOfEdges = (value: unknown) =>
  Array.isArray(value) &&
  value.every((edge) => Array.isArray(edge) && edge.length === 2 && edge.every(isText));

const isText = (value: unknown) => typeof value === "string";
