import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { formatError, InterpBenchError } from "../errors/index.ts";
import { jobContext } from "./context.ts";
import { type JobGraph, type JobOutcome, runGraph } from "./graph.ts";
import { defineKind, type JobKind } from "./kind.ts";
import type { WorkerPool } from "./workers/pool.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "graph-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const told: string[] = [];

/** Adds the sums of its parents and a number of its own. */
const sum: JobKind = defineKind({
  name: "sum",
  title: "sum",
  usesEngine: false,
  config: z.strictObject({ own: z.number().default(0), fails: z.boolean().default(false) }),
  failure: ({ total }) =>
    total === 0 ? new InterpBenchError("E_DATA", "nothing to add") : undefined,
  async prepare({ config: { own, fails }, parents }, { store }) {
    const totals = parents.map((name) => Number(store.read(name).result.total));
    return {
      case: `own-${own}`,
      config: { own, totals },
      parents,
      async run() {
        if (fails) throw new InterpBenchError("E_DATA", `${own} cannot be added`);
        return { total: totals.reduce((x, y) => x + y, own) };
      },
    };
  },
});

const plan = (own: number, ...parents: string[]) => ({
  kind: "sum",
  subject: {},
  config: { own },
  parents,
});

async function run<Name extends string>(graph: JobGraph<Name>, signal?: AbortSignal) {
  told.length = 0;
  const context = jobContext(folder, signal === undefined ? {} : { signal });
  return runGraph(graph, context, {
    kinds: [sum],
    onBegin: (name) => told.push(`${name} begins`),
    onEnd: (name, { kind }) => told.push(`${name} ${kind}`),
  });
}

const totalOf = (outcome: JobOutcome) =>
  outcome.kind === "done" ? outcome.job.artifact.result.total : formatError(outcome.error);

describe("a graph of jobs", () => {
  it("does each when what it is made from is done, and else in the order given", async () => {
    const outcomes = await run({
      all: plan(1, "left", "right"),
      right: plan(20, "first"),
      left: plan(300, "first"),
      first: plan(4000),
    });
    expect(told.filter((text) => text.endsWith("begins"))).toEqual([
      "first begins",
      "right begins",
      "left begins",
      "all begins",
    ]);
    expect(Object.entries(outcomes).map(([name, one]) => [name, totalOf(one)])).toEqual([
      ["all", 8321],
      ["right", 4020],
      ["left", 4300],
      ["first", 4000],
    ]);
  });

  it("records what each was made from, and finds it again", async () => {
    const graph = { second: plan(2, "first"), first: plan(1) };
    const { first, second } = await run(graph);
    if (first.kind === "failed" || second.kind === "failed") throw new Error("failed");
    expect(first.job.name).toMatch(/^sum\/own-1\/[0-9a-f]{12}$/);
    expect(second.job.artifact.provenance.parents).toEqual([first.job.name]);
    expect(await run(graph)).toEqual({ first, second });
    const alone = await run({ second: plan(2, first.job.name) });
    expect(alone.second).toEqual(second);
  });

  it("goes on without a job that fails, but not with those that are made from it", async () => {
    const outcomes = await run({
      bad: { ...plan(1), config: { own: 1, fails: true } },
      child: plan(2, "bad"),
      grandchild: plan(3, "child"),
      other: plan(4),
    });
    expect(Object.values(outcomes).map(totalOf)).toEqual([
      "E_DATA: 1 cannot be added",
      "E_PARENT: what this is made from has failed (at bad) — received E_DATA: 1 cannot be added",
      expect.stringMatching(/^E_PARENT: what this is made from has failed \(at child\)/),
      4,
    ]);
    expect(told).toContain("child failed");
  });

  it("keeps results that are failures, and goes on with them", async () => {
    const { nothing, more } = await run({ nothing: plan(0), more: plan(1, "nothing") });
    expect(nothing).toMatchObject({ kind: "done", failure: { code: "E_DATA" } });
    expect(totalOf(more)).toBe(1);
  });

  it("is empty where there are no plans", async () => {
    expect(await run({})).toEqual({});
  });

  it.each([
    [
      { a: plan(1, "b"), b: plan(2, "c"), c: plan(3, "b") },
      "E_PLAN: these jobs are made from each other — received b ← c ← b",
    ],
    [{ a: { ...plan(1), kind: "sun" } }, 'E_PLAN: no kind of work "sun". Did you mean "sum"?'],
  ])("is refused before anything is done: %#", async (graph, message) => {
    const error = await run(graph as JobGraph).catch((thrown: unknown) => thrown);
    expect(formatError(error)).toBe(message);
    expect(told).toEqual([]);
  });

  it("runs kinds here that its workers do not know", async () => {
    const errands: unknown[] = [];
    const workers: WorkerPool = {
      run: async (errand) => errands.push(errand),
      runForeign: async () => undefined,
      close: async () => undefined,
    };
    const context = jobContext(folder);
    const graph = { first: plan(1), second: plan(2) };
    const options = { kinds: [sum], threads: 2, workers };
    const outcomes = await runGraph(graph, context, options);
    expect([Object.values(outcomes).map(totalOf), errands]).toEqual([[1, 2], []]);
    await runGraph(graph, context, { ...options, workerKinds: [sum] }).catch(() => undefined);
    expect(errands).toHaveLength(2);
  });

  it("stops everything when it is interrupted", async () => {
    const controller = new AbortController();
    const stopping: JobKind = {
      ...sum,
      prepare: async () => ({
        case: "stopping",
        config: {},
        async run({ signal }) {
          controller.abort();
          throw signal.reason;
        },
      }),
    };
    const context = jobContext(folder, { signal: controller.signal });
    const graph = { first: plan(1), second: plan(2) };
    const running = runGraph(graph, context, { kinds: [stopping] });
    const thrown = await running.catch((error: unknown) => error);
    expect(thrown).toBe(controller.signal.reason);
  });
});
