import "./chart.css";
import { drawLinesSvg, type LineChart, linesSpec } from "../../src/report/index.ts";
import type { Snapshot } from "./contract.ts";
import { el, reachIfScrolled } from "./dom.ts";

/** A picture that the library drew, in the colours of the page: its own colours are taken for what they mean. */
export function chartElement(svg: string): SVGSVGElement {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const element = document.importNode(parsed, true) as unknown as SVGSVGElement;
  element.classList.add("chart");
  return element;
}

/** Charts in place of what an element has, each to be scrolled, by keyboard too, where it does not fit. */
export function showCharts(element: HTMLElement, charts: readonly LineChart[]): void {
  const parts = charts.map((chart) => ({
    title: chart.title,
    part: el("div", { class: "scrolls" }, [chartElement(drawLinesSvg(chart))]),
  }));
  element.replaceChildren(...parts.map(({ part }) => part));
  for (const { part, title } of parts) reachIfScrolled(part, title);
}

const OPENING = /^<svg [^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*?>/;

/** Pictures one below the other, as one. */
export function stackedSvg(pictures: readonly string[]): string {
  let [width, height] = [0, 0];
  const placed = pictures.map((picture) => {
    const [, w, h] = OPENING.exec(picture)!;
    const top = height;
    [width, height] = [Math.max(width, Number(w)), height + Number(h)];
    return picture.replace("<svg ", `<svg y="${top}" `);
  });
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${placed.join("")}</svg>\n`;
}

/** Charts as they are kept: one picture, and one specification. */
export const chartFiles = (charts: readonly LineChart[]): Pick<Snapshot, "svg" | "vegaLite"> => ({
  svg: stackedSvg(charts.map(drawLinesSvg)),
  vegaLite: { vconcat: charts.map(linesSpec) },
});
