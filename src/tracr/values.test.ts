import { describe, expect, it } from "vitest";
import {
  add,
  aggregate,
  categorical,
  div,
  EQ,
  indices,
  LEQ,
  linearSequenceMap,
  map,
  named,
  numerical,
  type RaspValue,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  TRUE,
  tokens,
  withNumberType,
} from "../rasp/index.ts";
import { compileRasp, extractGraph } from "./index.ts";
import { resolveOptions } from "./options.ts";
import { inferValues } from "./values.ts";

function infer(program: SOp, vocab: RaspValue[], maxSeqLen = 2) {
  const graph = extractGraph(program);
  const inferred = inferValues(graph, resolveOptions({ vocab, maxSeqLen }));
  return {
    values: inferred.sets.get(graph.sink)!.directions.map((direction) => direction.value),
    labels: inferred.sets.get(graph.sink)!.directions.map((direction) => direction.label),
    warnings: inferred.warnings,
  };
}

describe("value sets", () => {
  it("of inputs are the vocabulary and the positions", () => {
    expect(infer(tokens, ["a"], 1).values).toEqual(["a"]);
    expect(infer(tokens, [2, 1, 2, true]).values).toEqual([1, 2]);
    expect(infer(indices, ["a"], 3).values).toEqual([0, 1, 2]);
    expect(infer(named(categorical(tokens), "words"), ["b", "a"]).values).toEqual(["a", "b"]);
  });

  it("of maps are images", () => {
    const increment = map((x: number) => x + 1, tokens);
    expect(infer(increment, [1, 2, 3]).values).toEqual([2, 3, 4]);
    expect(infer(increment, [0, 5]).values).toEqual([1, 6]);
    expect(
      infer(
        map((x: number) => (x > 1 ? x : null), tokens),
        [1, 2],
      ).values,
    ).toEqual([2]);
  });

  it("of sequence maps are all pairs, even of one SOp with itself", () => {
    const next = add(tokens, 1);
    expect(infer(add(next, next), [0, 1]).values).toEqual([2, 3, 4]);
    expect(infer(add(add(next, next), indices), [0, 1]).values).toEqual([2, 3, 4, 5]);
  });

  it("of aggregates are the values moved, or fractions of one value", () => {
    const all = select(tokens, tokens, TRUE);
    expect(infer(aggregate(all, indices), ["a"], 3).values).toEqual([0, 1, 2]);
    const bits = numerical(map((x) => x, tokens));
    expect(infer(numerical(aggregate(all, bits, 0)), [0, 1]).values).toEqual([0, 0.5, 1]);
    const opens = numerical(aggregate(all, bits, 0));
    const difference = numerical(linearSequenceMap(opens, opens, 1, -1));
    expect(infer(difference, [0, 1]).values).toEqual([-1, -0.5, 0, 0.5, 1]);
  });

  it("of widths are 0 to the length", () => {
    expect(infer(selectorWidth(select(tokens, tokens, EQ)), ["a"], 3).values).toEqual([0, 1, 2, 3]);
  });

  it("drop divisions by zero with a warning, and keep Infinity", () => {
    const inverse = infer(named(div(1, tokens), "inverse"), [0, 1, 2]);
    expect(inverse.values).toEqual([0.5, 1]);
    expect(inverse.warnings).toEqual([
      {
        code: "W_TRACR_ARITHMETIC",
        node: "inverse_1",
        message: 'division of 1 by zero (at "inverse" of 0): it is compiled as "no value"',
      },
    ]);
    expect(
      infer(
        map((x: number) => 1 / x, tokens),
        [0, 1],
      ).labels,
    ).toEqual(["map_1:1.0", "map_1:inf"]);
    expect(
      infer(
        map((x: number) => 0 / x, tokens),
        [0, 1],
      ).values,
    ).toEqual([0]);
  });

  it("let every other failure of a function through, with its name", () => {
    const shout = named(
      map((x: string) => x.toUpperCase(), tokens),
      "shout",
    );
    expect(() => infer(shout, [1])).toThrow(
      expect.objectContaining({ code: "E_RASP_FUNCTION", at: '"shout" of 1' }),
    );
  });

  it("must not be empty, nor unequal to numbers if numerical", () => {
    expect(() =>
      infer(
        map(() => null, tokens),
        [1],
      ),
    ).toThrow(expect.objectContaining({ code: "E_RASP_EMPTY", at: "map_1" }));
    expect(() => infer(numerical(map((x) => x, tokens)), ["a", "b", 1])).toThrow(
      expect.objectContaining({ code: "E_RASP_ENCODING", received: '{"a", "b"}' }),
    );
    expect(() => infer(numerical(map((x: number) => 1 / x, tokens)), [0])).toThrow(
      expect.objectContaining({ code: "E_RASP_ENCODING", received: "{inf}" }),
    );
  });

  it("hold no numbers that are infinite as float32", () => {
    const times = (factor: number) =>
      infer(numerical(map((x: number) => x * factor, tokens)), [0, 1]).values;
    expect(times(-3.4e38)).toEqual([-3.4e38, 0]);
    expect(() => times(3.41e38)).toThrow(
      expect.objectContaining({
        code: "E_RASP_ENCODING",
        expected: "booleans and numbers that float32 holds, up to ±3.4e38",
      }),
    );
  });

  it("refuse averages of other numbers than 0 and 1", () => {
    const number = numerical(map((x) => x, tokens));
    const mean = named(numerical(aggregate(select(indices, indices, LEQ), number, 0)), "mean");
    expect(() => infer(mean, [0, 1, 2])).toThrow(
      expect.objectContaining({
        code: "E_RASP_UNSUPPORTED",
        message: '"mean" averages other values than 0 and 1',
        received: "{0, 1, 2}",
      }),
    );
    expect(() => infer(mean, [-1, 0])).toThrow("averages other values");
    // Averages of averages lie between 0 and 1 and pass.
    expect(infer(mean, [0, 0.5, 1]).values).toEqual([0, 0.25, 0.5, 1]);
  });

  it("are limited in the number of pairs", () => {
    const wide = Array.from({ length: 1100 }, (_, i) => i);
    const sum = sequenceMap(
      (x: number, y: number) => x + y,
      tokens,
      map((x) => x, tokens),
    );
    expect(() => infer(sum, wide)).toThrow(
      expect.objectContaining({ code: "E_TRACR_SIZE", received: "1210000" }),
    );
  });
});

