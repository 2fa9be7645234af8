import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { circuitOf, fullGraph, type GraphShape, graphCircuit } from "../../circuit/index.ts";
import { layoutOf } from "./layout.ts";
import { type DiagramFacts, diagramOf, type LinkFacts } from "./picture.ts";
import { SIZES } from "./rows.ts";

/** Boxes that a link's line touches although it neither starts nor ends there. */
function touchedBoxes(diagram: DiagramFacts): string[] {
  const { boxes, lines } = layoutOf(diagram);
  return diagram.links.flatMap((link) => {
    const points = lines.get(link.text)!;
    return Array.from(boxes.values())
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
      .map(({ box }) => `${link.from}→${link.to} over ${box.id}`);
  });
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
    const upwards = [...boxes.values()].sort((a, b) => b.top - a.top).map(({ box }) => box.id);
    expect(upwards).toEqual(["input", "a0.0", "m0", "a1.0", "m1", "a2.0", "m2", "resid_post"]);
  });

  it("leads no line over a box, for every circuit", () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.nat()), (shape, picks) => {
        const all = [...graphCircuit(fullGraph(shape)).edges.values()];
        const circuit = circuitOf(picks.map((pick) => all[pick % all.length]!));
        expect(touchedBoxes(diagramOf({ shape, circuit }))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("leads no line over a box in a full graph, and draws every edge", () => {
    const shape = { nLayers: 3, nHeads: 4 };
    const circuit = graphCircuit(fullGraph(shape));
    const diagram = diagramOf({ shape, circuit });
    expect(touchedBoxes(diagram)).toEqual([]);
    expect(layoutOf(diagram).lines.size).toBe(262);
  });

  it("starts every line at its writer and ends it at its reader", () => {
    const shape = { nLayers: 2, nHeads: 3 };
    const diagram = diagramOf({ shape, circuit: graphCircuit(fullGraph(shape)) });
    const { boxes, lines } = layoutOf(diagram);
    for (const link of diagram.links) {
      const [from, to] = [boxes.get(link.from)!, boxes.get(link.to)!];
      const points = lines.get(link.text)!;
      const [first, last] = [points[0]!, points.at(-1)!];
      expect(first.y).toBe(from.top);
      expect(last.y).toBe(to.top + SIZES.boxHeight);
      expect(Math.abs(first.x - from.x)).toBeLessThanOrEqual(from.width / 2);
      expect(Math.abs(last.x - to.x)).toBeLessThanOrEqual(to.width / 2);
    }
  });

  it("reads each link equally often, however many there are", () => {
    const readsPerLink = (shape: GraphShape) => {
      const diagram = diagramOf({ shape, circuit: graphCircuit(fullGraph(shape)) });
      let reads = 0;
      const counted = (link: LinkFacts) =>
        new Proxy(link, {
          get(target, key) {
            reads++;
            return Reflect.get(target, key);
          },
        });
      layoutOf({ ...diagram, links: diagram.links.map(counted) });
      return reads / diagram.links.length;
    };
    // The members of a link, a few times each, and once for each track of its way.
    expect(readsPerLink({ nLayers: 1, nHeads: 2 })).toBeLessThan(25);
    expect(readsPerLink({ nLayers: 6, nHeads: 8 })).toBeLessThan(25);
  });
});
