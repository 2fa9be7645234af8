import type { Circuit } from "../../../src/circuit/index.ts";
import { formatNumber } from "../../../src/report/index.ts";
import { el, tableHead } from "../dom.ts";
import type { CircuitFacts } from "./facts.ts";
import type { Described } from "./part.ts";
import { drawRoc, type RocFigure } from "./roc.ts";
import type { Selection } from "./selection.ts";
import { ratesOfCounts } from "./sweep.ts";

const ROWS = [
  ["truePositive", "found and true", "tp"],
  ["falsePositive", "found, not true", "fp"],
  ["falseNegative", "missed", "fn"],
  ["trueNegative", "rightly left out", "tn"],
] as const;

/** Counts, rates, the ROC curve, and what is pointed at. */
export function sidePanel({ found, ranking, truth, whole }: CircuitFacts) {
  const cells = ROWS.map(() => [el("td"), el("td")] as const);
  const rates = el("p", {});
  const pin = el("div", { class: "circuit-pin", "aria-live": "off" });
  const figure: RocFigure | undefined =
    ranking?.roc && drawRoc(ranking.roc, `ROC curve of edges, AUROC ${rateText(ranking.auroc)}`);
  const table = el("table", {}, [
    tableHead(["against the truth", "edges", "nodes"]),
    el(
      "tbody",
      {},
      ROWS.map(([mark, label], i) =>
        el("tr", {}, [
          el("th", { scope: "row" }, [el("span", { class: `circuit-mark ${mark}` }), label]),
          ...cells[i]!,
        ]),
      ),
    ),
  ]);
  const root = el("div", { class: "circuit-side" }, [
    ...(truth === undefined
      ? [el("p", {}, ["Nobody knows the truth of this model."])]
      : found === undefined && ranking === undefined
        ? [el("p", {}, [truthText(truth, whole.merged)])]
        : [table, rates]),
    ...(figure === undefined
      ? []
      : [el("div", {}, [el("p", {}, [`AUROC of edges ${rateText(ranking?.auroc)}`]), figure.svg])]),
    pin,
  ]);
  return {
    root,
    show({ edges, nodes }: Selection) {
      ROWS.forEach(([, , key], i) => {
        cells[i]![0].textContent = String(edges?.[key] ?? "");
        cells[i]![1].textContent = String(nodes?.[key] ?? "");
      });
      if (edges === undefined) return;
      const { tpr, fpr, precision } = ratesOfCounts(edges);
      rates.textContent = `true positive rate ${rateText(tpr)}, false positive rate ${rateText(fpr)}, precision ${rateText(precision)}`;
      figure?.mark({
        ...(tpr === undefined ? {} : { tpr }),
        ...(fpr === undefined ? {} : { fpr }),
      });
    },
    /** What is known of a part; `isPinned` is read out, what the mouse passes is not. */
    tell(described: Described | undefined, isPinned: boolean) {
      pin.setAttribute("aria-live", isPinned ? "polite" : "off");
      if (described === undefined) {
        pin.replaceChildren(
          el("p", {}, [
            "Point at a line or box; click or press Enter to keep it. Arrows move between boxes, + and − move the threshold.",
          ]),
        );
        return;
      }
      const { title, lines, list } = described;
      pin.replaceChildren(
        el("h3", {}, [title]),
        ...lines.map((line) => el("p", {}, [line])),
        ...(list.length === 0
          ? []
          : [
              el(
                "ol",
                {},
                list.map(([name, value]) =>
                  el("li", {}, [el("span", {}, [name]), el("span", {}, [value])]),
                ),
              ),
            ]),
      );
    },
  };
}

const truthText = (truth: Circuit, whole: Circuit) =>
  `The true circuit: ${truth.edges.size} of ${whole.edges.size} edges, ${truth.nodes.size} of ${whole.nodes.size} nodes.`;

const rateText = (rate: number | undefined) =>
  rate === undefined ? "–" : formatNumber(Math.round(rate * 1000) / 1000);
