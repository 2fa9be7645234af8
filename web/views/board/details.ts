import { formatNumber } from "../../../src/report/index.ts";
import type { StandingsFacts } from "../../engine/methods/standings.ts";
import { el } from "../dom.ts";
import { runCommand } from "./command.ts";
import type { Board, BoardRun } from "./document.ts";

const number = (value: number | undefined) => formatNumber(value, 4);

/** An algorithm on a case: the runs behind its cell, how they were made, and what became of them. */
export function cellDetails(
  board: Board,
  { cells, summary }: StandingsFacts,
  { case: id, algorithm }: Pick<BoardRun, "case" | "algorithm">,
  hrefOf: (result: string) => string | undefined,
): HTMLElement {
  const cell = cells.find((one) => one.case === id && one.algorithm === algorithm);
  const standing = summary.find((one) => one.algorithm === algorithm);
  const params = Object.entries(board.contestants.get(algorithm)?.params ?? {});
  const runs = board.runs.filter((run) => run.case === id && run.algorithm === algorithm);
  const spread =
    cell === undefined || cell.seeds < 2
      ? ""
      : `, from ${number(cell.least)} to ${number(cell.largest)}`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      "here",
      cell && `${number(cell.mean)}${spread}; ${cell.seeds} ${cell.seeds === 1 ? "seed" : "seeds"}`,
    ],
    ["on the cases shown", standing && standingText(standing)],
    [
      "options",
      params.length === 0
        ? "its default ones"
        : params.map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(", "),
    ],
  ];
  return el("div", { class: "board-cell" }, [
    el("h3", {}, [`${algorithm} on case ${id}`]),
    el(
      "dl",
      {},
      facts.flatMap(([name, text]) =>
        text === undefined ? [] : [el("dt", {}, [name]), el("dd", {}, [text])],
      ),
    ),
    el("h4", {}, [runs.length === 1 ? "The run behind it" : "The runs behind it"]),
    ...runs.map((run) => runDetails(board, run, hrefOf)),
  ]);
}

function runDetails(
  board: Board,
  run: BoardRun,
  hrefOf: (result: string) => string | undefined,
): HTMLElement {
  const command = runCommand(board, run);
  const href = run.result === undefined ? undefined : hrefOf(run.result);
  const said =
    run.reason ??
    `edges ${number(run.value)}, nodes ${number(run.nodes)}, average precision ${number(run.averagePrecision)}`;
  return el("div", { class: "board-run" }, [
    el("p", {}, [
      `Seed ${run.seed}: ${said}. `,
      ...(href === undefined ? [] : [el("a", { href }, ["Look at it"])]),
    ]),
    ...(command === undefined
      ? []
      : [
          el("pre", { tabindex: 0, "aria-label": "command line" }, [
            el("code", {}, [`npx interpbench ${command}`]),
          ]),
        ]),
  ]);
}

const standingText = ({ mean, interval, cases }: StandingsFacts["summary"][number]) =>
  `mean ${number(mean)}${interval ? `, 95 %: ${number(interval.low)} … ${number(interval.high)}` : ""}; ${cases} cases`;

const COLUMNS = [
  "Algorithm",
  "Cases",
  "Mean",
  "95 % of the mean",
  "Median",
  "Quartiles",
  "Mean rank",
];

/** All algorithms on the cases at hand. */
export function summaryTable({ summary, criticalDifference }: StandingsFacts): HTMLElement {
  const rows = summary.map(({ algorithm, cases, mean, interval, median, quartiles, meanRank }) => {
    const between = (ends: readonly (number | undefined)[]) => ends.map(number).join(" … ");
    const texts = [
      String(cases),
      number(mean),
      interval ? between([interval.low, interval.high]) : "–",
      number(median),
      quartiles ? between(quartiles) : "–",
      number(meanRank),
    ];
    return el("tr", {}, [
      el("th", { scope: "row" }, [algorithm]),
      ...texts.map((text) => el("td", { class: "number" }, [text])),
    ]);
  });
  const apart =
    criticalDifference === undefined
      ? ""
      : `; mean ranks differ at 5 % when they are ${number(criticalDifference)} apart`;
  return el("table", { class: "list board-summary" }, [
    el("caption", {}, [`Algorithms on the cases shown${apart}`]),
    el("thead", {}, [
      el(
        "tr",
        {},
        COLUMNS.map((name, i) =>
          el("th", { scope: "col", class: i === 0 ? undefined : "number" }, [name]),
        ),
      ),
    ]),
    el("tbody", {}, rows),
  ]);
}
