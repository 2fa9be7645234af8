import { describe, expect, it } from "vitest";
import { formatNode } from "../circuit/index.ts";
import { wasmBackend } from "../engine/index.ts";
import { nodeEffects, selfTask } from "../evaluation/index.ts";
import { Key } from "../rng/index.ts";
import {
  allCases,
  caseTask,
  generateData,
  getCase,
  highLevelModel,
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
      const task = selfTask({ ...caseTask(case_, {}, model), ...data });
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
});
