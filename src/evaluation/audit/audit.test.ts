import { describe, expect, it } from "vitest";
import { compileCase, getCase, highLevelCircuit } from "../../cases/index.ts";
import {
  type Circuit,
  circuitOf,
  expandToQkv,
  fullGraph,
  graphCircuit,
  headCircuit,
  parseEdge,
  prepareForEvaluation,
} from "../../circuit/index.ts";
import { wasmBackend } from "../../engine/index.ts";
import { prepareCircuitRuns, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { independenceTest } from "../../statistics/index.ts";
import type { TrainingTask } from "../../training/index.ts";
import { caseThree } from "../../training/tasks.testing.ts";
import { initializeTransformer, keyNormals, type Transformer } from "../../transformer/index.ts";
import { modelAccuracies } from "../accuracies.ts";
import { nodeEffects } from "../evaluate.ts";
import { loadSubject, selfTask } from "../subject.ts";
import { type Audit, auditModel } from "./audit.ts";
import { type AuditDraws, auditDrawSteps, auditDraws } from "./draws.ts";
import { auditNodes } from "./node-audit.ts";

const backend = await wasmBackend();
const task = caseThree();
const compiled = task.highLevel.transformer;
const ALL = { pairs: 2 ** 16, edgePairs: 2 ** 16, inputs: 256 };
const FEW = { pairs: 300, edgePairs: 40, inputs: 30 };
const case_ = getCase("3");

/** An audit of a model of case 3 on its own draws. */
function audit(
  model: Transformer,
  of: TrainingTask,
  truth: Circuit,
  draws: AuditDraws,
): Promise<Audit> {
  const { tokens, multiplicity, positions } = draws;
  return auditModel(model, { ...of, tokens, multiplicity, positions }, truth, draws, { backend });
}

describe("the audit of a compiled transformer", () => {
  const draws = auditDraws(case_, { ...ALL, edgePairs: 2000 }, Key.fromSeed(1));
  const truth = prepareForEvaluation(highLevelCircuit(compileCase(case_)));
  const found = audit(compiled, selfTask(task, compiled), truth, draws);

  it("is over all pairs, and finds nothing wrong", async () => {
    expect(draws.isExhaustive).toEqual({ pairs: true, edgePairs: false, inputs: true });
    const { accuracy, exchanges, nodes, edges } = await found;
    const { iia, strictAccuracy, jointStrictAccuracy } = exchanges;
    expect([accuracy, iia, strictAccuracy, jointStrictAccuracy]).toEqual([1, 1, 1, 1]);
    expect(exchanges.variables.every(({ wrong }) => wrong.broken === 0)).toBe(true);
    for (const { inTruth, resample, mean, zero } of [...nodes, ...edges]) {
      if (inTruth === false) expect([resample.broken, mean.broken, zero.broken]).toEqual([0, 0, 0]);
    }
  });

  it("has of the nodes what looking at nodes alone has", async () => {
    const { tokens, multiplicity, positions } = draws;
    const own = { ...selfTask(task, compiled), tokens, multiplicity, positions };
    const { exchanges, nodes, sufficiency, necessity } = await auditNodes(compiled, own, draws, {
      backend,
    });
    const whole = await found;
    expect(nodes).toEqual(whole.nodes);
    expect(exchanges).toEqual(whole.exchanges);
    expect(sufficiency).toEqual(whole.sufficiency.nodes);
    expect(necessity).toEqual(whole.necessity.nodes);
  });

  it("says that the truth alone is enough, and that nothing is right without it", async () => {
    const { sufficiency, necessity, nodes } = await found;
    expect(sufficiency.nodes.resample).toMatchObject({ broken: 0, interval: { low: 0, high: 0 } });
    expect(sufficiency.edges.resample.broken).toBe(0);
    expect(sufficiency.edges.resample.interval.high).toBeGreaterThan(0);
    // The outputs stay right where "x" is at the same places: for 10² of 16² pairs a place, over four.
    const alike = 10 ** 4;
    expect(necessity.nodes.resample.broken).toBe(65_536 - alike);
    expect(
      nodes.filter(({ inTruth }) => inTruth).every(({ resample }) => resample.broken > 0),
    ).toBe(true);
  });

  it("keeps all of a truth of which each edge is needed", async () => {
    const { effectiveTruth, minimality } = await found;
    expect(effectiveTruth.silentEdges).toEqual(
      minimality.filter(({ effect }) => effect.broken === 0).map(({ text }) => text),
    );
    expect(effectiveTruth.lost.broken).toBe(0);
  });
});

it("puts constants in place of activations on inputs that are drawn, where pairs are all there are", () => {
  const { inputs, isExhaustive } = auditDraws(case_, { ...ALL, inputs: 100 }, Key.fromSeed(1));
  expect(isExhaustive).toMatchObject({ pairs: true, inputs: false });
  expect(inputs.rows).toHaveLength(100);
  // 100 draws out of 256 inputs: 83 different ones are to be expected, give or take 4.
  expect(new Set(inputs.rows).size).toBeGreaterThan(70);
});

it("draws inputs and many pairs part by part", () => {
  const budget = { pairs: 33_000, edgePairs: 100, inputs: 100 };
  const steps = auditDrawSteps(case_, budget, Key.fromSeed(3));
  const shares: number[] = [];
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) shares.push(step.value);
  // Numbers for the bases, then 2¹⁵ pairs at a time.
  expect(shares.filter((share) => share >= 0.9)).toHaveLength(3);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  const { pairs } = auditDraws(case_, budget, Key.fromSeed(3));
  expect(String(step.value.pairs.base)).toBe(String(pairs.base));
  expect(String(step.value.pairs.source)).toBe(String(pairs.source));
});

