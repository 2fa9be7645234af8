import { describe, expect, it } from "vitest";
import { type FunctionDefinition, getCase, makeCase, variable } from "../cases/index.ts";
import type { RaspValue } from "../rasp/index.ts";
import { hashOfCase } from "./identity.ts";
import { packagedZoo, readZoo } from "./zoo/index-file.ts";

/** A case that counts so far how often a letter has come; `letter` is not in the function's text. */
const counting = (letter: RaspValue, changes: Partial<FunctionDefinition> = {}) =>
  makeCase({
    id: "counting",
    task: "How often the letter has come.",
    vocab: ["a", "b"],
    maxSeqLen: 4,
    causal: true,
    variables: {
      count: variable(["tokens"], ({ tokens }) =>
        tokens.map((_, i) => tokens.slice(0, i + 1).filter((token) => token === letter).length),
      ),
    },
    output: "count",
    classes: [0, 1, 2, 3],
    places: { count: [{ layer: 0, head: 0 }] },
    shape: { nLayers: 1, nHeads: 2, dHead: 4 },
    ...changes,
  });

describe("the hash of a case of functions", () => {
  const hash = hashOfCase(counting("a"));

  it("is the same for the same case, whatever it is called", () => {
    expect(hashOfCase(counting("a"))).toBe(hash);
    expect(hashOfCase(counting("a", { id: "other", task: "Counts." }))).toBe(hash);
  });

  it.each<[string, ReturnType<typeof counting>]>([
    ["what the functions give", counting("b")],
    ["their text", counting("a", { variables: { count: other("a") } })],
    ["a place", counting("a", { places: { count: [{ layer: 0, head: 1 }] } })],
    ["the shape", counting("a", { shape: { nLayers: 1, nHeads: 2, dHead: 5 } })],
    ["the order of classes", counting("a", { classes: [3, 2, 1, 0] })],
    ["the positions that count", counting("a", { outputPositions: "last" })],
    ["the inputs", counting("a", { inputs: ["aab", "bba"] })],
    ["the corruption", counting("a", { corrupt: (_, input) => input.toReversed() })],
    ["the direction of attention", counting("a", { causal: false })],
  ])("is another one for a change of %s", (_, changed) => {
    expect(hashOfCase(changed)).not.toBe(hash);
  });
});

describe("the hash of a case of the package", () => {
  it("is what the zoo says, in whichever build of the package", () => {
    for (const { id, case: hash } of readZoo(packagedZoo()).models) {
      expect(hashOfCase(getCase(id)), `case ${id}`).toBe(hash);
    }
  });
});

/** The same as a function of another text. */
function other(letter: RaspValue): FunctionDefinition["variables"][string] {
  return variable(["tokens"], ({ tokens }) => {
    let count = 0;
    return tokens.map((token) => {
      if (token === letter) count++;
      return count;
    });
  });
}
