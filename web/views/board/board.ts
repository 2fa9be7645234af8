import "./board.css";
import {
  drawHeatMapSvg,
  type HeatMap,
  heatMapSpec,
  leaderboardMap,
} from "../../../src/report/index.ts";
import type { Engine } from "../../engine/client.ts";
import type { CaseRow } from "../../engine/methods/cases.ts";
import type { StandingsFacts } from "../../engine/methods/standings.ts";
import type { Mount, View, ViewState } from "../contract.ts";
import { el, messageOf, reachIfScrolled } from "../dom.ts";
import { boardCommand } from "./command.ts";
import { boardControls, type Chosen } from "./controls.ts";
import { cellDetails, summaryTable } from "./details.ts";
import { readBoard } from "./document.ts";
import { heatGrid, type Place } from "./grid.ts";
import { type CaseOrder, filtered, ordered } from "./order.ts";

/** What the view of a leaderboard is given. */
export interface BoardProps {
  readonly engine: Engine;
  /** The document of its result. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The catalogue, for tags. */
  readonly cases: readonly CaseRow[];
  /** Where the page of a result is; `undefined` where there is none. */
  readonly hrefOf: (result: string) => string | undefined;
  readonly state: ViewState;
  readonly onState: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** What this view keeps in the address. */
const STATE = {
  tag: "board.tag",
  group: "board.group",
  query: "board.q",
  cases: "board.cases",
  algorithms: "board.algorithms",
} as const satisfies Record<keyof Chosen, string>;

/** The cell that is looked at: `3 eap`. */
const CELL = "board.cell";

/** A leaderboard as a heat map of cases by algorithms, each cell with the runs behind it. */
export const mountBoard: Mount<BoardProps> = (element, first) => {
  let props = first;
  const board = readBoard(first.document);
  const tagsOf = new Map(first.cases.map(({ id, tags }) => [id, tags]));
  const tags = [...new Set(board.runs.flatMap(({ case: id }) => tagsOf.get(id) ?? []))].sort();
  const controls = boardControls(board, tags, (changes) => {
    const named = Object.entries(changes).map(([key, value]) => [
      STATE[key as keyof Chosen],
      value,
    ]);
    props.onState(Object.fromEntries(named));
  });
  const stage = el("div", { class: "scrolls board-stage" });
  const details = el("div", { class: "board-details", role: "status" });
  const table = el("div", { class: "scrolls" });
  element.append(controls.root, el("div", { class: "board-view" }, [stage, details]), table);

  let computed: { readonly about: string; readonly facts: StandingsFacts } | undefined;
  let shown: { readonly facts: StandingsFacts; readonly map: HeatMap } | undefined;

  /** What decides the numbers: the order does not. */
  const aboutOf = ({ tag, group, query }: Chosen) => JSON.stringify([tag, group, query]);

  const compute = async () => {
    const chosen = chosenOf(props.state);
    const about = aboutOf(chosen);
    const { tag, group, query = "" } = chosen;
    const runs = filtered(board, { tag, group, query }, (id) => tagsOf.get(id) ?? []);
    if (runs.length === 0) {
      controls.say("No run is like that.");
      return;
    }
    controls.say("Computing …");
    try {
      const facts = await props.engine.call("standings", {
        runs: runs.map(({ case: id, algorithm, seed, value }) => ({
          case: id,
          algorithm,
          seed,
          value,
        })),
      });
      if (about !== aboutOf(chosenOf(props.state))) return;
      computed = { about, facts };
      const count = facts.cells.length / facts.summary.length;
      controls.say(
        `${count} ${count === 1 ? "case" : "cases"}, ${facts.summary.length} algorithms, ${runs.length} runs`,
      );
      draw();
    } catch (error) {
      controls.say(messageOf(error));
    }
  };

  const draw = () => {
    if (computed === undefined) return;
    const { cases, algorithms } = chosenOf(props.state);
    const facts = ordered(computed.facts, orderOf(cases), algorithms === "name" ? "name" : "mean");
    const reasons = new Map(board.runs.map((run) => [`${run.case} ${run.algorithm}`, run.reason]));
    const { protocol, model, measure } = board;
    const map = leaderboardMap({
      protocol,
      model,
      measure,
      summary: facts.summary,
      cells: facts.cells.map((cell) => ({
        ...cell,
        reason: cell.mean === undefined ? reasons.get(`${cell.case} ${cell.algorithm}`) : undefined,
      })),
    });
    shown = { facts, map };
    const chosen = placeOf(map, props.state[CELL]);
    const hadFocus = stage.contains(document.activeElement);
    const grid = heatGrid(map, chosen, ({ row, column }) => {
      props.onState({ [CELL]: `${map.rows[row]} ${map.columns[column]}` });
    });
    stage.replaceChildren(grid);
    reachIfScrolled(stage, "cases by algorithms");
    if (hadFocus) grid.querySelector<SVGElement>('g[tabindex="0"]')?.focus();
    details.replaceChildren(
      chosen === undefined
        ? el("p", { class: "note" }, ["Press a cell to see the runs behind it."])
        : cellDetails(
            board,
            facts,
            { case: map.rows[chosen.row]!, algorithm: map.columns[chosen.column]! },
            props.hrefOf,
          ),
    );
    table.replaceChildren(summaryTable(facts));
    reachIfScrolled(table, "algorithms");
  };

  controls.show(chosenOf(props.state));
  void compute();

  return {
    update(next) {
      const [before, now] = [chosenOf(props.state), chosenOf(next.state)];
      const isMoved = props.state[CELL] !== next.state[CELL];
      props = next;
      controls.show(now);
      if (aboutOf(before) !== aboutOf(now)) void compute();
      else if (isMoved || JSON.stringify(before) !== JSON.stringify(now)) draw();
    },
    destroy: () => element.replaceChildren(),
    snapshot: () => ({
      data: shown?.facts,
      svg: shown && drawHeatMapSvg(shown.map),
      vegaLite: shown && heatMapSpec(shown.map),
      command: boardCommand(board),
    }),
  } satisfies View<BoardProps>;
};

const chosenOf = (state: ViewState): Chosen => ({
  tag: state[STATE.tag],
  group: state[STATE.group],
  query: state[STATE.query],
  cases: state[STATE.cases],
  algorithms: state[STATE.algorithms],
});

function orderOf(text: string | undefined): CaseOrder {
  const algorithm = /^algorithm:(.+)$/.exec(text ?? "")?.[1];
  if (algorithm !== undefined) return { algorithm };
  return text === "mean" ? "mean" : "id";
}

function placeOf({ rows, columns }: HeatMap, text = ""): Place | undefined {
  const [, id = "", algorithm = ""] = /^(\S+) (.+)$/.exec(text) ?? [];
  const [row, column] = [rows.indexOf(id), columns.indexOf(algorithm)];
  return row < 0 || column < 0 ? undefined : { row, column };
}
