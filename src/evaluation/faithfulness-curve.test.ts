import { describe, expect, it } from "vitest";
import {
  type Circuit,
  dialects,
  emptyCircuit,
  fullGraph,
  graphCircuit,
  mibAuroc,
  pruneCircuit,
  type ScoreMap,
} from "../circuit/index.ts";
import { CONFIG, storedOf, tinyModelTask } from "../discovery/attribution/tiny-model.testing.ts";
import { tinyTask } from "../discovery/fixtures.testing.ts";
import { circuitFaithfulness, contrastLoss, getAlgorithm } from "../discovery/index.ts";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import { curveAreas, faithfulnessCurve } from "./index.ts";

const backend = referenceBackend();
const graph = fullGraph(CONFIG);
const key = Key.fromSeed(1);
const libraryName = (index: number) => dialects.eap.formatEdge(graph.edges[index]!.edge, CONFIG);

/** The stored scores of a column, for all edges. */
const scoresOf = (variant: "none" | "LNPre", column: string): ScoreMap =>
  new Map(
    graph.edges.map(({ text, index }) => [
      text,
      storedOf[variant].edges[libraryName(index)]![column]!,
    ]),
  );

describe("the areas of MIB", () => {
  it.each([
    ["none", "EAP", true, 0.429805, 0.569195],
    ["none", "EAP-IG-inputs", true, 0.769376, 0.229624],
    ["none", "EAP-IG-activations", true, 0.591843, 0.407157],
    ["none", "clean-corrupted", true, 0.766651, 0.232349],
    ["none", "EAP", false, 0.08681, 0.91219],
    ["LNPre", "EAP", true, 0.49434, 0.50466],
    ["LNPre", "EAP-IG-inputs", true, 0.553215, 0.445785],
  ] as const)(
    "are those of its code: %s, %s, absolute %s",
    async (variant, column, absolute, cpr, cmd) => {
      const task = tinyModelTask({ ...CONFIG, normalization: variant });
      const scores = scoresOf(variant, column);
      const { nominal, points } = await faithfulnessCurve(
        task,
        scores,
        { backend },
        {
          key,
          draws: 1,
          absolute,
        },
      );
      expect(points.map(({ budget }) => budget)).toEqual([0, 0, 0, 0, 0, 2, 4, 9, 23, 46]);
      expect(Math.abs(nominal.cpr! - cpr)).toBeLessThan(2e-6);
      expect(Math.abs(nominal.cmd! - cmd)).toBeLessThan(2e-6);
      expect(points.at(-1)).toMatchObject({ size: 46, faithfulness: 1 });
    },
  );

  it.each([
    [0.2, 9, 9, 0.655444],
    [0.31, 14, 14, 0.795799],
  ])("grow circuits where that is asked for: %s of 46 edges", async (share, budget, size, f) => {
    const options = {
      key,
      draws: 1,
      absolute: true,
      select: "greedy",
      fractions: [share],
    } as const;
    const { points } = await faithfulnessCurve(
      tinyModelTask({ ...CONFIG, normalization: "none" }),
      scoresOf("none", "EAP"),
      { backend },
      options,
    );
    expect(points[0]).toMatchObject({ budget, size, faithfulness: expect.closeTo(f, 5) });
  });

  it("are those of MIB's code for IFR where its circuits are of the largest scores, and not grown", async () => {
    const task = tinyModelTask({ ...CONFIG, normalization: "LNPre" });
    const found = await getAlgorithm("ifr").discover(task, {}, { backend });
    const of = (select?: "top" | "greedy") =>
      faithfulnessCurve(task, found, { backend }, { key, draws: 1, ...(select && { select }) });
    const { nominal } = await of("top");
    expect(nominal.cpr).toBeCloseTo(0.25, 12);
    expect(nominal.cmd).toBeCloseTo(0.749, 12);
    const grown = await of();
    expect(grown).toEqual(await of("greedy"));
    expect(grown.points.map(({ budget }) => budget)).toEqual([0, 0, 0, 0, 0, 2, 4, 9, 23, 46]);
    expect(grown.points.at(-2)!.size).toBeGreaterThan(0);
  });

  it.each([
    ["none", "EAP", 0.72481],
    ["none", "EAP-IG-inputs", 0.76744],
    ["none", "EAP-IG-activations", 0.76744],
    ["none", "clean-corrupted", 0.76744],
    ["LNPre", "EAP", 0.44574],
    ["LNPre", "EAP-IG-inputs", 0.44186],
  ] as const)("and so is its AUROC: %s, %s", (variant, column, expected) => {
    const wanted = ["input->m0", "m0->a1.h0<v>", "a1.h0->logits"];
    const truth = new Set(
      graph.edges
        .filter(({ index }) => wanted.includes(libraryName(index)))
        .map(({ text }) => text),
    );
    expect(truth.size).toBe(3);
    expect(mibAuroc(scoresOf(variant, column), truth)!.auroc).toBeCloseTo(expected, 5);
  });
});

