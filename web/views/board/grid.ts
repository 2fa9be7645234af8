import { drawHeatMapSvg, type HeatMap } from "../../../src/report/index.ts";
import { chartElement } from "../chart.ts";

/** A cell by its place. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
};

/**
 * The heat map of the command line, with cells that can be pressed: by mouse, or by arrow keys and Enter. One
 * cell at a time is reached by Tab.
 */
export function heatGrid(
  map: HeatMap,
  chosen: Place | undefined,
  onChoose: (place: Place) => void,
): SVGSVGElement {
  const svg = chartElement(drawHeatMapSvg(map));
  svg.classList.add("board-map");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", map.title);
  const cells = [...svg.querySelectorAll<SVGGElement>(":scope > g")];
  const columns = map.columns.length;
  const at = ({ row, column }: Place) => row * columns + column;
  let reached = chosen === undefined ? 0 : at(chosen);
  for (const [i, cell] of cells.entries()) {
    cell.setAttribute("role", "button");
    cell.setAttribute("aria-label", cell.querySelector("title")?.textContent ?? "");
    cell.setAttribute("aria-pressed", String(chosen !== undefined && i === at(chosen)));
    cell.setAttribute("tabindex", i === reached ? "0" : "-1");
  }
  const placeOf = (target: EventTarget | null): Place | undefined => {
    const cell = target instanceof Element ? target.closest<SVGGElement>("g") : null;
    const i = cell === null ? -1 : cells.indexOf(cell);
    return i < 0 ? undefined : { row: Math.floor(i / columns), column: i % columns };
  };
  svg.addEventListener("click", ({ target }) => {
    const place = placeOf(target);
    if (place !== undefined) onChoose(place);
  });
  svg.addEventListener("keydown", (event) => {
    const place = placeOf(event.target);
    const step = STEPS[event.key];
    if (place === undefined || (step === undefined && event.key !== "Enter" && event.key !== " ")) {
      return;
    }
    event.preventDefault();
    if (step === undefined) return onChoose(place);
    const within = (x: number, most: number) => Math.min(most - 1, Math.max(0, x));
    cells[reached]!.setAttribute("tabindex", "-1");
    reached = at({
      row: within(place.row + step[0], map.rows.length),
      column: within(place.column + step[1], columns),
    });
    cells[reached]!.setAttribute("tabindex", "0");
    cells[reached]!.focus();
  });
  return svg;
}
