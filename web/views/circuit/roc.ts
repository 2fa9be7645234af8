import type { RocPoint } from "../../../src/circuit/index.ts";
import { svgEl } from "../dom.ts";

/** A ROC curve with a marker that is moved. */
export interface RocFigure {
  readonly svg: SVGSVGElement;
  /** Puts the marker where a circuit is; takes it away without one. */
  mark(point: Partial<RocPoint> | undefined): void;
}

const SIDE = 180;
const LEFT = 44;
const BELOW = 30;
const TICKS = [0, 0.5, 1];

const x = (fpr: number) => LEFT + fpr * SIDE;
const y = (tpr: number) => 8 + (1 - tpr) * SIDE;

/** The curve of a ranking: true against false positive rate, with the diagonal of chance. */
export function drawRoc(points: readonly RocPoint[], title: string): RocFigure {
  const line = points.map(({ fpr, tpr }) => `${x(fpr)} ${y(tpr)}`).join("L");
  const marker = svgEl("circle", { r: 5, class: "roc-marker" });
  const svg = svgEl(
    "svg",
    {
      class: "roc",
      viewBox: `0 0 ${LEFT + SIDE + 10} ${8 + SIDE + BELOW}`,
      role: "img",
      "aria-label": title,
    },
    [
      svgEl("rect", { x: LEFT, y: 8, width: SIDE, height: SIDE, class: "roc-frame" }),
      svgEl("path", { d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}`, class: "roc-chance" }),
      svgEl("path", { d: `M${line}`, class: "roc-curve" }),
      marker,
      ...TICKS.flatMap((tick) => [
        svgEl("text", { x: x(tick), y: y(0) + 15, class: "roc-tick middle" }, [String(tick)]),
        svgEl("text", { x: LEFT - 5, y: y(tick) + 4, class: "roc-tick end" }, [String(tick)]),
      ]),
      svgEl("text", { x: x(0.5), y: y(0) + 28, class: "roc-tick middle" }, ["false positive rate"]),
      svgEl(
        "text",
        { x: 0, y: 0, class: "roc-tick middle", transform: `translate(11 ${y(0.5)}) rotate(-90)` },
        ["true positive rate"],
      ),
    ],
  );
  return {
    svg,
    mark(point) {
      const { fpr, tpr } = point ?? {};
      const isShown = fpr !== undefined && tpr !== undefined;
      marker.setAttribute("visibility", isShown ? "visible" : "hidden");
      if (!isShown) return;
      marker.setAttribute("cx", String(x(fpr)));
      marker.setAttribute("cy", String(y(tpr)));
    },
  };
}