describe("labels of values", () => {
  it("print integers as floats beside fractions, also where an aggregate moves them", () => {
    const half = map((x: number) => x / 2, tokens);
    const moved = aggregate(select(indices, indices, EQ), half);
    expect(infer(half, [1, 2]).labels).toEqual(["map_1:0.5", "map_1:1.0"]);
    expect(infer(moved, [1, 2]).labels).toEqual(["aggregate_1:0.5", "aggregate_1:1.0"]);
    const declared = withNumberType(half, "int");
    expect(infer(declared, [1, 2]).labels).toEqual(["map_1:0.5", "map_1:1"]);
    expect(infer(aggregate(select(indices, indices, EQ), declared), [1, 2]).labels).toEqual([
      "aggregate_1:0.5",
      "aggregate_1:1",
    ]);
  });

  it("keep the first of equal values", () => {
    const mixed = sequenceMap((x: number, i: number) => (i === 0 ? x === 1 : x), tokens, indices);
    expect(infer(mixed, [0, 1]).labels).toEqual(["sequence_map_1:False", "sequence_map_1:True"]);
  });

  it("stand in the order of numbers, then of their text", () => {
    const { residualLabels } = compileRasp(
      map((x) => x, tokens),
      { vocab: [10, 9, -1], maxSeqLen: 1 },
    );
    expect(residualLabels.filter((label) => label.startsWith("tokens"))).toEqual([
      "tokens:-1",
      "tokens:9",
      "tokens:10",
      "tokens:BOS",
      "tokens:PAD",
    ]);
  });
});
