import { describe, expect, it } from "vitest";
import { styleOf } from "../terminal/style.ts";
import { type ProgressState, progressLine } from "./line.ts";
import { createProgress, type LogMode } from "./progress.ts";

const state: ProgressState = {
  name: "train iit 3",
  unit: "epochs",
  done: 500,
  total: 2000,
  seconds: 20,
  rate: 25,
  numbers: { loss: 0.01234, IIA: 98.5 },
};

describe("progressLine", () => {
  it("shows bar, count, rate, time left and the numbers that matter", () => {
    expect(progressLine(state)).toBe(
      "train iit 3  ━━━━━───────────────  500/2000 epochs  25/s  1 min 00 s left  loss 0.01234  IIA 98.5",
    );
  });

  it("has neither bar nor time left when the total is not known", () => {
    expect(progressLine({ ...state, total: undefined, numbers: {} })).toBe(
      "train iit 3  500 epochs  25/s",
    );
  });

  it("says that the time left is the longest where the job may end early", () => {
    const text = progressLine({ ...state, mayEndEarly: true, numbers: {} });
    expect(text).toMatch(/ {2}at most 1 min 00 s left$/);
    expect(progressLine({ ...state, mayEndEarly: true, rate: undefined })).not.toContain("at most");
  });

  it("is full when there is nothing to do", () => {
    const idle = { ...state, done: 0, total: 0, rate: undefined, numbers: {} };
    expect(progressLine(idle)).toBe("train iit 3  ━━━━━━━━━━━━━━━━━━━━  0/0 epochs");
  });

  it("drops the bar first in narrow terminals, and never exceeds them", () => {
    expect(progressLine(state, 79)).toBe(
      "train iit 3  500/2000 epochs  25/s  1 min 00 s left  loss 0.01234  IIA 98.5",
    );
    expect(progressLine(state, 30)).toBe("train iit 3  500/2000 epochs");
    expect(progressLine(state, 6)).toBe("train…");
  });
});

function record(mode: LogMode, rows = 24) {
  const clock = { ms: 0 };
  const written: string[] = [];
  const progress = createProgress({
    mode,
    write: (text) => written.push(text),
    now: () => clock.ms,
    columns: () => 60,
    rows: () => rows,
    style: styleOf(false),
  });
  return { clock, written, progress, text: () => written.join("") };
}

