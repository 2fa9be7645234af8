import { describe, expect, it } from "vitest";
import type { RaspValue } from "../../rasp/index.ts";
import {
  type AttentionHead,
  type CraftBlock,
  type Direction,
  type Mlp,
  makeDirection,
  runCraftModel,
  sizeOf,
  span,
} from "../index.ts";
import { entriesOf, inParallel, linearMap } from "../linear.ts";
import { overlap, positionOf } from "../space.ts";
import { aggregateHead } from "./attention.ts";
import {
  categoricalMap,
  categoricalSequenceMap,
  categoricalToNumericalMap,
} from "./categorical.ts";
import { combineMlps, spaceOfHead, spaceOfMlp } from "./component.ts";
import { linearCombination, staircase } from "./numerical.ts";
import { selectorWidthComponent } from "./selector-width.ts";

const BOS = makeDirection("tokens", "bos");
const spaceOf = (name: string, ...values: RaspValue[]) =>
  span(...values.map((value) => makeDirection(name, value)));

/** Rows of a residual stream by label. */
type Rows = readonly Readonly<Record<string, number>>[];

/** Runs blocks on rows; returns what they add to the directions of `output`. */
function run(
  blocks: readonly CraftBlock[],
  rows: Rows,
  output: readonly Direction[],
  causal = false,
): number[][] {
  const residual = span(
    ...blocks.map((block) =>
      block.kind === "mlp" ? spaceOfMlp(block.mlp) : span(...block.heads.map(spaceOfHead)),
    ),
  );
  const x = rows.flatMap((row) => residual.directions.map(({ label }) => row[label] ?? 0));
  const y = runCraftModel({ residual, blocks }, x, { causal });
  const width = sizeOf(residual);
  return rows.map((row, p) =>
    output.map((d) => y[p * width + positionOf(residual, d)]! - (row[d.label] ?? 0)),
  );
}

const runMlp = (mlp: Mlp, rows: Rows, output: readonly Direction[]) =>
  run([{ kind: "mlp", slot: 0, mlp }], rows, output);
const runHead = (head: AttentionHead, rows: Rows, output: readonly Direction[], causal = false) =>
  run([{ kind: "attention", slot: 0, heads: [head] }], rows, output, causal);

describe("spaces and maps", () => {
  it("sort their directions by name, then value", () => {
    const labels = span(
      makeDirection("map_9"),
      makeDirection("map_10"),
      makeDirection("_h", [2, 0]),
      makeDirection("_h", [1, 1]),
      makeDirection("B", "x"),
      makeDirection("a", 2),
      makeDirection("a", 10),
      makeDirection("a", "x"),
    ).directions.map(({ label }) => label);
    expect(labels).toEqual([
      "B:x",
      "_h:(1, 1)",
      "_h:(2, 0)",
      "a:2",
      "a:10",
      "a:x",
      "map_10",
      "map_9",
    ]);
  });

  it("merge equal directions and see overlaps", () => {
    expect(sizeOf(span())).toBe(0);
    expect(sizeOf(span(makeDirection("a", 1), makeDirection("a", true)))).toBe(1);
    expect(overlap(spaceOf("a", 1, 2), spaceOf("a", 2, 3))).toBe(true);
    expect(overlap(spaceOf("a", 1), spaceOf("b", 1))).toBe(false);
    expect(() => positionOf(span(), BOS)).toThrow('internal: no direction "tokens:bos"');
  });

  it("side by side add up where they share input and output", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => makeDirection(name)) as [
      Direction,
      Direction,
      Direction,
    ];
    const first = linearMap(span(a, b), span(c), [
      [a, c, 1],
      [b, c, 2],
    ]);
    const second = linearMap(span(b), span(a, c), [
      [b, a, 5],
      [b, c, 10],
    ]);
    expect([...entriesOf(inParallel([first, second]))]).toEqual([
      [a, c, 1],
      [b, a, 5],
      [b, c, 12],
    ]);
  });
});

