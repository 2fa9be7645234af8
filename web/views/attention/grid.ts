import { el } from "../dom.ts";
import { nextTask } from "../in-turn.ts";
import { attentionAt, type Head, headsOf, headText, type Patterns } from "./patterns.ts";

/** What attention is painted with, on light and dark ground. */
const INK = [64, 132, 214] as const;

/** All heads of a model as small pictures, layers upwards, of which one is chosen. */
export function headGrid(
  model: Parameters<typeof headsOf>[0],
  notes: ReadonlyMap<string, string>,
  onPick: (head: Head) => void,
) {
  const heads = headsOf(model);
  const tiles = heads.map((head) => {
    const box = `a${headText(head)}`;
    const note = notes.get(box);
    const canvas = el("canvas", { "aria-hidden": "true" });
    const button = el(
      "button",
      { type: "button", class: note === undefined ? "tile" : "tile tile-holds", title: note },
      [
        canvas,
        el("span", {}, [box]),
        ...(note === undefined ? [] : [el("span", { class: "unseen" }, [` holds ${note}`])]),
      ],
    );
    button.addEventListener("click", () => onPick(head));
    return { head, canvas, button };
  });
  const rows = Array.from({ length: model.config.nLayers }, (_, layer) =>
    el(
      "div",
      { class: "tiles-row" },
      tiles.filter(({ head }) => head.layer === layer).map(({ button }) => button),
    ),
  );
  let painted: Patterns | undefined;
  return {
    root: el("div", { class: "tiles", role: "group", "aria-label": "Heads" }, rows.reverse()),
    /** Layer by layer, each in a task of its own: canvases take a while to begin. */
    async paint(patterns: Patterns) {
      painted = patterns;
      for (const { head, canvas } of tiles) {
        if (head.head === 0) await nextTask();
        if (painted !== patterns) return;
        paintTile(canvas, patterns, head);
      }
    },
    mark(chosen: Head) {
      for (const { head, button } of tiles) {
        button.setAttribute("aria-pressed", String(headText(head) === headText(chosen)));
      }
    },
  };
}

/** One pixel for each pair of positions. */
function paintTile(canvas: HTMLCanvasElement, patterns: Patterns, head: Head): void {
  const size = patterns.names.length;
  [canvas.width, canvas.height] = [size, size];
  const pixels = new ImageData(size, size);
  for (let query = 0; query < size; query++) {
    for (let key = 0; key < size; key++) {
      const alpha = Math.round(255 * attentionAt(patterns, head, query, key));
      pixels.data.set([...INK, alpha], 4 * (query * size + key));
    }
  }
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
}
