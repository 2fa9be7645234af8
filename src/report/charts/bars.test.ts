import { describe, expect, it } from "vitest";
import { type BarChart, barsSpec, drawBarsSvg } from "../index.ts";

const chart: BarChart = {
  title: "Two <things>",
  axis: "share",
  series: ["mean", "zero"],
  groups: [
    { label: "a", bars: [{ value: 0.5, interval: { low: 0.4, high: 0.7 } }, { value: 1 }] },
    { label: "b", bars: [{ value: undefined }, { value: -0.25 }] },
  ],
};

/** The attributes of all elements of a name. */
const elements = (svg: string, name: string) =>
  [...svg.matchAll(new RegExp(`<${name}( [^>]*?)/?>`, "g"))].map(([, attributes = ""]) =>
    Object.fromEntries([...attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)].map((m) => [m[1], m[2]])),
  );

describe("a bar chart", () => {
  it("has a bar for every value that is defined, from 0", () => {
    const svg = drawBarsSvg(chart);
    // The background, two squares of the legend, three bars.
    const bars = elements(svg, "rect").slice(3);
    expect(bars).toHaveLength(3);
    const [half, whole, negative] = bars.map(({ x, width }) => [Number(x), Number(width)]);
    expect(half![0]).toBe(whole![0]);
    expect(whole![1]! / half![1]!).toBeCloseTo(2, 1);
    expect(negative![0]! + negative![1]!).toBeCloseTo(whole![0]!, 1);
    expect(half![1]! / negative![1]!).toBeCloseTo(2, 1);
  });

  it("writes values beside their bars, and escapes texts", () => {
    const svg = drawBarsSvg(chart);
    for (const text of [">0.5<", ">1<", ">–<", ">-0.25<", "Two &lt;things&gt;"]) {
      expect(svg).toContain(text);
    }
  });

  it("draws whiskers for intervals that are not empty", () => {
    expect(elements(drawBarsSvg(chart), "path")).toHaveLength(1);
    const exact = { value: 1, interval: { low: 1, high: 1 } };
    const groups = [{ label: "a", bars: [exact] }];
    expect(elements(drawBarsSvg({ ...chart, groups }), "path")).toHaveLength(0);
  });

  it("goes from 0 to 1 without values", () => {
    const svg = drawBarsSvg({ ...chart, groups: [] });
    expect(svg).toContain(">0.2<");
    expect(svg).not.toContain("NaN");
  });

  it("is the same as a specification of Vega-Lite, with every number in it", () => {
    const { title, data, layer } = barsSpec(chart);
    expect(title).toBe(chart.title);
    expect(data.values).toEqual([
      { group: "a", series: "mean", value: 0.5, low: 0.4, high: 0.7 },
      { group: "a", series: "zero", value: 1, low: null, high: null },
      { group: "b", series: "mean", value: null, low: null, high: null },
      { group: "b", series: "zero", value: -0.25, low: null, high: null },
    ]);
    expect(layer[0].encoding.color.scale.range).toHaveLength(2);
  });
});
