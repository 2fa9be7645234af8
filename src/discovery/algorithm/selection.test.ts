import { describe, expect, it } from "vitest";
import {
  type Circuit,
  circuitFromTexts,
  circuitOf,
  equalCircuits,
  fullGraph,
  headCircuit,
  PAPER_THRESHOLDS,
  paperAuroc,
  prepareForEvaluation,
  ratePoint,
  scoreCircuit,
} from "../../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { Key } from "../../rng/index.ts";
import { storedDiscovery, tinyTask } from "../fixtures.testing.ts";
import {
  acdc,
  circuitFaithfulness,
  circuitSelector,
  eap,
  edgeScores,
  paperAurocOf,
  random,
  scoreFinding,
  sp,
} from "../index.ts";

const context = { backend: referenceBackend() };
const task = tinyTask();
const shape = task.transformer.config;
const graph = fullGraph(shape);

describe("a selector", () => {
  const values = graph.edges.map((_, i) => (i * 29) % graph.edges.length);
  const scores = edgeScores(graph, values);
  const select = (selection: Parameters<typeof circuitSelector>[1]) =>
    circuitSelector(graph, selection)(scores);

  it("finds a circuit for each of several settings, the one it finds for that alone", async () => {
    for (const name of ["threshold", "edgeCount"] as const) {
      const several = await select({ [name]: [5, 40, 5, 12] });
      expect(several.map(({ setting }) => setting)).toEqual(
        [5, 40, 12].map((value) => ({ name, value })),
      );
      for (const { setting, ...found } of several) {
        expect(await select({ [name]: setting.value })).toEqual([{ setting, ...found }]);
      }
    }
    expect(await select({})).toEqual([]);
  });

  it("tells how many edges lie on no path, and drops them if asked to", async () => {
    const [plain] = await select({ edgeCount: 9 });
    const [pruned] = await select({ edgeCount: 9, prune: true });
    const { chosen, offPath } = plain!.selection;
    expect(chosen).toBe(9);
    expect(offPath).toBeGreaterThan(0);
    expect(plain!.circuit.edges.size).toBe(9);
    expect(pruned!.selection).toEqual({ ...plain!.selection, pruned: true });
    expect(pruned!.circuit.edges.size).toBe(9 - offPath);
    expect(equalCircuits(pruned!.unpruned, plain!.circuit)).toBe(true);
  });

  it("grows circuits of which every edge leads to the output", async () => {
    const leads = ({ edges }: Circuit) => {
      const froms = new Set([...edges.values()].map(([{ hook, head }]) => `${hook}/${head}`));
      return [...edges.values()].every(([, { hook, head }]) => {
        const writer = hook
          .replace(/hook_[qkv]_input/, "attn.hook_result")
          .replace("mlp_in", "mlp_out");
        return hook.endsWith("resid_post") || froms.has(`${writer}/${head}`);
      });
    };
    for (const selection of [{ edgeCount: [3, 9, 20] }, { threshold: [40, 30, 20] }]) {
      const found = await select({ ...selection, select: "greedy" });
      expect(found.map(({ circuit }) => leads(circuit))).toEqual([true, true, true]);
      expect((await select(selection)).every(({ circuit }) => leads(circuit))).toBe(false);
    }
  });

  it("chooses none of edges that nothing ranks, and says so", async () => {
    const flat = edgeScores(graph, new Float64Array(graph.edges.length));
    for (const way of ["top", "greedy"] as const) {
      const found = await circuitSelector(graph, { edgeCount: [0, 4, 46], select: way })(flat);
      expect(found.map(({ circuit }) => circuit.edges.size)).toEqual([0, 0, 46]);
      expect(found.map(({ selection }) => selection.tie)).toEqual([
        undefined,
        { score: 0, tied: 46, taken: 0 },
        undefined,
      ]);
    }
  });

  it("names ties at the cut, and the range of what it judged by", async () => {
    const some = edgeScores(
      graph,
      graph.edges.map((_, i) => (i < 3 ? 3 - i : 0)),
    );
    const [two, four] = await circuitSelector(graph, { edgeCount: [2, 4] })(some);
    expect(two!.selection.tie).toBeUndefined();
    expect(four!.selection).toMatchObject({
      tie: { score: 0, tied: 43, taken: 1 },
      smallest: 0,
      largest: 3,
    });
  });
});

