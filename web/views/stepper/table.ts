import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import { el } from "../dom.ts";
import { wordsOfCode } from "./code.ts";
import type { Line } from "./lines.ts";

/** The lines of a program with their values below the tokens; a line is picked by mouse or arrow keys. */
export interface StepsTable {
  readonly root: HTMLElement;
  pick(label: string | undefined): void;
}

export function stepsTable(
  facts: CaseFacts,
  tokens: readonly TokenFacts[],
  lines: readonly Line[],
  onPick: (label: string) => void,
): StepsTable {
  const names = new Set([
    ...facts.program.map(({ label }) => label),
    "tokens",
    "indices",
    "length",
  ]);
  const rows: {
    readonly label: string;
    readonly row: HTMLElement;
    readonly button: HTMLElement;
  }[] = [];
  const move = (event: KeyboardEvent, at: number) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step === undefined ? undefined : rows[at + step];
    if (next === undefined) return;
    event.preventDefault();
    onPick(next.label);
    next.button.focus();
  };
  const programRow = (line: Line, label: string): HTMLElement => {
    const at = rows.length;
    const words = wordsOfCode(line.text, names).map(({ text, kind }) =>
      el("span", { class: `code-${kind}` }, [text]),
    );
    const button = el("button", { type: "button" }, [el("code", {}, words)]);
    button.addEventListener("click", () => onPick(label));
    button.addEventListener("keydown", (event) => move(event, at));
    const row = el("tr", {}, [el("th", { scope: "row" }, [button]), ...cellsOf(line)]);
    rows.push({ label, row, button });
    return row;
  };
  const head = el("tr", {}, [
    el("th", { scope: "col" }, ["Program"]),
    ...tokens.map(({ text }) => el("th", { scope: "col", class: "cell" }, [text])),
  ]);
  const body: HTMLElement[] = [];
  const foot: HTMLElement[] = [];
  for (const line of lines) {
    if (line.label === undefined) {
      foot.push(el("tr", {}, [el("th", { scope: "row" }, [line.text]), ...cellsOf(line)]));
    } else body.push(programRow(line, line.label));
  }
  return {
    root: el("table", { class: "steps" }, [
      el("thead", {}, [head]),
      el("tbody", {}, body),
      el("tfoot", {}, foot),
    ]),
    pick(picked) {
      for (const { label, row, button } of rows) {
        row.classList.toggle("picked", label === picked);
        button.setAttribute("aria-pressed", String(label === picked));
      }
    },
  };
}

const cellsOf = ({ cells, isSelector, wrong }: Line) =>
  cells.map((text, i) => {
    const isWrong = wrong.has(i);
    const names = ["cell", isSelector ? "selector" : "", isWrong ? "wrong" : ""];
    return el("td", { class: names.filter(Boolean).join(" ") }, [
      text,
      ...(isWrong ? [el("span", { class: "unseen" }, [" other than the program"])] : []),
    ]);
  });
