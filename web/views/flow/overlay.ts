import type { CircuitDrawing } from "../circuit/drawing.ts";
import { svgEl } from "../dom.ts";
import type { NodeWrites } from "./writes.ts";

/** Height of the largest bar. */
const HIGHEST = 14;
/** Left and right of the bars of a box. */
const MARGIN = 5;
const WIDEST = 9;

/** What is drawn over a circuit while an input goes through it. */
export interface Overlay {
  /**
   * Shows what was written up to a step: a bar for each position on every box, and the lines that carry what is
   * written in that step.
   *
   * @param carries whether a line is in the circuit
   */
  show(nodes: readonly NodeWrites[], step: number, carries: (edge: string) => boolean): void;
}

export function overlay(drawing: CircuitDrawing): Overlay {
  const places = new Map(drawing.boxes.map((shape) => [shape.box.id, shape]));
  const groups = new Map(
    Array.from(drawing.svg.querySelectorAll<SVGElement>("[data-box]"), (group) => [
      group.dataset.box!,
      group,
    ]),
  );
  const barsOf = ({ box, norms }: NodeWrites, largest: number): SVGElement[] => {
    const place = places.get(box);
    if (place === undefined) return [];
    const pitch = (place.width - 2 * MARGIN) / norms.length;
    const width = Math.min(WIDEST, 0.8 * pitch);
    return norms.map((norm, position) => {
      const height = Math.max(1, (HIGHEST * norm) / largest);
      const x = place.left + MARGIN + (position + 0.5) * pitch - width / 2;
      return svgEl("rect", {
        class: "flow-bar",
        x,
        y: place.top - height - 1,
        width,
        height,
        rx: 1,
      });
    });
  };
  return {
    show(nodes, step, carries) {
      const stepOf = new Map(nodes.map((node) => [node.box, node.step]));
      const largest = Math.max(1e-9, ...nodes.flatMap(({ norms }) => norms));
      const end = 1 + Math.max(...stepOf.values());
      for (const [box, group] of groups) {
        const own = stepOf.get(box) ?? end;
        group.dataset.flow = own > step ? "later" : own === step ? "now" : "before";
      }
      const moving = drawing.links.filter(
        ({ text, from }) => stepOf.get(from) === step && carries(text),
      );
      drawing.over.replaceChildren(
        ...moving.map(({ text }) =>
          svgEl("path", { class: "flow-pulse", d: drawing.pathOf(text) }),
        ),
        ...nodes.flatMap((node) => (node.step > step ? [] : barsOf(node, largest))),
      );
    },
  };
}
