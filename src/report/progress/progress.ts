import { printableJson, printableLines } from "../../errors/index.ts";
import { plainJson } from "../../formats/index.ts";
import { formatDuration, formatNumber } from "../number.ts";
import { type Style, styleOf } from "../terminal/style.ts";
import {
  numbersText,
  type ProgressNumbers,
  type ProgressState,
  progressLine,
  secondsLeft,
} from "./line.ts";
import { createScreen } from "./screen.ts";

/** How progress is written: a redrawn line per job, plain lines, or a JSON object per line. */
export type LogMode = "pretty" | "plain" | "json";

/** A job that tells how far it is. */
export interface ProgressJob {
  /** So much is done; cheap to call often. Numbers stay until they are given anew. */
  update(done: number, numbers?: ProgressNumbers): void;
  /** The job is finished; `summary` is shown with it. */
  finish(summary?: string): void;
  /** The job has failed. */
  fail(message: string): void;
}

/** Options of {@link Progress.begin}. */
export interface JobOptions {
  /** What is counted. Default `steps`. */
  readonly unit?: string;
  /** How much there is to do; absent if not known. */
  readonly total?: number;
  /** How much an interrupted run had done already; it does not count for the rate. Default 0. */
  readonly done?: number;
  /** Whether it may end before everything is done: the time left is then the longest. Default false. */
  readonly mayEndEarly?: boolean;
}

/** Where jobs and the rest of the program tell people (or programs) what is going on. */
export interface Progress {
  begin(name: string, options?: JobOptions): ProgressJob;
  /** A line worth reading. */
  note(text: string): void;
  /** A line worth heeding. */
  warn(text: string): void;
}

/** Options of {@link createProgress}. */
export interface ProgressOptions {
  /** Writes to standard error, or wherever progress goes. */
  readonly write: (text: string) => void;
  readonly mode: LogMode;
  /** The clock, in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** The width of the terminal. Default 80. */
  readonly columns?: () => number | undefined;
  /** The height of the terminal. Default 24. */
  readonly rows?: () => number | undefined;
  readonly style?: Style;
}

/** Least milliseconds between two reports of one job (`pretty`: of all), by mode. */
const INTERVALS: Readonly<Record<LogMode, number>> = { pretty: 100, plain: 5000, json: 500 };

/**
 * Writes progress as `mode` says: `pretty` redraws one line per running job, ten times a second at
 * most, `plain` writes a line every five seconds, `json` an object per event, at most two a second
 * per job while it runs. The first and the last report of a job are always written.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { mode, write } = options;
  const now = options.now ?? Date.now;
  const style = options.style ?? styleOf(false);
  const columns = () => options.columns?.() ?? 80;
  const rows = () => options.rows?.() ?? 24;
  const screen = createScreen({ write, now, rows, interval: INTERVALS.pretty });

  const event = (name: string, facts: object) =>
    write(
      `${printableJson(JSON.stringify(plainJson({ event: name, time: new Date(now()).toISOString(), ...facts })))}\n`,
    );
  const show = (state: ProgressState) => {
    if (mode === "json") event("progress", eventFacts(state));
    else write(`${progressLine(state)}\n`);
  };

  return {
    begin(name, options = {}) {
      const { unit = "steps", total, done: doneBefore = 0, mayEndEarly = false } = options;
      const startedAt = now();
      let [done, numbers]: [number, ProgressNumbers] = [doneBefore, {}];
      let shownAt = startedAt;
      const stateNow = (): ProgressState => {
        const seconds = (now() - startedAt) / 1000;
        const rate = done > doneBefore && seconds > 0 ? (done - doneBefore) / seconds : undefined;
        return { name, unit, done, total, mayEndEarly, seconds, rate, numbers };
      };
      const line =
        mode === "pretty"
          ? screen.add(() => progressLine(stateNow(), columns() - 1, style))
          : undefined;
      const close = (text: string) =>
        line === undefined ? screen.print(text) : line.replace(text);
      if (mode === "json") show(stateNow());
      return {
        update(count, given) {
          done = count;
          numbers = { ...numbers, ...given };
          line?.refresh();
          if (line !== undefined || now() - shownAt < INTERVALS[mode]) return;
          shownAt = now();
          show(stateNow());
        },
        finish(summary) {
          if (mode === "json") {
            event("done", { ...eventFacts(stateNow()), summary });
            return;
          }
          const parts = [
            `${name}`,
            `${formatNumber(done, 3)} ${unit} in ${formatDuration(stateNow().seconds)}`,
          ];
          const text = [...parts, summary ?? numbersText(numbers)].filter((part) => part !== "");
          close(`${style.green("✓")} ${printableLines(text.join("  "))}`);
        },
        fail(message) {
          if (mode === "json") event("failed", { ...eventFacts(stateNow()), message });
          else close(`${style.red("✗")} ${printableLines(`${name}  ${message}`)}`);
        },
      };
    },
    note: (text) =>
      mode === "json" ? event("note", { text }) : screen.print(printableLines(text)),
    warn: (text) =>
      mode === "json"
        ? event("warning", { text })
        : screen.print(`${style.yellow("warning:")} ${printableLines(text)}`),
  };
}

function eventFacts(state: ProgressState): object {
  const { name, ...facts } = state;
  return { job: name, ...facts, secondsLeft: secondsLeft(state) };
}
