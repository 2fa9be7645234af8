import { type Edge, formatNode, readerOf } from "../../../src/circuit/index.ts";
import { boxOfNode, formatNumber } from "../../../src/report/index.ts";
import type { CircuitFacts } from "../circuit/facts.ts";
import { el, tableHead } from "../dom.ts";
import type { EdgeRanking } from "./ranking.ts";

/** An edge at one end of a node. */
export interface TouchingEdge {
  /** The box at its other end, and the input it enters, if that is one of a head: `a1.2.q`. */
  readonly end: string;
  /** The box alone. */
  readonly box: string;
  readonly value: number | undefined;
  /** What was measured, with its sign. */
  readonly shown: number | undefined;
  /** `undefined` where nobody knows. */
  readonly isTrue: boolean | undefined;
}

/** The edges into a node and out of it, the strongest first. */
export interface TouchingEdges {
  readonly into: readonly TouchingEdge[];
  readonly outOf: readonly TouchingEdge[];
}

/** All edges of a model that touch a node, with queries, keys and values told apart. */
export function edgesOf(
  { whole, headEdgeOf, truth, shape }: CircuitFacts,
  ranking: EdgeRanking,
  node: string,
): TouchingEdges {
  const ends = (isEnd: (edge: Edge) => boolean, side: 0 | 1) =>
    [...whole.qkv.edges]
      .filter(([, edge]) => isEnd(edge))
      .map(([text, edge]): TouchingEdge => {
        const box = boxOfNode(edge[side], shape);
        const port = /hook_([qkv])_input/.exec(formatNode(edge[1]))?.[1];
        return {
          end: port === undefined ? box : side === 0 ? `${box} (${port})` : `${box}.${port}`,
          box,
          value: ranking.by.get(text),
          shown: ranking.shown.get(text),
          isTrue: truth?.edges.has(headEdgeOf.get(text) ?? text),
        };
      })
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return {
    into: ends((edge) => readerOf(edge) === node, 0),
    outOf: ends((edge) => formatNode(edge[0]) === node, 1),
  };
}

/** The most edges that are listed at once. */
const LISTED = 10;

/** Edges as a list with bars; their other ends can be pressed. */
export function edgeTable(
  title: string,
  edges: readonly TouchingEdge[],
  onPick: (box: string) => void,
): HTMLElement {
  const largest = Math.max(Number.MIN_VALUE, ...edges.map(({ value }) => finite(value)));
  const rows = edges.slice(0, LISTED).map(({ end, box, value, shown, isTrue }) => {
    const button = el("button", { type: "button", class: "node-end" }, [end]);
    button.addEventListener("click", () => onPick(box));
    const bar = el("span", { class: "node-bar" });
    bar.style.setProperty("--share", String(finite(value) / largest));
    return el("tr", {}, [
      el("th", { scope: "row" }, [button]),
      el("td", {}, [bar]),
      el("td", { class: "number" }, [formatNumber(shown ?? value, 3)]),
      el("td", {}, [isTrue === undefined ? "" : isTrue ? "true" : "not true"]),
    ]);
  });
  const rest = edges.length - rows.length;
  return el("div", {}, [
    el("table", { class: "node-edges" }, [
      el("caption", {}, [title]),
      tableHead(["Other end", "Share of the strongest", "Effect", "Truth"], { class: "unseen" }),
      el("tbody", {}, rows),
    ]),
    el("p", { class: "note" }, [
      edges.length === 0 ? "There are none." : rest > 0 ? `and ${rest} weaker ones` : "",
    ]),
  ]);
}

const finite = (value: number | undefined) =>
  value === undefined || !Number.isFinite(value) ? 0 : Math.abs(value);
