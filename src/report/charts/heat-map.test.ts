import { describe, expect, it } from "vitest";
import { drawHeatMapSvg, type HeatMap, heatMapSpec } from "./heat-map.ts";

const map: HeatMap = {
  title: "AUROC <of> edges",
  axis: "AUROC",
  rows: ["3", "ioi"],
  columns: ["acdc", "eap"],
  cells: [
    [{ value: 1 }, { value: 0 }],
    [{ value: 0.51234 }, { value: undefined, note: "E_TASK: no truth" }],
  ],
};

describe("a heat map", () => {
  const svg = drawHeatMapSvg(map);

  it("has a box with its number per cell, from light to dark", () => {
    expect(svg.match(/<g>/g)).toHaveLength(4);
    expect(svg).toContain('fill="rgb(8,48,107)"');
    expect(svg).toContain('fill="rgb(247,251,255)"');
    expect(svg).toContain(">0.512</text>");
  });

  it("says why there is no number, and escapes what it is given", () => {
    expect(svg).toContain("<title>ioi, eap: –; E_TASK: no truth</title>");
    expect(svg).toContain("AUROC &lt;of&gt; edges");
  });

  it("is drawn without rows, too", () => {
    expect(drawHeatMapSvg({ ...map, rows: [], cells: [] })).toContain("</svg>");
  });

  it("is a specification of Vega-Lite with the same numbers", () => {
    const { data } = heatMapSpec(map);
    expect(data.values[3]).toEqual({
      row: "ioi",
      column: "eap",
      value: null,
      note: "E_TASK: no truth",
    });
    expect(data.values.map(({ value }) => value)).toEqual([1, 0, 0.51234, null]);
  });
});
