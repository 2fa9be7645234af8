import "./matrix.css";
import type { Mount, View } from "./contract.ts";
import { el, reachIfScrolled } from "./dom.ts";

/** Numbers or truth values with names at both sides: a selector, an attention pattern, activations. */
export interface MatrixProps {
  /** What it is, for those who cannot see it: `attention of head 2 in layer 1`. */
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** What rows and columns are: `query`, `key`. */
  readonly axes: readonly [rows: string, columns: string];
  /** `[row, column]`, from −1 to 1 as colours go; what is shown of a cell is `text`. */
  readonly value: (row: number, column: number) => number;
  readonly text: (row: number, column: number) => string;
  /** Rows that are pointed out. */
  readonly marked?: ReadonlySet<number> | undefined;
}

/** A matrix of which nothing is known yet. */
export const EMPTY_MATRIX: MatrixProps = {
  title: "",
  rows: [],
  columns: [],
  axes: ["", ""],
  value: () => 0,
  text: () => "",
};

/** A table of coloured cells, read like any other table by screen readers. */
export const mountMatrix: Mount<MatrixProps> = (element, first) => {
  let props = first;
  const draw = () => {
    element.replaceChildren(tableOf(props));
    reachIfScrolled(element, props.title);
  };
  draw();
  return {
    update: (next) => {
      props = next;
      draw();
    },
    destroy: () => element.replaceChildren(),
    snapshot: () => ({ data: dataOf(props) }),
  } satisfies View<MatrixProps>;
};

function tableOf({ title, rows, columns, axes, value, text, marked }: MatrixProps): HTMLElement {
  const header = el("tr", {}, [
    el("td", { class: "matrix-corner" }, [`${axes[0]} ↓ ${axes[1]} →`]),
    ...columns.map((name) => el("th", { scope: "col" }, [name])),
  ]);
  const body = rows.map((name, i) =>
    el("tr", { class: marked?.has(i) ? "matrix-marked" : undefined }, [
      el("th", { scope: "row" }, [name]),
      ...columns.map((_, j) => cellOf(value(i, j), text(i, j))),
    ]),
  );
  return el("table", { class: "matrix" }, [
    el("caption", { class: "unseen" }, [title]),
    el("thead", {}, [header]),
    el("tbody", {}, body),
  ]);
}

/** Colour is never alone: the number is written in the cell. */
function cellOf(value: number, text: string): HTMLElement {
  const cell = el("td", { class: value < 0 ? "matrix-negative" : "matrix-positive" }, [text]);
  cell.style.setProperty("--strength", String(Math.min(1, Math.abs(value))));
  return cell;
}

function dataOf({ title, rows, columns, text }: MatrixProps) {
  return {
    title,
    columns,
    rows: rows.map((name, i) => [name, ...columns.map((_, j) => text(i, j))]),
  };
}
