import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FunctionCase, getCase, lowLevelConfig, otherTruth } from "../../cases/index.ts";
import { fullGraph, mibAuroc } from "../../circuit/index.ts";
import { formatError } from "../../errors/index.ts";
import { encodeModel } from "../../formats/index.ts";
import { Key } from "../../rng/index.ts";
import { summarize } from "../../statistics/index.ts";
import { initializeTransformer, keyNormals } from "../../transformer/index.ts";
import { jobContext } from "../context.ts";
import type { LeaderboardDocument } from "../plans/leaderboard-document.ts";
import { runPlan } from "../run-job.ts";
import { quietProgress } from "../runs/quiet-progress.ts";
import { contestantsOf, protocolOf } from "./protocols.ts";
import { runLeaderboard } from "./run.ts";
import { type LeaderboardRequest, leaderboardRuns } from "./runs.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leaderboard-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const engine = { backend: "wasm", threads: 1 } as const;
const protocol = protocolOf("default");

const request: LeaderboardRequest = {
  protocol: protocol.name,
  cases: ["3", "7"].map((id) => ({ id, source: { id } })),
  contestants: await contestantsOf(protocol, ["random", "truth", "eap", "degree"]),
  model: { kind: "tracr" },
  seeds: [1, 2],
  dataSize: 8,
};

const make = async (asked: LeaderboardRequest, options: { signal?: AbortSignal } = {}) => {
  const { job, failures } = await runLeaderboard(asked, jobContext(folder, options), { engine });
  const document = job.artifact.result as unknown as LeaderboardDocument;
  return { job, failures, document };
};