/** What a terminal shows that knows how to go up (`A`) and how to erase what follows (`J`). */
function screenOf(text: string): string[] {
  const lines = [""];
  let [row, column] = [0, 0];
  const type = (character: string) => {
    if (character === "\n") row += 1;
    lines[row] ??= "";
    if (character === "\n" || character === "\r") {
      column = 0;
      return;
    }
    const line = lines[row]!;
    lines[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  };
  for (const [i, piece] of text.split("\u001b[").entries()) {
    const [whole = "", up, command] = i === 0 ? [] : (/^(\d*)([AJ])/.exec(piece) ?? []);
    if (command === "A") row -= Number(up);
    if (command === "J") lines.splice(row, lines.length, lines[row]!.slice(0, column));
    for (const character of piece.slice(whole.length)) type(character);
  }
  return lines;
}

describe("progress in a terminal", () => {
  it("redraws one line at most ten times a second and ends with a summary", () => {
    const { clock, written, progress, text } = record("pretty");
    const job = progress.begin("acdc 3", { unit: "edges", total: 110 });
    for (clock.ms = 1; clock.ms <= 1000; clock.ms++) job.update(Math.floor(clock.ms / 10));
    expect(written.length).toBe(11);
    job.finish("4 edges left");
    expect(screenOf(text())).toEqual(["✓ acdc 3  100 edges in 1.0 s  4 edges left", ""]);
  });

  it("keeps the line below notes and warnings", () => {
    const { progress, text } = record("pretty");
    progress.note("before");
    progress.begin("acdc 3", { total: 10 });
    progress.warn("odd");
    expect(screenOf(text())).toEqual([
      "before",
      "warning: odd",
      "acdc 3  ────────────────────  0/10 steps",
    ]);
  });

  it("has a line for every running job, in the order of their beginnings", () => {
    const { clock, progress, text } = record("pretty");
    const jobs = ["3", "4", "18"].map((id) => progress.begin(`acdc ${id}`, { total: 10 }));
    jobs[2]!.update(5);
    jobs[0]!.update(10);
    progress.note("noted");
    clock.ms = 1000;
    jobs[0]!.finish();
    jobs[1]!.fail("E_DATA: odd");
    jobs[2]!.update(6);
    expect(screenOf(text())).toEqual([
      "noted",
      "✓ acdc 3  10 steps in 1.0 s",
      "✗ acdc 4  E_DATA: odd",
      "acdc 18  ━━━━━━━━━━──────────  5/10 steps  5/s  1.0 s left",
    ]);
    jobs[2]!.finish();
    expect(screenOf(text()).slice(2)).toEqual([
      "✗ acdc 4  E_DATA: odd",
      "✓ acdc 18  6 steps in 1.0 s",
      "",
    ]);
  });

  it("redraws all lines together, ten times a second at most", () => {
    const { clock, written, progress } = record("pretty");
    const jobs = ["3", "4"].map((id) => progress.begin(`acdc ${id}`));
    for (clock.ms = 1; clock.ms <= 1000; clock.ms++) for (const job of jobs) job.update(clock.ms);
    expect(written.length).toBe(12);
  });

  it("leaves out lines that do not fit on the screen", () => {
    const { progress, text } = record("pretty", 4);
    const jobs = ["1", "2", "3", "4", "5"].map((id) => progress.begin(`acdc ${id}`));
    expect(screenOf(text())).toEqual(["acdc 1  0 steps", "acdc 2  0 steps", "… and 3 more"]);
    for (const job of jobs.slice(0, 2)) job.finish();
    expect(screenOf(text()).slice(2)).toEqual(["3", "4", "5"].map((id) => `acdc ${id}  0 steps`));
  });
});

describe("progress elsewhere", () => {
  it("is one plain line every five seconds", () => {
    const { clock, progress, text } = record("plain");
    const job = progress.begin("train iit 3", { unit: "epochs", total: 100, done: 40 });
    for (clock.ms = 0; clock.ms < 12_000; clock.ms += 500)
      job.update(40 + clock.ms / 500, { loss: 0.5 });
    job.fail("E_NAN: the loss is not a number");
    expect(text().split("\n")).toEqual([
      "train iit 3  ━━━━━━━━━━──────────  50/100 epochs  2/s  25 s left  loss 0.5",
      "train iit 3  ━━━━━━━━━━━━────────  60/100 epochs  2/s  20 s left  loss 0.5",
      "✗ train iit 3  E_NAN: the loss is not a number",
      "",
    ]);
  });

  it("is a JSON object per line for programs", () => {
    const { clock, progress, text } = record("json");
    progress.warn("odd");
    const job = progress.begin("eap 3", { unit: "edges", total: 4 });
    clock.ms = 2000;
    job.update(2, { score: Number.NaN });
    job.update(4);
    job.finish();
    const events = text()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ event, done, time }) => [event, done, time])).toEqual([
      ["warning", undefined, "1970-01-01T00:00:00.000Z"],
      ["progress", 0, "1970-01-01T00:00:00.000Z"],
      ["progress", 2, "1970-01-01T00:00:02.000Z"],
      ["done", 4, "1970-01-01T00:00:02.000Z"],
    ]);
    expect(events[2]).toEqual({
      event: "progress",
      time: "1970-01-01T00:00:02.000Z",
      job: "eap 3",
      unit: "edges",
      done: 2,
      total: 4,
      mayEndEarly: false,
      seconds: 2,
      rate: 1,
      secondsLeft: 2,
      numbers: { score: null },
    });
  });
});
