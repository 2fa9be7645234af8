import { formatPercent } from "../../../src/report/index.ts";
import type { TrainingEnd } from "../../../src/training/index.ts";
import { el, tableHead } from "../dom.ts";
import type { Run } from "./run.ts";

const ENDS: Readonly<Record<TrainingEnd, string>> = {
  reached: "reached its goal",
  stalled: "no progress",
  exhausted: "out of updates",
  aborted: "stopped",
};

const COLUMNS = [
  "Run",
  "Recipe",
  "Strict weight",
  "Seed",
  "Updates",
  "End",
  "Accuracy",
  "IIA",
  "Strict",
  "Joint strict",
  "Breaks with all outside nodes exchanged",
] as const;

/** The trainings of the page, of which one is looked at. */
export function runsTable(
  runs: readonly Run[],
  shown: number,
  onShow: (number: number) => void,
): HTMLElement {
  const rows = runs.map((run) => {
    const { number, wanted, ended, records, audit } = run;
    const best = ended?.best ?? records.at(-1);
    const { accuracy, iia, strictAccuracy, jointStrictAccuracy } = best?.validation ?? {};
    const button = el(
      "button",
      { type: "button", class: "quiet", "aria-pressed": String(number === shown) },
      [`${number}${number === shown ? " (shown)" : ""}`],
    );
    button.addEventListener("click", () => onShow(number));
    const texts = [
      wanted.base,
      String(ended?.recipe.strictWeight ?? wanted.strictWeight ?? "recipe's"),
      String(wanted.seed),
      String(ended?.steps ?? run.moments.at(-1)?.step ?? 0),
      ended === undefined ? "at work" : ENDS[ended.end],
      ...[accuracy, iia, strictAccuracy, jointStrictAccuracy, audit?.outside.resample.share].map(
        formatPercent,
      ),
    ];
    return el("tr", {}, [
      el("th", { scope: "row" }, [button]),
      ...texts.map((text) => el("td", {}, [text])),
    ]);
  });
  return el("table", { class: "list training-runs" }, [
    el("caption", {}, ["Runs in this page"]),
    tableHead(COLUMNS),
    el("tbody", {}, rows),
  ]);
}

/** How a run went, in a sentence. */
export const endText = ({ ended }: Run): string =>
  ended === undefined ? "" : `${ENDS[ended.end]} after ${ended.steps} updates`;
