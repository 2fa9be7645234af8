import type { CircuitDrawing, Part } from "./drawing.ts";

/** What is told of the mouse and the keyboard. */
export interface Listeners {
  point(part: Part | undefined): void;
  pin(part: Part | undefined): void;
  /** Moves the threshold so that one step more or less is in the circuit. */
  step(by: 1 | -1): void;
}

/** The mouse and the keyboard: arrows go from box to box, Enter pins, Escape takes that back. */
export function listen({ svg, boxes }: CircuitDrawing, { point, pin, step }: Listeners): void {
  const partAt = (target: EventTarget | null): Part | undefined => {
    const near = target instanceof Element ? target.closest("[data-edge],[data-box]") : null;
    if (!(near instanceof SVGElement)) return undefined;
    const { edge, box } = near.dataset;
    if (edge !== undefined) return { kind: "edge", id: edge };
    return box === undefined ? undefined : { kind: "box", id: box };
  };
  svg.addEventListener("pointerover", ({ target }) => point(partAt(target)));
  svg.addEventListener("pointerleave", () => point(undefined));
  svg.addEventListener("click", ({ target }) => pin(partAt(target)));
  const elementOf = (id: string) =>
    svg.querySelector<SVGGElement>(`[data-box="${CSS.escape(id)}"]`);
  elementOf(boxes[0]?.box.id ?? "")?.setAttribute("tabindex", "0");
  svg.addEventListener("focusin", ({ target }) => point(partAt(target)));
  svg.addEventListener("keydown", (event) => {
    const part = partAt(event.target);
    const here = boxes.find(({ box }) => part?.kind === "box" && box.id === part.id);
    const aim = AIMS[event.key];
    if (here !== undefined && aim !== undefined) {
      const next = nearest(boxes, here, aim);
      if (next !== undefined) elementOf(next.box.id)?.focus();
    } else if (event.key === "Enter" || event.key === " ") pin(part);
    else if (event.key === "Escape") pin(undefined);
    else if (event.key === "+" || event.key === "-") step(event.key === "+" ? 1 : -1);
    else return;
    event.preventDefault();
  });
}

const AIMS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** The next box in a direction: the nearest row, and in it the nearest box. */
function nearest(
  boxes: CircuitDrawing["boxes"],
  here: CircuitDrawing["boxes"][number],
  [aimX, aimY]: readonly [number, number],
) {
  const ahead = boxes
    .map((box) => ({ box, dx: box.x - here.x, dy: box.top - here.top }))
    .filter(({ dx, dy }) => (aimY === 0 ? dy === 0 && dx * aimX > 0 : dy * aimY > 0))
    .sort((a, b) => Math.abs(a.dy) - Math.abs(b.dy) || Math.abs(a.dx) - Math.abs(b.dx));
  return ahead[0]?.box;
}
