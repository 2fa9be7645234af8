import "./circuit-map.css";
import { type CircuitTexts, circuitFromTexts, type GraphShape } from "../../src/circuit/index.ts";
import { diagramOf, type Layout, layoutOf, linkPath, SIZES } from "../../src/report/index.ts";
import type { Mount, View } from "./contract.ts";
import { svgEl } from "./dom.ts";

/** A circuit in its model, as small as it is wanted. */
export interface CircuitMapProps {
  /** What it is, for those who cannot see it. */
  readonly title: string;
  readonly shape: GraphShape;
  readonly circuit: CircuitTexts;
  /** Names in the boxes, and boxes that can be pressed. Without it it is a picture. */
  readonly onPick?: ((box: string) => void) | undefined;
  /** Boxes that can be pressed, to be pointed out or not. Default: those with words below their names. */
  readonly toggles?: ReadonlySet<string> | undefined;
  /** Boxes that are pointed out: `a1.2`. */
  readonly marked?: ReadonlySet<string> | undefined;
  /** Words below the names of boxes, by box: the variables that they hold. */
  readonly notes?: ReadonlyMap<string, string> | undefined;
}

/** The circuit, with the geometry of the drawings of the command line. */
export const mountCircuitMap: Mount<CircuitMapProps> = (element, first) => {
  let props = first;
  const draw = () => element.replaceChildren(drawn(props));
  draw();
  return {
    update: (next) => {
      props = next;
      const focused = element.querySelector<SVGElement>("[data-box]:focus")?.dataset.box;
      draw();
      if (focused !== undefined) {
        element.querySelector<SVGElement>(`[data-box="${focused}"]`)?.focus();
      }
    },
    destroy: () => element.replaceChildren(),
    snapshot: () => ({ data: { shape: props.shape, ...props.circuit } }),
  } satisfies View<CircuitMapProps>;
};

function drawn(props: CircuitMapProps): SVGElement {
  const { title, shape, circuit, onPick } = props;
  const diagram = diagramOf({ shape, circuit: circuitFromTexts(circuit.edges, circuit.nodes) });
  const layout = layoutOf(diagram);
  const inside = new Set(diagram.boxes.filter(({ mark }) => mark === "inside").map(({ id }) => id));
  const isPicture = onPick === undefined;
  const margin = isPicture ? 4 : 10;
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin];
  const svg = svgEl(
    "svg",
    {
      class: isPicture ? "map map-picture" : "map",
      viewBox: `${-margin} ${-margin} ${width} ${height}`,
      role: isPicture ? "img" : "group",
      "aria-label": title,
      ...(isPicture ? {} : { width, height }),
    },
    [
      ...bands(layout),
      ...diagram.links.map(({ text }) =>
        svgEl("path", { class: "map-link", d: linkPath(layout.lines.get(text)!, 0) }),
      ),
      ...[...layout.boxes.keys()].map((id) => boxElement(id, layout, inside.has(id), props)),
    ],
  );
  return svg;
}

const bands = ({ bands, width }: Layout) =>
  bands.map(({ top, height }) =>
    svgEl("rect", {
      class: "map-band",
      x: -4,
      y: top - 6,
      width: width + 8,
      height: height + 12,
      rx: 8,
    }),
  );

function boxElement(
  id: string,
  { boxes }: Layout,
  isInside: boolean,
  { onPick, toggles, marked, notes }: CircuitMapProps,
): SVGElement {
  const { left, top, width, x } = boxes.get(id)!;
  const names = [isInside ? "map-inside" : "map-outside", marked?.has(id) ? "map-marked" : ""];
  const rect = svgEl("rect", { x: left, y: top, width, height: SIZES.boxHeight, rx: 6 });
  if (onPick === undefined) return svgEl("g", { class: names.join(" ") }, [rect]);
  const note = notes?.get(id);
  const box = svgEl(
    "g",
    {
      class: names.join(" "),
      "data-box": id,
      "aria-label": note === undefined ? id : `${id}: ${note}`,
    },
    [rect, svgEl("text", { x, y: top + 19.5, "text-anchor": "middle" }, [id])],
  );
  if (note !== undefined) box.append(svgEl("title", {}, [`${id}: ${note}`]));
  if (toggles === undefined ? note === undefined : !toggles.has(id)) return box;
  if (toggles !== undefined) box.setAttribute("aria-pressed", String(marked?.has(id) === true));
  const pick = () => onPick(id);
  box.setAttribute("role", "button");
  box.setAttribute("tabindex", "0");
  box.addEventListener("click", pick);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pick();
  });
  return box;
}
