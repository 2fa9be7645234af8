import { describe, expect, it } from "vitest";
import { type BoxPlot, boxPlotSpec, drawBoxPlotSvg } from "../index.ts";

const named = (values: readonly number[]) =>
  values.map((value, i) => ({ name: `case ${i}`, value }));

const plot: BoxPlot = {
  title: "By <algorithm>",
  axis: { title: "AUROC", domain: [0, 1] },
  groups: [
    { label: "eap", values: named([0, 0.5, 0.5, 0.6, 0.7, 0.7, 0.8]) },
    { label: "none", values: [] },
  ],
};

/** The numbers of attributes of all elements of a name. */
const places = (svg: string, name: string, attributes: readonly string[]) =>
  [...svg.matchAll(new RegExp(`<${name} [^>]*>`, "g"))].map(([text]) =>
    attributes.map((key) => Number(new RegExp(` ${key}="([^"]*)"`).exec(text)?.[1])),
  );

describe("a box plot", () => {
  const svg = drawBoxPlotSvg(plot);

  it("has a dot for every number, and a box from quartile to quartile", () => {
    const dots = places(svg, "circle", ["cx"]).map(([x]) => x!);
    expect(dots).toHaveLength(7);
    const width = (dots[6]! - dots[0]!) / 0.8;
    const [, box] = places(svg, "rect", ["x", "width"]);
    expect((box![0]! - dots[0]!) / width).toBeCloseTo(0.5, 3);
    expect(box![1]! / width).toBeCloseTo(0.2, 3);
  });

  it("ends whiskers at the last number within 1.5 times the distance of the quartiles", () => {
    const dots = places(svg, "circle", ["cx"]).map(([x]) => x!);
    const ends = places(svg, "line", ["x1", "x2", "y1", "y2"])
      .filter(([, , y1, y2]) => y1 === y2)
      .flat();
    // 0 lies further out, and is a dot alone.
    expect(ends).not.toContain(dots[0]);
    expect(ends).toContain(dots[6]);
  });

  it("is the same for Vega-Lite", () => {
    expect(boxPlotSpec(plot).data.values).toHaveLength(7);
    expect(svg).toContain("By &lt;algorithm&gt;");
  });
});
