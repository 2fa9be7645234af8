import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { circuitFromTexts, circuitOf, fullGraph, graphCircuit } from "../../circuit/index.ts";
import { diagramOf, type Link } from "./picture.ts";
import { type Grid, gridOf, type PlacedBox } from "./rows.ts";
import { chooseTracks, type TrackChoice } from "./track-choice.ts";
import { type Tracks, tracksOf } from "./tracks.ts";

/** What a choice costs: 6 per link met in a row, 24 per turn, and the way sideways. */
function costOf(
  [from, to]: readonly [PlacedBox, PlacedBox],
  { xs, freeWidth }: Tracks,
  load: ReadonlyMap<string, number>,
  choice: TrackChoice,
): number {
  const sideways = ({ x, width, isBar }: PlacedBox, at: number) =>
    isBar ? Math.max(0, Math.abs(at - x) - width / 2) : Math.abs(at - x);
  return choice.reduce((cost, track, i) => {
    const row = from.row + 1 + i;
    if (freeWidth(track, row) <= 0) return Number.POSITIVE_INFINITY;
    const [x, before] = [xs[track]!, choice[i - 1]];
    const arrival =
      before === undefined
        ? sideways(from, x)
        : (before === track ? 0 : 24) + Math.abs(x - xs[before]!);
    const leaving = i + 1 === choice.length ? sideways(to, x) : 0;
    return cost + arrival + 6 * (load.get(`${track}@${row}`) ?? 0) + leaving;
  }, 0);
}

/** The least cost of any choice, by trying all. */
function leastCost(cost: (choice: TrackChoice) => number, rows: number, tracks: number): number {
  let choices: number[][] = [[]];
  for (let row = 0; row < rows; row++) {
    choices = choices.flatMap((choice) => Array.from({ length: tracks }, (_, t) => [...choice, t]));
  }
  return Math.min(...choices.map(cost));
}

function endsOf({ boxes }: Grid, { from, to }: Link): [PlacedBox, PlacedBox] {
  return [boxes.get(from)!, boxes.get(to)!];
}

const cases = fc.record({
  shape: fc.constantFrom(
    { nLayers: 2, nHeads: 1 },
    { nLayers: 1, nHeads: 3 },
    { nLayers: 3, nHeads: 2, attnOnly: true },
  ),
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 25 }),
});

describe("chooseTracks", () => {
  it("gives each link the cheapest tracks, given the links before it", () => {
    fc.assert(
      fc.property(cases, ({ shape, picks }) => {
        const all = [...graphCircuit(fullGraph(shape)).edges.values()];
        const circuit = circuitOf(picks.map((pick) => all[pick % all.length]!));
        const diagram = diagramOf({ shape, circuit });
        const { links } = diagram;
        const grid = gridOf(diagram);
        const tracks = tracksOf(grid);
        const load = new Map<string, number>();
        chooseTracks(grid, tracks, links).forEach((choice, i) => {
          const ends = endsOf(grid, links[i]!);
          const rows = ends[1].row - ends[0].row - 1;
          const cost = (tried: TrackChoice) => costOf(ends, tracks, load, tried);
          expect(choice).toHaveLength(Math.max(0, rows));
          expect(cost(choice)).toBe(leastCost(cost, choice.length, tracks.xs.length));
          choice.forEach((track, k) => {
            const key = `${track}@${ends[0].row + 1 + k}`;
            load.set(key, (load.get(key) ?? 0) + 1);
          });
        });
      }),
      { numRuns: 25 },
    );
  });

  it("takes the leftmost of equally cheap tracks", () => {
    const circuit = circuitFromTexts([["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post"]]);
    const diagram = diagramOf({ shape: { nLayers: 1, nHeads: 1 }, circuit });
    const grid = gridOf(diagram);
    const tracks = tracksOf(grid);
    expect(tracks.xs).toHaveLength(3);
    expect(chooseTracks(grid, tracks, diagram.links)).toEqual([[0, 0]]);
  });
});