describe("a leaderboard", () => {
  it("has a row per run, a cell per case and algorithm, and sums algorithms up", async () => {
    const { document, failures, job } = await make(request);
    expect(failures).toBe(0);
    expect(document.rows).toHaveLength(2 * 4 * 2);
    expect(document.cells).toHaveLength(2 * 4);
    const [best] = document.summary;
    expect(best).toMatchObject({ algorithm: "truth", mean: 1, cases: 2, median: 1 });
    expect(document.rows[0]!.auroc!.merged).toBe(document.rows[0]!.auroc!.edges);
    // What looks at nothing of the data is the same with all seeds.
    const degrees = document.cells.filter(({ algorithm }) => algorithm === "degree");
    for (const { least, largest, seeds } of degrees) expect([least, seeds]).toEqual([largest, 2]);
    expect(job.artifact.provenance.parents).toHaveLength(16);
  });

  it("is written for people and programs", async () => {
    const { job, document } = await make(request);
    const read = (name: string) => readFileSync(join(job.artifact.folder, name), "utf8");
    expect(read("leaderboard.md")).toContain("| truth | 2 | 1 | 1.000 … 1.000 | 1 |");
    const tex = read("leaderboard.tex");
    expect(tex).toContain("truth & 2 & 1 & 1.000 -- 1.000 & 1 & 1.000 -- 1.000 &");
    expect(tex).toContain("95 \\% of the mean");
    expect(tex.match(/\\begin\{tabular\}/g)).toHaveLength(3);
    const lines = read("leaderboard.csv").trimEnd().split("\n");
    expect(lines).toHaveLength(1 + document.rows.length);
    expect(lines[0]).toMatch(/^protocol,model,case,algorithm,seed,auroc_edges,/);
    expect(read("heat-map.svg")).toContain("7, truth: 1");
    expect(JSON.parse(read("heat-map.vl.json")).data.values).toHaveLength(8);
    expect(read("leaderboard.parquet").slice(0, 4)).toBe("PAR1");
  });

  it("knows of the zoo's cases what their audits found, and has means of those that are alike", async () => {
    const { document, job } = await make({
      ...request,
      cases: ["3", "13"].map((id) => ({ id, source: { id } })),
      contestants: await contestantsOf(protocol, ["truth", "random"]),
      model: { kind: "zoo", seed: 1 },
      seeds: [1],
    });
    const [third, thirteenth] = document.cases;
    expect(third).toMatchObject({ case: "3", layers: 2, width: 12, trueHeads: 1, trueEdges: 4 });
    expect(thirteenth!.leak).toBeGreaterThan(0.99);
    const groups = document.groups.map(({ name, cases }) => [name, ...cases]);
    expect(groups).toContainEqual(["outside edges matter", "13"]);
    const meanOfThird = document.groups[0]!.means.find(({ algorithm }) => algorithm === "random");
    expect(document.groups[0]!.cases).toEqual(["3"]);
    expect(meanOfThird!.mean).toBe(document.rows[1]!.auroc!.edges);
    const page = readFileSync(join(job.artifact.folder, "leaderboard.md"), "utf8");
    expect(page).toContain("| outside edges matter (1) |");
  });

  it("makes nothing twice, and only what is new of more", async () => {
    const first = await make(request);
    const again = await make(request);
    expect(again.job.name).toBe(first.job.name);
    const more = await make({ ...request, seeds: [1, 2, 3] });
    expect(more.job.name).not.toBe(first.job.name);
    const kept = more.document.rows.filter(({ seed }) => seed < 3);
    expect(kept).toEqual(first.document.rows);
  });

  it("has a cell with its reason for a run that fails, and counts it unless it does not apply", async () => {
    const { document, failures } = await make({
      ...request,
      cases: [request.cases[0]!, { id: "none", source: { id: "none" } }],
      contestants: [
        ...(await contestantsOf(protocol, ["random"])),
        { name: "wrong", algorithm: "eap", params: { edgeCount: -1 } },
      ],
      seeds: [1],
    });
    const codes = document.rows.map(({ algorithm, code, case: id }) => [id, algorithm, code]);
    expect(codes).toEqual([
      ["3", "random", undefined],
      ["3", "wrong", "E_OPTION"],
      ["none", "random", "E_CASE"],
      ["none", "wrong", "E_CASE"],
    ]);
    expect(failures).toBe(2);
    expect(document.cells[1]!.reason).toMatch(/^E_OPTION: /);
    expect(document.summary.at(-1)).toMatchObject({ algorithm: "wrong", cases: 0 });
  });

  it("goes on where it was stopped", async () => {
    const asked = {
      ...request,
      seeds: [11],
      contestants: await contestantsOf(protocol, ["random", "degree"]),
    };
    const stop = new AbortController();
    const { store, ...rest } = jobContext(folder, { signal: stop.signal });
    let begun = 0;
    const counting = {
      ...store,
      begin: (...given: Parameters<typeof store.begin>) => {
        if (++begun === 2) stop.abort(new Error("stopped"));
        return store.begin(...given);
      },
    };
    const around = { ...rest, store: counting };
    await expect(runLeaderboard(asked, around, { engine })).rejects.toThrow("stopped");
    expect(begun).toBe(2);
    const { document } = await make(asked);
    expect(document.rows).toHaveLength(4);
    expect(existsSync(join(folder, "leaderboard"))).toBe(true);
  });

  it("takes no result of another protocol", async () => {
    const context = jobContext(folder);
    const [first] = leaderboardRuns(request, engine);
    const { name: result } = await runPlan(first!.plan, context);
    const run = { case: "3", contestant: "random", seed: 1, outcome: { result } };
    const { contestants, dataSize } = request;
    const board = { protocol: "default", model: "tracr", dataSize, contestants, runs: [run] };
    const of = (config: object) =>
      runPlan({ kind: "leaderboard", subject: {}, config: { ...config } }, context);
    await expect(of(board)).resolves.toBeDefined();
    const others = [
      { ...board, dataSize: 9 },
      { ...board, protocol: "mib" },
      { ...board, runs: [{ ...run, seed: 2 }] },
      { ...board, runs: [{ ...run, contestant: "eap" }] },
      { ...board, contestants: [{ name: "random", algorithm: "random", params: { seed: 9 } }] },
    ];
    for (const other of others) {
      expect(await of(other).catch(formatError)).toMatch(
        /^E_PLAN: a result is of another protocol than the leaderboard/,
      );
    }
  });

  it("takes no result with other options than the defaults, where none are asked for", async () => {
    const context = jobContext(folder);
    const runs = leaderboardRuns(request, engine);
    const { plan } = runs.find(({ contestant }) => contestant === "eap")!;
    const params = { integratedGradSteps: 5, absolute: false };
    const made = await runPlan({ ...plan, config: { ...plan.config, params } }, context);
    const run = { case: "3", contestant: "eap", seed: 1, outcome: { result: made.name } };
    const of = (asked: object) => {
      const contestants = [{ name: "eap", algorithm: "eap", params: asked }];
      const board = { protocol: "default", model: "tracr", dataSize: 8, contestants, runs: [run] };
      return runPlan({ kind: "leaderboard", subject: {}, config: board }, context);
    };
    expect(await of({}).catch(formatError)).toMatch(
      /expected \{.*"params":\{"absolute":true\}.*received \{.*"params":\{"absolute":false,"integratedGradSteps":5\}/,
    );
    await expect(of({ absolute: false }).catch(formatError)).resolves.toMatch(/^E_PLAN: /);
    await expect(of({ absolute: false, integratedGradSteps: 5 })).resolves.toBeDefined();
  });
});

describe("the protocol of the paper", () => {
  const paper = protocolOf("paper");

  it("has the paper's means and medians", () => {
    const found = paper.contestants.map(({ name }) => {
      const values = paper.published!.numbers.flatMap((one) =>
        one.algorithm === name ? [one.edges] : [],
      );
      const { mean, median, count } = summarize(values, Key.fromSeed(1))!;
      expect(count).toBe(16);
      return [mean, median] as const;
    });
    const published = [
      [0.877, 0.959],
      [0.741, 0.852],
      [0.825, 0.884],
      [0.227, 0],
      [0.852, 0.91],
    ] as const;
    // The table has three decimals, and so have these.
    for (const [i, [mean, median]] of published.entries()) {
      expect(Math.abs(found[i]![0] - mean)).toBeLessThan(1.1e-3);
      expect(Math.abs(found[i]![1] - median)).toBeLessThan(1.1e-3);
    }
  });

  it("shows its numbers beside those that are found, of the cases at hand", async () => {
    const asked = {
      ...request,
      protocol: "paper",
      contestants: await contestantsOf(paper, ["acdc", "eap"]),
    };
    const { document, job } = await make({ ...asked, seeds: [1] });
    expect(document.measure).toBe(paper.measure);
    expect(document.published!.numbers).toMatchObject([
      { case: "3", algorithm: "acdc", edges: 0.98, found: document.cells[0]!.mean },
      { case: "3", algorithm: "eap", edges: 0.99 },
    ]);
    const text = readFileSync(join(job.artifact.folder, "leaderboard.md"), "utf8");
    const [acdc, eap] = document.cells.map(({ mean }) => mean!.toFixed(3));
    expect(text).toContain(`| 3 | ${acdc} (0.980) | ${eap} (0.990) |`);
    expect(text).toMatch(/^- 3: .*other weights: tracr in place of interp-bench\./m);
  });

  it("says why numbers differ, from facts of the runs", () => {
    const why = paper.published!.reasons!;
    const facts = { theirs: 0.9, ours: 0.9, exact: 0.91, largest: 0.5 };
    expect(why(facts)).toEqual([]);
    expect(why({ ...facts, ours: 0, largest: 1e-6, exact: 0.987 })).toEqual([
      "no number here is above the smallest threshold, 0.00001, which counts as 0; by ranks it is 0.987",
    ]);
    expect(why({ ...facts, theirs: 0, ours: 0.5, exact: 0.8 })).toEqual([
      "the paper's 0 says that all or none of its edges were above every threshold, and not how they ranked",
      "19 thresholds give 0.300 less here than the ranking has; by ranks it is 0.800",
    ]);
  });
});

describe("the protocol of MIB", () => {
  it("judges by MIB's AUROC against its seven edges, and runs circuits, on a model that is named", async () => {
    const mib = protocolOf("mib");
    const case_ = getCase("ioi");
    const path = join(folder, "stand-in");
    mkdirSync(path);
    const config = lowLevelConfig(case_);
    const { config: text, weights } = encodeModel(
      initializeTransformer(config, keyNormals(Key.fromSeed(1))),
    );
    writeFileSync(join(path, "config.json"), text);
    writeFileSync(join(path, "model.safetensors"), weights);
    const { document, failures } = await make({
      protocol: mib.name,
      cases: [{ id: "ioi", source: { id: "ioi" } }],
      contestants: await contestantsOf(mib, ["random-muted-qk"]),
      model: { kind: "folder", path },
      seeds: [1],
      dataSize: 2,
    });
    expect(failures).toBe(0);
    const [row] = document.rows;
    const { edges, destinations } = fullGraph(config);
    const draws = Key.fromSeed(1).fold("random edges").uniform(edges.length);
    const muted = new Map(
      edges.map(({ text: edge, index, destination }) => {
        const { input } = destinations[destination]!;
        return [edge, input === "q" || input === "k" ? 0 : draws[index]!];
      }),
    );
    const truth = otherTruth(case_ as FunctionCase, "mib").edges;
    expect(row!.auroc!.edges).toBeCloseTo(mibAuroc(muted, truth)!.auroc, 12);
    expect(row!.auroc!.merged).toBeLessThan(row!.auroc!.edges!);
    expect(row!.faithfulness!.cmd).toBeGreaterThan(0);
    expect(document.curves[0]!.faithfulness).toHaveLength(10);
    expect(document.published!.numbers).toEqual([]);
    expect(document.model).toBe("stand-in");
  });
});

describe("contestants", () => {
  it("are those that are named, each once, and all by default", async () => {
    expect(await contestantsOf(protocol)).toHaveLength(protocol.contestants.length);
    const [only, ...others] = await contestantsOf(protocol, [" eap", "eap"]);
    expect([only!.name, others]).toEqual(["eap", []]);
    expect(await contestantsOf(protocol, ["eap:absolute=false", "eap"])).toEqual([
      { name: "eap:absolute=false", algorithm: "eap", params: { absolute: false } },
      { name: "eap", algorithm: "eap", params: {} },
    ]);
    await expect(contestantsOf(protocol, ["epa"])).rejects.toThrow(
      'no algorithm of the protocol default "epa"',
    );
    await expect(contestantsOf(protocol, [])).rejects.toThrow("no algorithm is named");
    expect(() => protocolOf("papr")).toThrow('no protocol "papr"');
  });
});

describe("the progress of many like jobs", () => {
  it("warns of a case once, whichever job does", () => {
    const told: string[] = [];
    const { warn, note, begin } = quietProgress({ warn: (text) => told.push(text) });
    warn("run eap 3: the model is bad (iia 60 %: low)");
    warn("run sp 3: the model is bad (iia 60 %: low)");
    warn("run sp 4: the model is bad");
    warn("something else");
    note("nothing");
    begin("run eap 3").update(1);
    expect(told).toEqual([
      "3: the model is bad (iia 60 %: low)",
      "4: the model is bad",
      "something else",
    ]);
  });
});