describe("the head of an aggregate", () => {
  const positions = spaceOf("i", 0, 1, 2);
  const values = spaceOf("v", "x", "y");
  const output = spaceOf("o", "x", "y");
  const rows: Rows = [
    { one: 1, "tokens:bos": 1 },
    { one: 1, "i:0": 1, "v:x": 1 },
    { one: 1, "i:1": 1, "v:y": 1 },
    { one: 1, "i:2": 1, "v:y": 1 },
  ];
  const head = (attends: (key: RaspValue, query: RaspValue) => boolean) =>
    aggregateHead("o", { keys: positions, queries: positions, values, output }, BOS, attends);
  const rounded = (table: number[][]) =>
    table.map((row) => row.map((x) => Math.round(x * 1e9) / 1e9));

  it("averages the selected values", () => {
    expect(
      rounded(
        runHead(
          head(() => true),
          rows,
          output.directions,
        ),
      ).slice(1),
    ).toEqual(Array.from({ length: 3 }, () => [0.333333333, 0.666666667]));
    expect(
      rounded(
        runHead(
          head(() => true),
          rows,
          output.directions,
          true,
        ),
      ).slice(1),
    ).toEqual([
      [1, 0],
      [0.5, 0.5],
      [0.333333333, 0.666666667],
    ]);
  });

  it("moves values", () => {
    const previous = head((key, query) => (query as number) === (key as number) + 1);
    expect(rounded(runHead(previous, rows, output.directions)).slice(1)).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
  });

  it("writes nothing where nothing is selected, and nothing at BOS", () => {
    expect(
      rounded(
        runHead(
          head(() => false),
          rows,
          output.directions,
        ),
      ),
    ).toEqual(Array.from({ length: 4 }, () => [0, 0]));
  });
});

