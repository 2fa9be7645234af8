import type { Page } from "playwright-core";
import {
  hasBrowser,
  openBrowser,
  type TestBrowser,
  testPage,
} from "../../web/test/browser.testing.ts";
import { GPT2_SMALL, largeContent } from "../../web/test/large-model.testing.ts";
import type { BenchContext, Section } from "../section.ts";
import { makeTable, rounded, type Table } from "../table.ts";

/** Something that a page does, and how long it may take. */
interface Lap {
  readonly work: string;
  /** Milliseconds of every round. */
  readonly rounds: readonly number[];
  readonly budget: number;
}

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)];

/** What a page is timed with: the engine in a worker of its own, called as the page calls it. */
const ENGINE = `
globalThis.startBenchEngine = async () => {
  const bytes = Uint8Array.from(atob(document.getElementById("engine").textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(stream).text();
  const begin = performance.now();
  const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  let calls = 0;
  const call = (method, input) => new Promise((resolve, reject) => {
    const id = calls++;
    const listen = ({ data }) => {
      if (data.id !== id || data.kind === "progress") return;
      worker.removeEventListener("message", listen);
      if (data.kind === "done") resolve(data.output);
      else reject(new Error(data.failure.message));
    };
    worker.addEventListener("message", listen);
    worker.postMessage({ kind: "call", id, method, input });
  });
  await call("start");
  return { call, ready: performance.now() - begin, stop: () => worker.terminate() };
};
globalThis.timeCalls = async (call, method, input, rounds) => {
  const laps = [];
  for (let i = 0; i < rounds; i++) {
    const begin = performance.now();
    await call(method, input);
    laps.push(performance.now() - begin);
  }
  return laps;
};`;

/** An event of Chromium's, in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  /** Processor time. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly data?: { readonly type?: string } };
}

/** What Chromium does while something happens in a page. */
async function traced(page: Page, work: () => Promise<unknown>): Promise<readonly TraceEvent[]> {
  const chromium = page.context().browser()!;
  await chromium.startTracing(page, { categories: ["devtools.timeline", "toplevel"] });
  await work();
  return JSON.parse((await chromium.stopTracing()).toString()).traceEvents;
}

/** Milliseconds of processor time of the longest script that Chromium evaluates while it opens a page. */
async function evaluation(browser: TestBrowser, html: string): Promise<number> {
  const { page } = await browser.open("<p></p>");
  const events = await traced(page, async () => {
    const { page: opened } = await browser.open(html, { address: "v1/case/3" });
    await opened.locator(".steps").waitFor();
    await opened.context().close();
  });
  await page.context().close();
  const own = events.filter(({ name }) => name === "EvaluateScript");
  return Math.max(...own.map(({ tdur = 0 }) => tdur)) / 1000;
}

/**
 * Milliseconds of processor time that the thread of the page takes from each input to the end of the frame that
 * shows what came of it: scripts, style, layout, painting.
 */
function drawing(events: readonly TraceEvent[]): readonly number[] {
  const inputs = events.filter(
    ({ name, args }) => name === "EventDispatch" && args?.data?.type === "input",
  );
  return inputs.map(({ ts: begin, pid, tid }) => {
    const own = events.filter((one) => one.pid === pid && one.tid === tid);
    const frame = own
      .filter(({ name, ts }) => name === "Layerize" && ts > begin)
      .reduce((first, { ts }) => Math.min(first, ts), Number.POSITIVE_INFINITY);
    const tasks = own.filter(
      ({ name, ts, dur = 0 }) =>
        name === "ThreadControllerImpl::RunTask" && ts + dur >= begin && ts <= frame,
    );
    return tasks.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000;
  });
}

/** Milliseconds from the creation of the worker to its first answer. */
async function readiness(page: Page): Promise<number> {
  return page.evaluate(`startBenchEngine().then(({ ready, stop }) => { stop(); return ready; })`);
}

const COMPILED = { kind: "compiled", case: "3" } as const;
/** As many thresholds as a curve of ACDC needs. */
const THRESHOLDS = Array.from({ length: 50 }, (_, i) => 10 ** (-4 + (4 * i) / 49));
const INPUT = [5, 2, 1, 2, 1];

interface EngineWork {
  readonly work: string;
  readonly method: string;
  readonly input: object;
  readonly budget: number;
  /** Sequences that share a call, whose time is divided by them. */
  readonly sequences?: number;
}

const ENGINE_WORK: readonly EngineWork[] = [
  {
    work: "forward pass of case 3, of 256 sequences",
    method: "run",
    input: { model: COMPILED, tokens: Array.from({ length: 256 }, () => INPUT) },
    budget: 0.1,
    sequences: 256,
  },
  {
    work: "EAP, 256 pairs",
    method: "discover",
    input: { model: COMPILED, algorithm: "eap", seed: 1, size: 256 },
    budget: 20,
  },
  {
    work: "ACDC, 50 thresholds, 200 pairs",
    method: "discover",
    input: {
      model: COMPILED,
      algorithm: "acdc",
      options: { threshold: THRESHOLDS },
      seed: 1,
      size: 200,
    },
    budget: 400,
  },
];