describe("the audit of a fresh transformer", () => {
  const fresh = initializeTransformer(task.lowLevelConfig, keyNormals(Key.fromSeed(5)));
  const draws = auditDraws(case_, FEW, Key.fromSeed(2));
  const some: TrainingTask = { ...task, ...draws };
  const { pairs } = draws;
  const found = audit(fresh, task, task.truth!, draws);

  it("draws pairs, as they do not all fit into the budget", () => {
    expect(draws.isExhaustive).toEqual({ pairs: false, edgePairs: false, inputs: false });
    expect([pairs.base.length, draws.edgePairs.base.length]).toEqual([300, 40]);
  });

  it("has the accuracies of eval iit", async () => {
    const { accuracy, exchanges } = await found;
    const wanted = modelAccuracies(fresh, some, { backend, pairs });
    expect(accuracy).toBeCloseTo(wanted.accuracy, 6);
    expect(exchanges.iia).toBeCloseTo(wanted.iia!, 6);
    expect(exchanges.strictAccuracy).toBeCloseTo(wanted.strictAccuracy!, 6);
    expect(exchanges.jointStrictAccuracy).toBeCloseTo(wanted.jointStrictAccuracy!, 6);
  });

  it("has the runs that the effects of nodes come from", async () => {
    const { nodes } = await found;
    const { rows } = nodeEffects(fresh, some, {
      backend,
      inputs: draws.inputs,
      pairs: { ...pairs, weights: new Float64Array(300).fill(1) },
    });
    for (const { text, mean, zero } of nodes) {
      const row = rows.find((one) => one.text === text)!;
      expect([mean.broken > 0, zero.broken > 0]).toEqual([row.mean! > 0, row.zero! > 0]);
    }
  });

  it("tests the truth by losses of runs in which edges are cut", async () => {
    const { tests } = await found;
    const { tokens, positions } = draws;
    const { base, source } = draws.tests.pairs;
    const tokensOf = (rows: Uint32Array) =>
      Int32Array.from(
        [...rows].flatMap((row) => [...tokens.subarray(row * positions, (row + 1) * positions)]),
      );
    const graph = fullGraph(fresh.config);
    const scored = headCircuit(fresh.config);
    const subject = loadSubject(fresh, some, backend);
    const labels = subject.labelTable.read();
    const losses = await withScope(backend, (scope) => {
      const runs = prepareCircuitRuns(scope, {
        transformer: fresh,
        rows: base.length,
        positions,
        outputPositions: "notFirst",
        cleanTokens: tokensOf(base),
        corruptedTokens: tokensOf(source),
      });
      const isOf = (truth: Circuit) => new Set(expandToQkv(truth, graph).edges.keys());
      const [all, inside] = [scored, task.truth!].map(isOf) as [Set<string>, Set<string>];
      const lossOf = (keeps: (text: string) => boolean) => {
        const kept = graph.edges.filter(({ text }) => !all.has(text) || keeps(text));
        const outputs = runs.of(circuitOf(kept.map(({ edge }) => edge)));
        const width = positions - 1;
        return Array.from(base, (row, i) => {
          let sum = 0;
          for (let at = 0; at < width; at++) {
            sum += (outputs[i * width + at]! - labels[row * positions + at + 1]!) ** 2;
          }
          return sum / width;
        });
      };
      return [
        () => true,
        (text: string) => inside.has(text),
        (text: string) => !inside.has(text),
      ].map(lossOf);
    });
    subject.dispose();
    const [whole, alone, rest] = losses as [number[], number[], number[]];
    const { wins, total } = tests.equivalence;
    expect(tests.pairs).toBe(128);
    expect([wins, total]).toEqual([
      whole.filter((loss, i) => loss < alone[i]!).length,
      whole.filter((loss, i) => Math.abs(loss - alone[i]!) > 1e-9).length,
    ]);
    const expected = independenceTest(whole, rest, draws.tests.key);
    expect(tests.independence.hsic).toBeCloseTo(expected.hsic, 6);
    expect(tests.independence.pValue).toBeCloseTo(expected.pValue, 2);
  });

  it("cuts an edge as the run of the circuit without it does", async () => {
    const { edges } = await found;
    const { tokens, positions, edgePairs } = draws;
    const rowsOf = (rows: Uint32Array) =>
      Array.from(rows).flatMap((row) => [
        ...tokens.subarray(row * positions, (row + 1) * positions),
      ]);
    const graph = fullGraph(fresh.config);
    const whole = graphCircuit(graph);
    await withScope(backend, (scope) => {
      const runs = prepareCircuitRuns(scope, {
        transformer: fresh,
        rows: edgePairs.base.length,
        positions,
        outputPositions: "notFirst",
        cleanTokens: Int32Array.from(rowsOf(edgePairs.base)),
        corruptedTokens: Int32Array.from(rowsOf(edgePairs.source)),
      });
      const own = runs.of(whole);
      for (const { text, inTruth, resample } of edges) {
        if (inTruth === undefined) continue;
        const cut = expandToQkv(circuitOf([parseEdge(text)]), graph);
        const rest = circuitOf(
          [...whole.edges].filter(([one]) => !cut.edges.has(one)).map(([, e]) => e),
        );
        const moved = runs.of(rest);
        const shift = Math.max(...Array.from(moved, (x, i) => Math.abs(x - own[i]!)));
        expect(resample.largestShift).toBeCloseTo(shift, 5);
      }
    });
  });
});
