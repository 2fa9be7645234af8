import { describe, expect, it } from "vitest";
import { drawRankDiagramSvg, rankCliques, rankDiagramSpec } from "../index.ts";

describe("a diagram of critical differences", () => {
  it("has the largest sets of methods that cannot be told apart", () => {
    expect(rankCliques([1, 2, 2.5, 4], 1)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(rankCliques([1, 2, 3], 2)).toEqual([[0, 2]]);
    expect(rankCliques([1, 2, 3], 0.5)).toEqual([]);
    expect(rankCliques([], 1)).toEqual([]);
  });

  it("names every method once, by its rank", () => {
    const diagram = {
      title: "Ranks <of> methods",
      criticalDifference: 1.2,
      methods: [
        { name: "random", rank: 3 },
        { name: "eap", rank: 1.5 },
        { name: "exact", rank: 1.5 },
      ],
    };
    const svg = drawRankDiagramSvg(diagram);
    for (const text of ["eap (1.5)", "exact (1.5)", "random (3)", "critical difference 1.2"]) {
      expect(svg.split(text)).toHaveLength(2);
    }
    expect(svg).toContain("Ranks &lt;of&gt; methods");
    expect(svg.match(/stroke-linecap/g)).toHaveLength(1);
    expect(rankDiagramSpec(diagram).layer[0].data.values).toEqual([
      { name: "eap", from: 1.5, to: 1.5 },
    ]);
  });
});
