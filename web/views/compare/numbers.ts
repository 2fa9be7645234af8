import { formatNumber } from "../../../src/report/index.ts";
import type { Ranked } from "../../engine/methods/rank.ts";
import { el, tableHead } from "../dom.ts";
import type { Difference, EdgePair } from "./difference.ts";

const ROWS: readonly (readonly [string, (side: Ranked) => string])[] = [
  ["AUROC of edges", ({ found }) => formatNumber(found.score?.auroc.edges)],
  ["average precision", ({ found }) => formatNumber(found.score?.averagePrecision.edges)],
  ["AUROC of nodes", ({ found }) => formatNumber(found.score?.auroc.nodes)],
  [
    "edges of its circuit",
    ({ circuit }) => (circuit === undefined ? "a ranking alone" : String(circuit.length)),
  ],
  ["ranked by", ({ found }) => found.rankedBy],
  ["runs of the model", ({ found }) => formatNumber(found.evaluations)],
];

/** What both methods come to, side by side. */
export const numbersTable = (names: readonly [string, string], sides: readonly [Ranked, Ranked]) =>
  el("table", { class: "list compare-numbers" }, [
    el("caption", { class: "unseen" }, ["Both methods in numbers"]),
    el("thead", {}, [
      el("tr", {}, [el("td"), ...names.map((name) => el("th", { scope: "col" }, [name]))]),
    ]),
    el(
      "tbody",
      {},
      ROWS.map(([name, of]) =>
        el("tr", {}, [
          el("th", { scope: "row" }, [name]),
          ...sides.map((side) => el("td", {}, [of(side)])),
        ]),
      ),
    ),
  ]);

/** Most edges in a table. */
const MOST = 12;

/** The edges whose ranks differ most. */
export function movesTable(
  { pairs, onlyLeft, onlyRight, both }: Difference,
  names: readonly [string, string],
) {
  if (pairs.length === 0) {
    return el("p", { class: "note" }, [
      "The two models are of different shapes: their edges cannot be told to be the same.",
    ]);
  }
  const placeOf = ({ edge }: EdgePair) => {
    if (both.has(edge)) return "both";
    if (onlyLeft.has(edge)) return "only left";
    return onlyRight.has(edge) ? "only right" : "neither";
  };
  const rows = pairs
    .slice(0, MOST)
    .map((pair) =>
      el("tr", {}, [
        el("th", { scope: "row" }, [pair.name]),
        el("td", { class: "number" }, [formatNumber(pair.left)]),
        el("td", { class: "number" }, [formatNumber(pair.right)]),
        el("td", {}, [placeOf(pair)]),
        el("td", {}, [pair.isTrue === undefined ? "–" : pair.isTrue ? "✓ true" : "not true"]),
      ]),
    );
  return el("table", { class: "list compare-moves" }, [
    el("caption", {}, ["Edges whose ranks differ most"]),
    tableHead(["Edge", ...names.map((name) => `Rank: ${name}`), "In the circuit of", "Truth"]),
    el("tbody", {}, rows),
  ]);
}
