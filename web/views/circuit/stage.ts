import { el } from "../dom.ts";
import { isLarge } from "./curves.ts";
import { drawGraph, type Painting, type Part } from "./drawing.ts";
import { edgeMatrix } from "./edge-matrix.ts";
import type { CircuitFacts, Detail } from "./facts.ts";
import { type Listeners, listen } from "./listen.ts";

/** All that is drawn of a circuit at a level of detail. */
export interface Stage {
  readonly root: HTMLElement;
  paint(painting: Painting): void;
  point(part: Part | undefined, pinned: Part | undefined): void;
}

/** Curves; of a large model the strongest as curves and all as cells. */
export function stageOfGraph(
  facts: CircuitFacts,
  detail: Detail,
  title: string,
  listeners: Listeners,
): Stage {
  const drawing = drawGraph(facts, detail, title);
  listen(drawing, listeners);
  const curves = el("div", { class: "scrolls" }, [drawing.svg]);
  if (!isLarge(facts, detail)) return { root: curves, paint: drawing.paint, point: drawing.point };
  const boxes = drawing.boxes.map(({ box }) => box.id);
  const matrix = edgeMatrix(facts.whole[detail], facts.shape, boxes, listeners);
  const note = el("p", { class: "note" }, [
    `Curves: the ${drawing.links.length} edges that are true or ranked highest.`,
  ]);
  return {
    root: el("div", {}, [matrix.root, note, curves]),
    paint(painting) {
      drawing.paint(painting);
      matrix.paint(painting);
    },
    point(part, pinned) {
      drawing.point(part, pinned);
      matrix.point(part ?? pinned);
    },
  };
}
