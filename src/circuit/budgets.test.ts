import { describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import {
  type BudgetOptions,
  circuitsAtBudgets,
  circuitsAtNodeBudgets,
  componentScores,
  dialects,
  fullGraph,
  MIB_FRACTIONS,
  mibAuroc,
} from "./index.ts";

const shape = { nLayers: 6, nHeads: 4 };
const graph = fullGraph(shape);
const nameOf = (index: number) => dialects.eap.formatEdge(graph.edges[index]!.edge, shape);
/** The circuit that MIB compares with. */
const SEVEN = new Set([
  "input->m0",
  "m0->a1.h1<v>",
  "m0->a2.h1<v>",
  "m0->a4.h1<v>",
  "a1.h1->a2.h1<v>",
  "a2.h1->a4.h1<v>",
  "a4.h1->logits",
]);
const truth = new Set(
  graph.edges.filter(({ index }) => SEVEN.has(nameOf(index))).map(({ text }) => text),
);
const ranked = (of: (text: string, i: number) => number) =>
  new Map(graph.edges.map(({ text }, i) => [text, of(text, i)]));

describe("circuits at budgets", () => {
  it("have MIB's numbers of edges, before they are pruned", () => {
    const scores = ranked((_, i) => i + 1);
    const budgets = (options: BudgetOptions) =>
      circuitsAtBudgets(scores, options).map(({ budget }) => budget);
    const down = [1, 2, 5, 11, 22, 55, 110, 221, 554, 1108];
    expect(budgets({ select: "greedy", round: "up" })).toEqual([
      2, 3, 6, 12, 23, 56, 111, 222, 554, 1108,
    ]);
    expect(budgets({ select: "greedy" })).toEqual(down);
    expect(budgets({})).toEqual(down);
    expect(MIB_FRACTIONS).toHaveLength(10);
  });

  it("grow into each other, and end at the whole", () => {
    const values = Key.fromSeed(2).uniform(graph.edges.length);
    const sizes = circuitsAtBudgets(
      ranked((_, i) => values[i]!),
      { select: "greedy", absolute: true },
    ).map(({ circuit }) => circuit.edges.size);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(-1)).toBe(1108);
  });
});

describe("circuits at budgets of nodes", () => {
  const few = { nLayers: 2, nHeads: 2 };
  /** `a0.h0, a0.h1, m0, a1.h0, a1.h1, m1`. */
  const scores = componentScores(fullGraph(few), [6, -9, 1, 5, 2, 4]);
  const of = (absolute: boolean) =>
    circuitsAtNodeBudgets(scores, fullGraph(few), { absolute, fractions: [0.1, 1 / 3, 0.5, 1] });

  it("have shares of the heads and MLPs, and all edges between these, embeddings and output", () => {
    const found = of(false);
    expect(found.map(({ budget }) => budget)).toEqual([0, 2, 3, 6]);
    const textsOf = (edges: Iterable<string>) => [...edges].map((text) => nameAmong.get(text)!);
    const nameAmong = new Map(
      fullGraph(few).edges.map(({ text, edge }) => [text, dialects.eap.formatEdge(edge, few)]),
    );
    expect(textsOf(found[0]!.circuit.edges.keys())).toEqual(["input->logits"]);
    const head = (to: string) => ["q", "k", "v"].map((input) => `input->${to}<${input}>`);
    expect(new Set(textsOf(found[1]!.circuit.edges.keys()))).toEqual(
      new Set([
        ...head("a0.h0"),
        ...head("a1.h0"),
        ...head("a1.h0").map((text) => text.replace("input", "a0.h0")),
        "input->logits",
        "a0.h0->logits",
        "a1.h0->logits",
      ]),
    );
    expect(found[3]!.circuit.edges.size).toBe(46);
  });

  it("rank by size, if that is wanted", () => {
    const [, two] = of(true);
    const writers = new Set([...two!.circuit.edges.values()].map(([from]) => from.head));
    expect(writers.has(1)).toBe(true);
    expect(of(false)[1]!.circuit).not.toEqual(two!.circuit);
  });
});

describe("the AUROC of MIB", () => {
  it("is nearly 1 for the best ranking, and about ¼ for its opposite", () => {
    const best = mibAuroc(
      ranked((text, i) => (truth.has(text) ? 2 : 1) + i * 1e-6),
      truth,
    )!;
    expect(best.auroc).toBeGreaterThan(0.999);
    expect(best.auroc).toBeLessThanOrEqual(1);
    const values = Key.fromSeed(5).uniform(graph.edges.length);
    const worst = mibAuroc(
      ranked((text, i) => (truth.has(text) ? 0 : 1 + values[i]!)),
      truth,
    )!;
    expect(Math.abs(worst.auroc - 0.248)).toBeLessThan(0.02);
    expect(best.points).toHaveLength(10);
    expect(best.points.at(-1)).toEqual({ fpr: 1, tpr: 1 });
  });

  it("is about .53 for random scores, and about .79 if queries and keys are muted", () => {
    const seeds = 20;
    const mean = (mute: boolean) => {
      let total = 0;
      for (let seed = 0; seed < seeds; seed++) {
        const values = Key.fromSeed(seed).uniform(graph.edges.length);
        const scores = ranked((text, i) => (mute && /[qk]_input/.test(text) ? 0 : values[i]!));
        total += mibAuroc(scores, truth)!.auroc / seeds;
      }
      return total;
    };
    expect(Math.abs(mean(false) - 0.53)).toBeLessThan(0.07);
    expect(Math.abs(mean(true) - 0.79)).toBeLessThan(0.07);
  });

  it("ranks by size, and may start at (0, 0)", () => {
    const values = Key.fromSeed(3).normal(graph.edges.length);
    const of = (sign: (x: number) => number) =>
      mibAuroc(
        ranked((_, i) => sign(values[i]!)),
        truth,
      )!;
    expect(of((x) => -x).auroc).toBe(of(Math.abs).auroc);
    const scores = ranked((_, i) => values[i]!);
    const anchored = mibAuroc(scores, truth, { anchor: "zero" })!;
    expect(anchored.points).toHaveLength(11);
    expect(anchored.auroc).toBeGreaterThanOrEqual(mibAuroc(scores, truth)!.auroc);
  });

  it("is not defined without positives, and needs a score for each", () => {
    const scores = ranked((_, i) => i);
    expect(mibAuroc(scores, new Set())).toBeUndefined();
    expect(mibAuroc(scores, new Set(scores.keys()))).toBeUndefined();
    const [first] = scores.keys();
    const messageOf = (ranking: typeof scores, truth: string) => {
      try {
        mibAuroc(ranking, new Set([truth]));
      } catch (error) {
        return formatError(error);
      }
    };
    expect(messageOf(scores, "a->b")).toContain("E_SCORE: some of the truth has no score");
    const broken = new Map([...scores, [first!, Number.NaN] as const]);
    expect(messageOf(broken, first!)).toContain("E_SCORE: a score is NaN");
  });
});