describe("areas under a curve", () => {
  const fractions = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
  const areas = (of: (fraction: number) => number, ahead = (_: number) => 1) =>
    curveAreas(
      fractions.map((fraction) => ({
        fraction,
        budget: 1000 * fraction,
        size: 500 * fraction,
        faithfulness: of(fraction),
        ahead: ahead(fraction),
      })),
      1000,
      "nominal",
    );

  it("have the constants that follow from ten sizes", () => {
    const whole = areas(() => 1);
    expect([whole.cpr, whole.cmd]).toEqual([expect.closeTo(0.999, 12), 0]);
    const last = areas((fraction) => (fraction === 1 ? 1 : 0));
    expect(last.cpr).toBeCloseTo(0.25, 12);
    expect(last.cmd).toBeCloseTo(0.749, 12);
    const some = areas((fraction) => fraction ** 2);
    expect(some.cpr! + some.cmd!).toBeCloseTo(0.999, 12);
  });

  it("weigh rows that are ahead by the logarithm of the size", () => {
    expect(areas(() => 1).accAuc).toBeCloseTo(1, 12);
    expect(
      areas(
        () => 1,
        (fraction) => Math.log(fraction),
      ).accAuc,
    ).toBeCloseTo(Math.log(0.001) / 2, 12);
  });

  it("are taken along the sizes that are left, if that is wanted", () => {
    const points = [
      { fraction: 0.5, budget: 5, size: 2, faithfulness: 0.5, ahead: 0 },
      { fraction: 1, budget: 10, size: 10, faithfulness: 1, ahead: 1 },
    ];
    expect(curveAreas(points, 10, "nominal").cpr).toBeCloseTo(0.5 * 0.75, 12);
    expect(curveAreas(points, 10, "realised").cpr).toBeCloseTo(0.8 * 0.75, 12);
    expect(curveAreas(points, 10, "realised").cmd).toBeCloseTo(0.8 * 0.25, 12);
  });

  it("are not defined where faithfulness is not, or without points", () => {
    const point = { fraction: 1, budget: 1, size: 1, faithfulness: undefined, ahead: 0.5 };
    expect(curveAreas([point], 1, "nominal")).toEqual({
      cpr: undefined,
      cmd: undefined,
      accAuc: undefined,
    });
    expect(curveAreas([], 1, "nominal").cpr).toBeUndefined();
  });
});

describe("a curve of faithfulness", () => {
  it("has intervals that lie about its areas, and are a function of the key", async () => {
    const fast = { backend: await wasmBackend() };
    const task = tinyTask();
    const { ranking } = await getAlgorithm("exact").discover(task, {}, fast);
    const of = (seed: number) =>
      faithfulnessCurve(task, ranking, fast, { key: Key.fromSeed(seed), draws: 100 });
    const curve = await of(3);
    const { cmd } = curve.intervals;
    expect(cmd!.low).toBeLessThanOrEqual(curve.nominal.cmd!);
    expect(cmd!.high).toBeGreaterThanOrEqual(curve.nominal.cmd!);
    expect(cmd!.low).toBeLessThan(cmd!.high);
    expect(await of(3)).toEqual(curve);
    expect((await of(4)).intervals).not.toEqual(curve.intervals);
  });

  it("is of shares of the heads and MLPs where these are ranked", async () => {
    const task = tinyModelTask({ ...CONFIG, normalization: "none" });
    const found = await getAlgorithm("node-exact").discover(task, {}, { backend });
    const { points } = await faithfulnessCurve(task, found, { backend }, { key, draws: 1 });
    expect(points.map(({ budget }) => budget)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 3, 6]);
    const three = await getAlgorithm("node-exact").discover(task, { nodeCount: 3 }, { backend });
    const loss = contrastLoss(task);
    const of = (circuit: Circuit) =>
      circuitFaithfulness(task, circuit, { backend }, { ablation: "resample", loss });
    const floor = await of(emptyCircuit);
    const whole = await of(graphCircuit(graph));
    const f = ((await of(three.circuit!)) - floor) / (whole - floor);
    expect(points[8]!.faithfulness).toBeCloseTo(f, 9);
    expect(points[8]!.size).toBe(pruneCircuit(three.circuit!).edges.size);
  });

  it("is undefined, not NaN, where nothing is corrupted", async () => {
    const task = tinyTask();
    const same = { ...task, corruptedTokens: task.cleanTokens };
    const { ranking } = await getAlgorithm("random").discover(task, {}, { backend });
    const loss = "kl_div";
    const { points, nominal } = await faithfulnessCurve(same, ranking, { backend }, { key, loss });
    expect(points.every(({ faithfulness }) => faithfulness === undefined)).toBe(true);
    expect(nominal.cpr).toBeUndefined();
  });

  it("refuses a loss for other outputs", async () => {
    const task = tinyTask({ dVocabOut: 1 });
    const { ranking } = await getAlgorithm("random").discover(task, {}, { backend });
    expect(
      await faithfulnessCurve(task, ranking, { backend }, { key, loss: "avg_diff" }).then(
        () => "",
        formatError,
      ),
    ).toContain('E_LOSS: the loss "avg_diff" does not fit the task');
  });
});

describe("the making of curves", () => {
  it("goes on in turns, tells how far it is, and can be stopped", async () => {
    const scores = scoresOf("none", "EAP");
    const task = tinyModelTask({ ...CONFIG, normalization: "none" });
    const shares: number[] = [];
    let turns = 0;
    const onProgress = (share: number) => shares.push(share);
    const turn = async () => {
      turns++;
    };
    const options = { key, draws: 20 };
    await faithfulnessCurve(task, scores, { backend, onProgress, turn }, options);
    expect(turns).toBe(shares.length);
    expect(shares.filter((share) => share > 0.5).length).toBeGreaterThanOrEqual(19);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const signal = AbortSignal.abort("enough");
    const stopped = faithfulnessCurve(task, scores, { backend, signal }, options);
    await expect(stopped).rejects.toBe("enough");
  });
});
