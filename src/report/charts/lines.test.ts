import { describe, expect, it } from "vitest";
import { drawLinesSvg, type LineChart, linesSpec } from "../index.ts";

const chart: LineChart = {
  title: "Two <lines>",
  x: { title: "share", domain: [0.001, 1], scale: "log" },
  y: { title: "faithfulness", domain: [0, 1] },
  valueName: "area",
  series: [
    {
      name: "eap",
      value: 0.5,
      points: [
        { x: 0.001, y: 0, interval: { low: 0, high: 0.1 } },
        { x: 0.1, y: 0.5, interval: { low: 0.4, high: 7 } },
        { x: 1, y: 1 },
      ],
    },
    { name: "chance", isReference: true, points: [] },
  ],
};

const many = (count: number): LineChart => ({
  ...chart,
  series: [
    ...Array.from({ length: count }, (_, i) => ({ ...chart.series[0]!, name: `method ${i}` })),
    chart.series[1]!,
  ],
});

/** The ways of all lines that are no bands. */
const linesOf = (svg: string) =>
  [...svg.matchAll(/<path d="([^"]*)" fill="none"/g)].map(([, d]) => d!);

describe("a chart of lines", () => {
  it("goes through its points, thirds of a logarithmic axis being powers of ten", () => {
    const [way] = linesOf(drawLinesSvg(chart));
    const xs = [...way!.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x]) => Number(x));
    expect(xs).toHaveLength(3);
    expect((xs[1]! - xs[0]!) / (xs[2]! - xs[0]!)).toBeCloseTo(2 / 3, 3);
  });

  it("keeps bands within the plot, names lines with their numbers, and escapes texts", () => {
    const svg = drawLinesSvg(chart);
    const [, band] = /<path d="([^"]*)Z"/.exec(svg)!;
    for (const [, y] of band!.matchAll(/[ML][\d.]+ ([\d.]+)/g)) {
      expect(Number(y)).toBeGreaterThanOrEqual(46);
    }
    for (const text of ["eap (0.5)", "chance", "Two &lt;lines&gt;", "in brackets: area"]) {
      expect(svg).toContain(text);
    }
  });

  it("tells lines apart by their dashes, and has the size that is wanted", () => {
    const dashed = {
      ...chart,
      series: chart.series.map((one) => ({ ...one, dash: "2 3" })),
      plot: { width: 100, height: 80 },
    };
    const svg = drawLinesSvg(dashed);
    expect(svg).toContain('stroke-dasharray="2 3"');
    expect(
      Math.max(...[...linesOf(svg)[0]!.matchAll(/[ML]([\d.]+)/g)].map(([, x]) => Number(x))),
    ).toBe(62 + 100);
    const heightOf = (picture: string) => Number(/ height="([\d.]+)"/.exec(picture)![1]);
    const below = drawLinesSvg({ ...dashed, legend: "below" });
    expect(heightOf(below) - heightOf(svg)).toBe(20 * 3);
    const spec = linesSpec(dashed);
    expect(spec).toMatchObject({ width: 100, height: 80 });
    expect(JSON.stringify(spec)).toContain('"range":[[2,3],[2,3]]');
  });

  it("has a panel for each of many lines, over all others", () => {
    const svg = drawLinesSvg(many(7));
    // Each by itself, and all of them once behind every panel.
    expect(linesOf(svg)).toHaveLength(7 + 7);
    expect(svg.match(/<use href="#lines-behind"/g)).toHaveLength(7);
    expect(svg.match(/font-size="11" x="[\d.]+" font-weight="600"/g)).toHaveLength(7);
    expect(svg).not.toContain("NaN");
  });

  it("is a specification of Vega-Lite with the same numbers", () => {
    const together = linesSpec(chart);
    expect(together.data.values[1]).toEqual({
      series: "eap (0.5)",
      x: 0.1,
      y: 0.5,
      low: 0.4,
      high: 7,
      index: 1,
    });
    expect(together).toHaveProperty("layer");
    expect(linesSpec(many(7))).toMatchObject({ facet: { field: "series" } });
  });
});
