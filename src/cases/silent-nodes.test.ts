import { describe, expect, it } from "vitest";
import { formatNode, type Node } from "../circuit/index.ts";
import { wasmBackend } from "../engine/index.ts";
import { nodeEffects, selfTask } from "../evaluation/index.ts";
import {
  aggregate,
  categorical,
  EQ,
  indices,
  LEQ,
  linearSequenceMap,
  map,
  named,
  numerical,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  tokens,
} from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import {
  allCases,
  type Case,
  caseTask,
  correspondence,
  generateData,
  getCase,
  highLevelModel,
  makeCase,
  makeDataset,
  silentNodes,
} from "./index.ts";

const key = Key.fromSeed(5);
const backend = await wasmBackend();

const silent = (id: string, variableLength = false) => {
  const case_ = getCase(id);
  const data = generateData(case_, { key, size: 60, variableLength });
  return silentNodes(case_, data).map(formatNode);
};

describe("silent nodes", () => {
  it("are all nodes on a single input, and none in case 3", () => {
    const case3 = getCase("3");
    const one = makeDataset(case3, [["a", "x", "x", "b"]]);
    expect(silentNodes(case3, one).map(formatNode)).toEqual([
      "blocks.0.mlp.hook_post",
      "blocks.1.attn.hook_result[2]",
    ]);
    expect(silent("3")).toEqual([]);
  });

  it("are those that depend on the length alone, if all inputs are equally long", () => {
    expect(silent("18")).toEqual(["blocks.0.attn.hook_result[1]"]);
    expect(silent("18", true)).toEqual([]);
    expect(silent("2")).toEqual([
      "blocks.0.attn.hook_result[0]",
      "blocks.0.mlp.hook_post",
      "blocks.1.mlp.hook_post",
      "blocks.2.mlp.hook_post",
    ]);
    expect(silent("2", true)).toEqual([]);
  });

  it("are always those that depend on positions alone", () => {
    expect(silent("53")).toEqual(["blocks.0.mlp.hook_post"]);
    expect(silent("53", true)).toEqual(["blocks.0.mlp.hook_post"]);
  });

  it("exist in 39 cases, 16 of them published", () => {
    const found = allCases().filter(({ id }) => silent(id).length > 0);
    expect(found.map(({ id }) => id).join(" ")).toBe(
      "2 5 17 18 25 42 45 53 56 57 58 67 71 74 76 81 82 88 89 93 94 97 98 99 100 103 109 111 112 113 115 116 117 119 120 126 127 128 130",
    );
    expect(found.filter(({ tags }) => tags.includes("published")).length).toBe(16);
  });

  it.each(["2", "18", "25", "53", "111", "130"])(
    "have no effect in the compiled transformer of case %s, and all others have one",
    (id) => {
      const case_ = getCase(id);
      const model = highLevelModel(case_);
      const data = generateData(case_, { key, size: 100 });
      const task = selfTask({ ...caseTask(case_, {}, model), ...data }, model.transformer);
      const { rows } = nodeEffects(model.transformer, task, {
        backend,
        ablations: ["resample"],
        pairBudget: 1000,
      });
      const inCircuit = rows.filter(({ status }) => status === "in_circuit");
      const nodes = silentNodes(case_, data, { sameSize: true }).map(formatNode);
      expect(inCircuit.filter(({ resample }) => resample === 0).map(({ text }) => text)).toEqual(
        nodes,
      );
      expect(inCircuit.length).toBeGreaterThan(nodes.length);
    },
  );

  /** The variables of silent nodes of a program of u, d and z, as labels without their numbers. */
  const silentVariables = (program: () => SOp, categorical = true) => {
    const case_ = makeCase({
      id: "own",
      task: "Own.",
      program,
      vocab: ["u", "d", "z"],
      maxSeqLen: 6,
      causal: true,
      categorical,
    });
    const nodes = silentNodes(case_, generateData(case_, { key, size: 100 }), { sameSize: true });
    const names = correspondence(case_, { sameSize: true })
      .filter(({ hl }) => nodes.some((node) => formatNode(node) === formatNode(hl)))
      .map(({ label }) => label.replace(/_\d+$/, ""));
    expectNoEffect(case_, nodes);
    return names;
  };

  /** In the compiled transformer exactly the other nodes of the truth have an effect. */
  const expectNoEffect = (case_: Case, nodes: readonly Node[]) => {
    const model = highLevelModel(case_);
    const task = selfTask(
      { ...caseTask(case_, {}, model), ...generateData(case_, { key, size: 100 }) },
      model.transformer,
    );
    const options = { backend, ablations: ["resample"], pairBudget: 500 } as const;
    const { rows } = nodeEffects(model.transformer, task, options);
    const inCircuit = rows.filter(({ status }) => status === "in_circuit");
    const without = inCircuit.filter(({ resample }) => resample === 0).map(({ text }) => text);
    expect(without).toEqual(nodes.map(formatNode));
  };

  const is = (x: string) => {
    const test = map((t: string) => (t === x ? 1 : 0), tokens);
    return named(numerical(test), `is_${x}`);
  };
  const share = (x: string) => {
    const soFar = named(select(indices, indices, LEQ), "so_far");
    return named(numerical(aggregate(soFar, is(x), 0)), `share_${x}`);
  };
  const sum = (a: SOp, b: SOp, x: number, y: number) =>
    named(numerical(linearSequenceMap(a, b, x, y)), "sum");

  it("are those that are read with factor 0, and what only they read", () => {
    const decoy = () => sum(share("u"), share("d"), 1, 0);
    expect(silentVariables(decoy, false)).toEqual(["share_d"]);
    const first = () => sum(share("d"), share("u"), 0, 1);
    expect(silentVariables(first, false)).toEqual(["share_d"]);
    const read = () => sum(share("u"), share("d"), 1, 0.5);
    expect(silentVariables(read, false)).toEqual([]);
    const twice = () => sum(share("u"), sum(share("d"), share("u"), 0, 1), 1, 1);
    expect(silentVariables(twice, false)).toEqual(["share_d"]);
  });

  it("are those that a function or a predicate ignores", () => {
    const letter = named(categorical(map((t: string) => t === "u", tokens)), "letter");
    const moved = named(aggregate(select(indices, indices, EQ), tokens), "moved");
    const ignores = sequenceMap((x: boolean, _: string) => x, letter, moved);
    expect(silentVariables(() => named(ignores, "out"))).toEqual(["moved"]);
    const blind = select(letter, moved, (k: boolean) => k);
    expect(silentVariables(() => named(selectorWidth(blind), "count"))).toEqual(["moved"]);
    const both = select(letter, moved, (k: boolean, q: string) => k === (q === "u"));
    expect(silentVariables(() => named(selectorWidth(both), "count"))).toEqual([]);
  });
});