describe("algorithms with several settings", () => {
  it("find with ACDC what single runs find", async () => {
    const thresholds = [0.3, 0.01, 0];
    const { findings, circuit } = await acdc.discover(task, { threshold: thresholds }, context);
    expect(circuit).toBeUndefined();
    expect(findings.map(({ setting }) => setting.value)).toEqual(thresholds);
    for (const { setting, circuit: found, faithfulness } of findings) {
      const single = await acdc.discover(task, { threshold: setting.value }, context);
      expect(equalCircuits(found, single.circuit!)).toBe(true);
      expect(faithfulness).toBe(single.diagnostics.faithfulness);
      expect(single.ranking).toBe(single.effects);
    }
  });

  it("measure the circuits that they give, pruned ones, too", async () => {
    for (const prune of [false, true]) {
      const runs = [
        await acdc.discover(task, { threshold: 0.05, prune }, context),
        await eap.discover(task, { edgeCount: [5, 9], prune, select: "top" }, context),
      ];
      for (const { circuit, faithfulness } of runs.flatMap(({ findings }) => findings)) {
        expect(faithfulness).toBeCloseTo(await circuitFaithfulness(task, circuit, context), 9);
      }
    }
  });

  it("give subnetwork probing a circuit for each λ", async () => {
    const options = { epochs: 3, edgewise: true };
    const { findings } = await sp.discover(task, { ...options, lambdaReg: [0.1, 5] }, context);
    const { circuit } = await sp.discover(task, { ...options, lambdaReg: 5 }, context);
    expect(findings.map(({ setting }) => setting)).toEqual([
      { name: "lambdaReg", value: 0.1 },
      { name: "lambdaReg", value: 5 },
    ]);
    expect(equalCircuits(findings[1]!.circuit, circuit!)).toBe(true);
  });

  it("show what edges on no path do to the score, dropped or not", async () => {
    const truth = headCircuit(shape);
    const key = Key.fromSeed(1);
    const scoreOf = async (prune: boolean) => {
      const { findings } = await random.discover(task, { edgeCount: 9, prune }, context);
      return scoreFinding(findings[0]!, truth, shape, key);
    };
    const [kept, pruned] = [await scoreOf(false), await scoreOf(true)];
    expect(kept.score).toEqual(kept.pruning!.unpruned);
    expect(pruned.score).toEqual(kept.pruning!.pruned);
    expect(pruned.pruning).toEqual(kept.pruning);
    expect(kept.pruning!.pruned.edges.tp).toBeLessThan(kept.pruning!.unpruned.edges.tp);
    const { findings } = await random.discover(task, { edgeCount: 46 }, context);
    expect(scoreFinding(findings[0]!, truth, shape, key)).not.toHaveProperty("pruning");
  });

  it("choose a share of positive edges, or the best circuit of edges on paths", async () => {
    const choose = async (select: "pnr" | "ilp", positiveShare?: number) => {
      const options = { edgeCount: 8, select, positiveShare };
      const { findings, effects } = await eap.discover(task, options, context);
      const kept = [...findings[0]!.circuit.edges.keys()];
      const { offPath, chosen } = findings[0]!.selection;
      return { offPath, chosen, positive: kept.filter((text) => effects!.get(text)! > 0).length };
    };
    expect(await choose("pnr", 1)).toMatchObject({ chosen: 8, positive: 8 });
    expect((await choose("pnr")).positive).toBeGreaterThanOrEqual(4);
    expect((await choose("ilp")).offPath).toBe(0);
    expect((await choose("ilp", 1)).positive).toBe(8);
  });

  it("refuse ways to choose that do not fit", async () => {
    const errorOf = (algorithm: typeof eap | typeof random, options: Record<string, unknown>) =>
      algorithm.discover(task, options, context).then(() => "accepted", formatError);
    expect(await errorOf(random, { edgeCount: 4, select: "pnr" })).toContain(
      "E_OPTION: there are no effects of which some could be positive (at select)",
    );
    expect(await errorOf(eap, { threshold: 4, select: "ilp" })).toContain(
      "expected edgeCount, not threshold, with select ilp",
    );
    expect(await errorOf(eap, { edgeCount: 4, positiveShare: 0.5 })).toContain(
      "expected select pnr or ilp with positiveShare, not top",
    );
  });

  it("refuse values that are not numbers of the kind", async () => {
    const errorOf = (options: Parameters<typeof eap.discover>[1]) =>
      eap.discover(task, options, context).then(
        () => "accepted",
        (error: Error) => JSON.stringify({ ...error }),
      );
    expect(await errorOf({ edgeCount: [3, -1] })).toContain("whole numbers of at least 0");
    expect(await errorOf({ edgeCount: 1.5 })).toContain("whole numbers of at least 0");
    expect(await errorOf({ threshold: [] })).not.toBe("accepted");
    expect(await errorOf({ threshold: [0.1], edgeCount: [3] })).toContain("not both");
  });
});

