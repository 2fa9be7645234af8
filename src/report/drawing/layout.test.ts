import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { circuitOf, fullGraph, graphCircuit } from "../../circuit/index.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { diagramOf } from "./picture.ts";
import { SIZES } from "./rows.ts";

/** Boxes that a link's line touches although it neither starts nor ends there. */
function touchedBoxes(layout: Layout): string[] {
  return layout.links.flatMap(({ link, points }) =>
    layout.boxes
      .filter(({ box }) => box.id !== link.from && box.id !== link.to)
      .filter((box) =>
        points.some(
          ({ x, y }, i) =>
            i > 0 &&
            // Between the two points of a row the line is vertical; elsewhere it is between rows.
            Math.abs(x - points[i - 1]!.x) < 0.01 &&
            Math.min(y, points[i - 1]!.y) < box.top + SIZES.boxHeight &&
            Math.max(y, points[i - 1]!.y) > box.top &&
            x > box.left - 1 &&
            x < box.left + box.width + 1,
        ),
      )
      .map(({ box }) => `${link.from}→${link.to} over ${box.id}`),
  );
}

const shapes = fc.record({
  nLayers: fc.integer({ min: 1, max: 4 }),
  nHeads: fc.integer({ min: 1, max: 5 }),
  attnOnly: fc.boolean(),
});

describe("layoutOf", () => {
  it("stacks layers upwards", () => {
    const shape = { nLayers: 3, nHeads: 1 };
    const { boxes } = layoutOf(diagramOf({ shape, circuit: circuitOf([]) }));
    const upwards = [...boxes].sort((a, b) => b.top - a.top).map(({ box }) => box.id);
    expect(upwards).toEqual(["input", "a0.0", "m0", "a1.0", "m1", "a2.0", "m2", "resid_post"]);
  });

  it("leads no line over a box, for every circuit", () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.nat()), (shape, picks) => {
        const all = [...graphCircuit(fullGraph(shape)).edges.values()];
        const circuit = circuitOf(picks.map((pick) => all[pick % all.length]!));
        expect(touchedBoxes(layoutOf(diagramOf({ shape, circuit })))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("leads no line over a box in a full graph, and draws every edge", () => {
    const shape = { nLayers: 3, nHeads: 4 };
    const circuit = graphCircuit(fullGraph(shape));
    const layout = layoutOf(diagramOf({ shape, circuit }));
    expect(touchedBoxes(layout)).toEqual([]);
    expect(layout.links.length).toBe(262);
  });

  it("starts every line at its writer and ends it at its reader", () => {
    const shape = { nLayers: 2, nHeads: 3 };
    const layout = layoutOf(diagramOf({ shape, circuit: graphCircuit(fullGraph(shape)) }));
    const box = new Map(layout.boxes.map((placed) => [placed.box.id, placed]));
    for (const { link, points } of layout.links) {
      const [from, to] = [box.get(link.from)!, box.get(link.to)!];
      const [first, last] = [points[0]!, points.at(-1)!];
      expect(first.y).toBe(from.top);
      expect(last.y).toBe(to.top + SIZES.boxHeight);
      expect(Math.abs(first.x - from.x)).toBeLessThanOrEqual(from.width / 2);
      expect(Math.abs(last.x - to.x)).toBeLessThanOrEqual(to.width / 2);
    }
  });
});