describe("categorical MLPs", () => {
  const input = spaceOf("x", -1, 0, 1);

  it("map values, and write nothing for null", () => {
    const output = spaceOf("f", 0, 1);
    const square = categoricalMap("f", input, output, [1, 0, null]);
    const table = runMlp(square, [{ "x:-1": 1 }, { "x:0": 1 }, { "x:1": 1 }], output.directions);
    expect(table).toEqual([
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  it("map values to numbers, but clip negative ones", () => {
    const output = span(makeDirection("f"));
    const half = categoricalToNumericalMap("f", input, output, [-0.5, 0, 0.5]);
    const table = runMlp(half, [{ "x:-1": 1 }, { "x:0": 1 }, { "x:1": 1 }], output.directions);
    expect(table.flat()).toEqual([0, 0, 0.5]);
  });

  it("map pairs of values", () => {
    const other = spaceOf("y", "a", "b");
    const output = spaceOf("f", "-1a", "0a", "0b", "1a", "1b");
    const join = categoricalSequenceMap("f", input, other, output, [
      "-1a",
      null,
      "0a",
      "0b",
      "1a",
      "1b",
    ]);
    const rows = [
      { one: 1, "x:-1": 1, "y:a": 1 },
      { one: 1, "x:-1": 1, "y:b": 1 },
      { one: 1, "x:1": 1, "y:b": 1 },
      { one: 1, "x:1": 1 },
    ];
    expect(runMlp(join, rows, output.directions)).toEqual([
      [1, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0],
    ]);
  });

  it("keep out of each other's way side by side", () => {
    const [f, g] = [spaceOf("f", 1), spaceOf("g", 1)];
    const both = combineMlps([
      categoricalMap("f", input, f, [1, null, null]),
      categoricalMap("g", input, g, [null, null, 1]),
    ]);
    const output = span(f, g).directions;
    expect(runMlp(both, [{ "x:-1": 1 }, { "x:1": 1 }], output)).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe("numerical MLPs", () => {
  const [x, y, f] = ["x", "y", "f"].map((name) => makeDirection(name)) as [
    Direction,
    Direction,
    Direction,
  ];
  const steps = (powers: number) =>
    [-2, -1, 0, 1, 2, 3].map((at) => ({ at, image: [[f, at ** powers]] as const }));

  it.each([1, 2, 3])("are staircases: x to the power of %i", (power) => {
    const mlp = staircase("f", x, span(f), steps(power), 100);
    for (const at of [-2, -1, 0, 1, 2, 3]) {
      expect(runMlp(mlp, [{ one: 1, x: at }], [f])[0]![0]).toBeCloseTo(at ** power, 10);
    }
  });

  it("have ramps of 1/exactness just below the thresholds", () => {
    const mlp = staircase("f", x, span(f), steps(1), 10);
    const at = (value: number) => runMlp(mlp, [{ one: 1, x: value }], [f])[0]![0]!;
    expect(at(0.5)).toBeCloseTo(1, 10);
    expect(at(0.45)).toBeCloseTo(0.5, 10);
    expect(at(0.4)).toBeCloseTo(0, 10);
    expect(at(-9)).toBeCloseTo(-2, 10);
    expect(at(9)).toBeCloseTo(3, 10);
  });

  it("are constant with one step", () => {
    const mlp = staircase("f", x, span(f), [{ at: 0, image: [[f, 7]] }], 100);
    expect(runMlp(mlp, [{ one: 1, x: 5 }], [f])).toEqual([[7]]);
  });

  it.each([
    [1, 1],
    [1, -1],
    [-0.5, 2],
    [0, 0],
  ])("combine linearly: %f·x + %f·y", (a, b) => {
    const mlp = linearCombination("f", x, y, f, a, b);
    for (const [p, q] of [
      [2, 3],
      [-2, 0.5],
      [0, -1],
    ] as const) {
      expect(runMlp(mlp, [{ x: p, y: q }], [f])[0]![0]).toBeCloseTo(a * p + b * q, 12);
    }
    expect(runMlp(linearCombination("f", x, x, f, a, b), [{ x: -2 }], [f])[0]![0]).toBeCloseTo(
      -2 * (a + b),
      12,
    );
  });
});

describe("selector widths", () => {
  const words = spaceOf("tokens", "a", "b");
  const rowsOf = (text: string): Rows => [
    { one: 1, "tokens:bos": 1 },
    ...[...text].map((token) => ({ one: 1, [`tokens:${token}`]: 1 })),
  ];

  function widths(text: string, isNumerical: boolean, isSelected: boolean, causal: boolean) {
    const counts = Array.from({ length: text.length + 1 }, (_, i) => i);
    const output = isNumerical ? span(makeDirection("w")) : spaceOf("w", ...counts);
    const spaces = { keys: words, queries: words, output };
    const component = selectorWidthComponent("w", spaces, BOS, () => isSelected, counts, 100);
    if (component.kind !== "attentionThenMlp") throw new Error("no selector width");
    const blocks: CraftBlock[] = [
      { kind: "attention", slot: 0, heads: [component.head] },
      { kind: "mlp", slot: 1, mlp: component.mlp },
    ];
    return run(blocks, rowsOf(text), output.directions, causal);
  }

  for (const causal of [false, true])
    for (const isSelected of [false, true])
      for (const text of ["", "a", "ab", "abba"]) {
        const expected = [...text].map((_, i) => (isSelected ? (causal ? i + 1 : text.length) : 0));
        const title = `are ${JSON.stringify(expected)} on "${text}"${causal ? " causally" : ""}`;

        it(`${title} as numbers`, () => {
          const computed = widths(text, true, isSelected, causal).slice(1).flat();
          expect(computed.map((w) => Math.round(w * 1e9) / 1e9 + 0)).toEqual(expected);
        });

        it(`${title} as categories, and leave BOS clean`, () => {
          const [bos, ...computed] = widths(text, false, isSelected, causal);
          expect(bos!.every((w) => Math.abs(w) < 1e-9)).toBe(true);
          for (const [i, row] of computed.entries()) {
            expect(row.map((w) => Math.round(w * 1e9) / 1e9 + 0)).toEqual(
              row.map((_, w) => Number(w === expected[i])),
            );
          }
        });
      }

  it("blur from 7 on: 9 is 0.556 of 9 and 0.444 of 8", () => {
    const [, row] = widths("aaaaaaaaa", false, true, false);
    expect(row![9]).toBeCloseTo(0.556, 3);
    expect(row![8]).toBeCloseTo(0.444, 3);
    const numbers = [7, 8, 9, 10, 11, 12].map(
      (n) => widths("a".repeat(n), true, true, false)[1]![0]!,
    );
    for (const [i, stored] of [6.893, 7.694, 8.556, 9.455, 10.379, 11.321].entries()) {
      expect(numbers[i]).toBeCloseTo(stored, 3);
    }
  });

  it("have a direction for every width of long sequences", () => {
    for (const length of [20, 50]) {
      expect(widths("a".repeat(length), false, true, false).length).toBe(length + 1);
    }
  });

  it("share the neuron that cleans BOS in one layer, so that it subtracts once per width", () => {
    const component = (name: string) =>
      selectorWidthComponent(
        name,
        { keys: words, queries: words, output: spaceOf(name, 0, 1, 2) },
        BOS,
        () => true,
        [0, 1, 2],
        100,
      );
    const parts = [component("v"), component("w")];
    const blocks: CraftBlock[] = [
      {
        kind: "attention",
        slot: 0,
        heads: parts.flatMap((p) => (p.kind === "mlp" ? [] : [p.head])),
      },
      {
        kind: "mlp",
        slot: 1,
        mlp: combineMlps(parts.flatMap((p) => (p.kind === "attention" ? [] : [p.mlp]))),
      },
    ];
    const directions = [makeDirection("v", 0), makeDirection("w", 0)];
    const [bos] = run(blocks, rowsOf("ab"), directions);
    expect(bos!.map((x) => Math.round(x * 1e9) / 1e9)).toEqual([-1, -1]);
  });
});