async function engineLaps(page: Page, rounds: number): Promise<readonly Lap[]> {
  const laps: Lap[] = [];
  for (const { work, method, input, budget, sequences = 1 } of ENGINE_WORK) {
    const given = JSON.stringify([method, input, rounds + 1]);
    const [, ...warm] = await page.evaluate<number[]>(
      `startBenchEngine().then(async ({ call, stop }) => {
        const laps = await timeCalls(call, ...${given});
        stop();
        return laps;
      })`,
    );
    laps.push({ work, rounds: warm.map((ms) => ms / sequences), budget });
  }
  return laps;
}

/** A training in the worker, and how long the page's frames are meanwhile. */
async function training(page: Page): Promise<readonly Lap[]> {
  const { total, frames } = await page.evaluate<{ total: number; frames: number[] }>(
    `startBenchEngine().then(async ({ call, stop }) => {
      const frames = [];
      let last = performance.now();
      let goesOn = true;
      const frame = () => {
        const now = performance.now();
        frames.push(now - last);
        last = now;
        if (goesOn) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      const begin = performance.now();
      await call("train", { case: "3", name: "bench" });
      goesOn = false;
      stop();
      return { total: performance.now() - begin, frames };
    })`,
  );
  return [
    { work: "training of case 3", rounds: [total], budget: 2000 },
    { work: "a frame of the page meanwhile", rounds: frames, budget: 17 },
  ];
}

/** Milliseconds of processor time until each of some moved thresholds is drawn. */
async function redraw(
  browser: TestBrowser,
  shape: typeof GPT2_SMALL,
  rounds: number,
): Promise<readonly number[]> {
  const html = await testPage(largeContent(shape));
  const { page } = await browser.open(html, {
    address: "v1/result/run?circuit.detail=qkv",
  });
  await page.locator(".circuit-view .line").first().waitFor({ state: "attached", timeout: 60_000 });
  await page.waitForTimeout(2000);
  const events = await traced(page, () =>
    page.evaluate(
      `(async () => {
        const slider = document.querySelector(".circuit-threshold input");
        for (let i = 0; i < ${rounds}; i++) {
          slider.value = String(Math.round((Number(slider.max) * (i + 1)) / ${rounds + 1}));
          setTimeout(() => slider.dispatchEvent(new Event("input", { bubbles: true })));
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      })()`,
    ),
  );
  await page.context().close();
  return drawing(events);
}

async function times({ pace, progress }: BenchContext): Promise<readonly Table[]> {
  if (!hasBrowser) return [makeTable("The explorer", [], [], ["Needs /usr/bin/chromium."])];
  const rounds = 4 * pace.rounds + 1;
  const [browser, html] = await Promise.all([openBrowser(), testPage({ kind: "site" })]);
  try {
    const laps: Lap[] = [];
    progress("script evaluation");
    const evaluations = [];
    for (let i = 0; i < pace.rounds; i++) evaluations.push(await evaluation(browser, html));
    laps.push({ work: "script evaluation", rounds: evaluations, budget: 60 });
    const { page } = await browser.open(html, { address: "v1/write", prepare: ENGINE });
    await page.locator(".steps").waitFor();
    progress("worker");
    const starts = [];
    for (let i = 0; i < rounds; i++) starts.push(await readiness(page));
    laps.push({ work: "worker ready", rounds: starts, budget: 100 });
    progress("calls of the engine");
    laps.push(...(await engineLaps(page, rounds)));
    progress("training");
    laps.push(...(await training(page)));
    for (const shape of [{ nLayers: 6, nHeads: 4 }, GPT2_SMALL]) {
      progress(`thresholds at ${shape.nLayers} × ${shape.nHeads}`);
      const work = `new threshold, ${shape.nLayers} layers × ${shape.nHeads} heads`;
      laps.push({ work, rounds: await redraw(browser, shape, rounds), budget: 17 });
    }
    return [
      makeTable(
        "The explorer in Chromium",
        [
          { heading: "work", value: ({ work }) => work },
          { heading: "median ms", value: ({ rounds }) => rounded(quantile(rounds, 0.5)) },
          { heading: "least ms", value: ({ rounds }) => rounded(quantile(rounds, 0)) },
          { heading: "budget ms", value: ({ budget }) => budget },
        ],
        laps,
        ["Calls of the engine are timed in the page, there and back; a forward pass by sequence."],
      ),
    ];
  } finally {
    await browser.close();
  }
}

/** What pages take, in a headless Chromium. */
export const explorer: Section = {
  name: "explorer",
  summary: "The explorer in Chromium: start, calls of its engine, thresholds",
  run: times,
};