describe("the paper's AUROC", () => {
  const golden = storedDiscovery("3");
  const config = golden.task.transformer.config;
  const truth = circuitFromTexts(
    golden.stored.truth.map((text) => text.split("->") as [string, string]),
  );

  it("of ACDC is the area through the circuits of 19 runs, and of fewer there is none", async () => {
    const backend = { backend: await wasmBackend() };
    const thresholds = [...PAPER_THRESHOLDS];
    const sweep = await acdc.discover(golden.task, { threshold: thresholds }, backend);
    const found = paperAurocOf(sweep, truth, config);
    const full = headCircuit(config);
    const scores = [];
    for (const threshold of thresholds) {
      const { circuit } = await acdc.discover(golden.task, { threshold }, backend);
      scores.push(scoreCircuit(prepareForEvaluation(circuit!), truth, full));
    }
    expect(found).toEqual({
      edges: paperAuroc(scores.map(({ edges }) => ratePoint(edges))),
      nodes: paperAuroc(scores.map(({ nodes }) => ratePoint(nodes))),
    });
    expect(found.edges).toBeGreaterThan(0.1);
    const single = await acdc.discover(golden.task, { threshold: 0.025 }, backend);
    const none = paperAurocOf(single, truth, config);
    expect(none.edges).toBeUndefined();
    expect(none.reason).toBe(
      "the paper's sweep is a circuit for each of 19 values of threshold, from 0 to 1000",
    );
    const options = { threshold: thresholds, prune: true };
    const pruned = await acdc.discover(golden.task, options, backend);
    expect(paperAurocOf(pruned, truth, config).reason).toContain("prune");
  });

  it("of scores is read off them, but for signed and stretched ones", async () => {
    const discovery = await eap.discover(golden.task, {}, context);
    const of = async (options: Parameters<typeof eap.discover>[1]) =>
      paperAurocOf(await eap.discover(golden.task, options, context), truth, config);
    const byHand = PAPER_THRESHOLDS.map((threshold) => {
      const kept = [...discovery.scores].filter(
        ([, score]) => Math.fround(score) > Math.fround(threshold),
      );
      const circuit = circuitOf(
        kept.map(([text]) => fullGraph(config).edges.find((e) => e.text === text)!.edge),
      );
      return ratePoint(
        scoreCircuit(prepareForEvaluation(circuit), truth, headCircuit(config)).edges,
      );
    });
    const plain = await of({ absolute: true, normalize: false });
    expect(plain.edges).toBeCloseTo(paperAuroc(byHand), 12);
    const signed = await of({ absolute: false });
    expect(signed.reason).toBe("the paper's sweep is over the size of effects");
    const stretched = await of({ absolute: true, normalize: true });
    expect(stretched.edges).toBeUndefined();
    expect(stretched.reason).toBe("the paper's sweep is over scores as they are");
    const drawn = await random.discover(golden.task, {}, context);
    expect(paperAurocOf(drawn, truth, config).edges).toBeDefined();
    const unswept = { ...drawn, paperSweep: undefined };
    expect(paperAurocOf(unswept, truth, config).reason).toContain("no sweep");
  });

  it("of one λ is none", async () => {
    const found = await sp.discover(tinyTask(), { epochs: 1 }, context);
    const { reason } = paperAurocOf(found, truth, config);
    expect(reason).toContain("19 values of lambdaReg");
  });
});
