import type { AcdcSteps } from "../../engine/methods/acdc-steps.ts";
import { svgEl } from "../dom.ts";

const WIDTH = 260;
const HEIGHT = 120;
const LEFT = 40;
const BELOW = 28;
/** Smaller changes are drawn as this one: the axis is logarithmic. */
const LEAST = 1e-6;

/** The change of every decision, in order, on a logarithmic axis with the threshold; and where one is. */
export function drawChanges({ steps, threshold }: AcdcSteps): {
  readonly svg: SVGSVGElement;
  mark(step: number): void;
} {
  const largest = steps.reduce((most, { change }) => Math.max(most, change), threshold) * 1.5;
  const [low, high] = [Math.log10(LEAST), Math.log10(largest)];
  const x = (i: number) => LEFT + ((i + 0.5) / Math.max(1, steps.length)) * WIDTH;
  const y = (change: number) =>
    8 + HEIGHT * (1 - (Math.log10(Math.max(LEAST, change)) - low) / (high - low));
  const cursor = svgEl("path", { class: "acdc-cursor" });
  const svg = svgEl(
    "svg",
    {
      class: "acdc-changes",
      viewBox: `0 0 ${LEFT + WIDTH + 8} ${HEIGHT + BELOW + 8}`,
      role: "img",
      "aria-label":
        "how much the loss rises without each edge, in the order in which they are judged",
    },
    [
      svgEl("path", {
        class: "acdc-threshold",
        d: `M${LEFT} ${y(threshold)}H${LEFT + WIDTH}`,
      }),
      ...steps.map(({ change, isRemoved }, i) =>
        svgEl("circle", {
          class: isRemoved ? "removed" : "kept",
          cx: x(i),
          cy: y(change),
          r: isRemoved ? 1.8 : 3,
        }),
      ),
      cursor,
      svgEl("text", { x: LEFT - 4, y: y(threshold) + 4, class: "end" }, [String(threshold)]),
      svgEl("text", { x: LEFT - 4, y: y(LEAST), class: "end" }, ["≤ 10⁻⁶"]),
      svgEl("text", { x: LEFT + WIDTH / 2, y: HEIGHT + BELOW + 2, class: "middle" }, [
        "edges as they are judged, rise of the loss",
      ]),
    ],
  );
  return {
    svg,
    mark(step) {
      const at = step === 0 ? LEFT : x(step - 1);
      cursor.setAttribute("d", `M${at} 8V${HEIGHT + 8}`);
    },
  };
}
