import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatNode, prepareForEvaluation } from "../../circuit/index.ts";
import { Key } from "../../rng/index.ts";
import type { CompiledProgram } from "../../tracr/index.ts";
import { assertCompiledPlaces } from "../checks/compiled-places.ts";
import {
  allCases,
  compileCase,
  computeDimensions,
  correspondence,
  countInputs,
  DEFAULT_RECIPE,
  defineCase,
  evaluateCase,
  generateData,
  getCase,
  groundTruthCircuit,
  highLevelCircuit,
  highLevelModel,
  listCase,
  lowLevelConfig,
  makeCase,
  originalData,
  type RaspCase,
  readProgram,
} from "../index.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/cases/${name}`, import.meta.url), "utf8");

/** The sizes of one case as measured in the original. */
interface StoredSizes {
  readonly id: string;
  /** Per layer `A` and the number of heads, `M` for an MLP, `·` for an empty half. */
  readonly blocks: string;
  readonly hl: Readonly<Record<string, number>>;
  readonly ll: Readonly<Record<string, number>>;
  /** The number of inputs of all lengths. */
  readonly inputs: string;
  readonly edges: { readonly raw: number; readonly prepared: number; readonly truth: number };
}

/** The cases that are compiled. */
const programs = allCases().filter(({ kind }) => kind === "rasp");

const compiledBefore = new Map<string, CompiledProgram>();

/** What the program of a case compiles to, made once for all tests. */
function compiledOf(id: string): CompiledProgram {
  const compiled = compiledBefore.get(id) ?? compileCase(getCase(id));
  compiledBefore.set(id, compiled);
  return compiled;
}

const SIZES = JSON.parse(fixture("dimensions.json")) as StoredSizes[];

it("holds the cases 1 to 131 but 16 and 27, and three of IOI", () => {
  const ids = Array.from({ length: 131 }, (_, i) => String(i + 1));
  expect(programs.map(({ id }) => id)).toEqual(ids.filter((id) => id !== "16" && id !== "27"));
  const others = allCases().filter(({ kind }) => kind !== "rasp");
  expect(others.map(({ id }) => id)).toEqual(["ioi", "ioi_extended", "ioi_next_token"]);
});

it("holds cases that pass the checks of everybody's definitions", () => {
  for (const case_ of allCases()) {
    const { drawnWords, vocab } = case_;
    const values = vocab as readonly string[];
    const given = { ...case_, vocab: drawnWords ? { values, drawnWords } : vocab };
    const own = given.kind === "rasp" ? { ...given, ...given.lowLevel } : given;
    expect(makeCase(own)).toEqual(case_);
  }
});

it("describes every case in a sentence of its own", () => {
  const tasks = allCases().map(({ task }) => task);
  expect(new Set(tasks).size).toBe(132);
  for (const task of tasks) {
    expect(task).toMatch(/^[A-Z].{10,120}\.$/);
    expect(task).not.toMatch(/\. | {2}|\bthe the\b/);
    expect(task.split('"').length % 2, task).toBe(1);
  }
});

it("says in the task of a case whether some positions have no value", () => {
  const key = Key.fromSeed(1);
  for (const case_ of programs) {
    const program = readProgram(case_);
    const { inputs } = generateData(case_, { key, size: 60 });
    const isPartial = inputs.some((row) => program.outputs(row.slice(1)).includes(null));
    expect(case_.task.includes("no value"), case_.id).toBe(isPartial);
  }
});

describe("the sizes of the original", () => {
  it.each(SIZES)("belong to case $id", ({ id, blocks, hl, ll, inputs, edges }) => {
    const case_ = getCase(id);
    const { compiled, transformer } = highLevelModel(case_, compiledOf(id));
    expect(transformer.config).toMatchObject(hl);
    expect(lowLevelConfig(case_, {}, compiled)).toMatchObject(ll);
    const letters = compiled.layers.map(
      ({ heads, mlp }) => (heads.length > 0 ? `A${heads.length}` : "·") + (mlp ? "M" : "·"),
    );
    expect(letters.join(" ")).toBe(blocks);
    expect(String(countInputs(case_, { variableLength: true }))).toBe(inputs);
    const raw = highLevelCircuit(compiled);
    expect({
      raw: raw.edges.size,
      prepared: prepareForEvaluation(raw).edges.size,
      truth: groundTruthCircuit(case_, {}, compiled).edges.size,
    }).toEqual(edges);
    expect(listCase(case_)).toMatchObject(computeDimensions(case_));
  });

  it.each(SIZES)("belong to a correspondence within the circuit, case $id", ({ id }) => {
    const case_ = getCase(id) as RaspCase;
    const compiled = compiledOf(id);
    assertCompiledPlaces(case_, compiled);
    const { nodes } = highLevelCircuit(compiled, "sp_hooks");
    for (const { hl, label } of correspondence(case_, {}, compiled)) {
      const { hook, head } = hl;
      const text = formatNode({ hook: hook.replace("mlp.hook_post", "hook_mlp_out"), head });
      expect(nodes.has(text), `${label} at ${text}`).toBe(true);
    }
  });
});

/** The cases in whose raw circuit the original draws edges that mean nothing. */
const SPURIOUS =
  `2 4 5 6 12 17 18 25 38 45 58 67 71 74 81 82 88 89 93 94 96 97 98 99 103 109 111 112
  113 115 117 119 120 125 126 127 128`.split(/\s+/);

describe("the raw circuit", () => {
  const leaveHeads = (id: string) =>
    [...highLevelCircuit(compiledOf(id)).edges.keys()].filter((text) =>
      /attn\.hook_[qk]\[\d\]->(?!.*hook_result)/.test(text),
    );

  it("has the original's edges out of queries and keys in 37 cases", () => {
    const ids = programs.map(({ id }) => id);
    expect(ids.filter((id) => leaveHeads(id).length > 0)).toEqual(SPURIOUS);
    expect(["5", "88", "113"].map((id) => leaveHeads(id).length)).toEqual([50, 22, 14]);
    expect(leaveHeads("2")).toContain("blocks.0.attn.hook_q[0]->blocks.3.hook_v_input[0]");
  });

  it("loses them when it is prepared", () => {
    for (const id of SPURIOUS) {
      const prepared = prepareForEvaluation(highLevelCircuit(compiledOf(id)));
      expect([...prepared.nodes.keys()].filter((text) => /hook_[qk]\[/.test(text))).toEqual([]);
    }
  });
});

describe("the list", () => {
  it("has sizes of cases that are not in the catalogue, too", () => {
    const case3 = getCase("3");
    const mine = defineCase({ ...case3, id: "mine", maxSeqLen: 8 });
    expect(listCase(mine)).toMatchObject({
      id: "mine",
      maxSeqLen: 8,
      vocabSize: 4,
      hl: { nLayers: 2, nHeads: 1, dModel: 16, dHead: 9, dMlp: 1 },
      ll: { nLayers: 2, nHeads: 4, dModel: 16, dHead: 4, dMlp: 64 },
    });
    // Not the catalogue's case 3, though it has its id.
    expect(listCase(defineCase({ ...case3, maxSeqLen: 8 })).hl?.dModel).toBe(16);
  });
});

describe("the correspondence", () => {
  it("counts attention blocks in a row as layers, which the original does not", () => {
    const layersOf = (id: string) =>
      correspondence(getCase(id)).map(({ hl, label }) => `${label} ${formatNode(hl)}`);
    expect(layersOf("81")).toContain("sort_5 blocks.2.attn.hook_result[0]");
    expect(layersOf("81")).toContain("sequence_map_1 blocks.3.mlp.hook_post");
    expect(layersOf("88").at(-1)).toBe("sequence_map_1 blocks.3.mlp.hook_post");
    expect(layersOf("126").at(-1)).toBe("sequence_map_1 blocks.3.mlp.hook_post");
  });
});

describe("the recipes", () => {
  const [header, ...lines] = fixture("published-models.csv").trim().split("\n");
  const columns = header!.split(",");
  const published = lines
    .map((line) => Object.fromEntries(line.split(",").map((text, i) => [columns[i]!, text])))
    .filter((row) => !row.case_id!.startsWith("ioi"));

  it.each(published)("of case $case_id are those of the published model", (row) => {
    const [siitSampling, valIiaSampling] = row["siit_sampling/val_iia_sampling"]!.split("/");
    expect(getCase(row.case_id!).recipe).toEqual({
      origin: "published",
      learningRate: Number(row.lr),
      learningRateSchedule: row.lr_sched === "" ? "constant" : row.lr_sched,
      singleLoss: row.use_single_loss === "1",
      iitWeight: Number(row.iit_w),
      behaviorWeight: Number(row.behavior_w),
      strictWeight: Number(row.strict_w),
      epochs: Number(row.epochs_max),
      earlyStopAccuracy: row.early_stop_acc === "" ? 99.5 : Number(row.early_stop_acc),
      clipGradNorm: Number(row.clip_grad),
      batchSize: 256,
      siitSampling: siitSampling === "" ? "individual" : siitSampling,
      valIiaSampling: valIiaSampling ?? "random",
      seed: row.seed === "" ? undefined : Number(row.seed),
    });
  });

  it("of all other cases are the default", () => {
    const ids = new Set(published.map((row) => row.case_id!));
    const others = programs.filter(({ id }) => !ids.has(id));
    expect(others.length).toBe(129 - 84);
    for (const { recipe, tags } of others) {
      expect(recipe).toBe(DEFAULT_RECIPE);
      expect(tags).not.toContain("published");
    }
  });

  it("belong to models of the size the rule gives, but for case 20", () => {
    for (const row of published) {
      const { ll } = listCase(getCase(row.case_id!));
      const sizes = [row.n_layers, row.n_heads, row.d_model, row.d_head, row.d_mlp].map(Number);
      const matches = sizes.join() === Object.values(ll).join();
      expect(matches, row.case_id!).toBe(row.case_id !== "20");
    }
  });
});

describe("the samplers", () => {
  /** The share of inputs for which every output is true (or 1), where there is one. */
  const shareOfTrue = (id: string, variableLength: boolean) => {
    const case_ = getCase(id);
    const program = readProgram(case_);
    const key = Key.fromSeed(7);
    const { inputs } = generateData(case_, { key, size: 200, variableLength, distinct: false });
    const isTrue = inputs.map((row) => {
      const tokens = row.slice(1).filter((token) => token !== "PAD");
      const outputs = program.outputs(tokens).filter((output) => output !== null);
      return outputs.every((output) => output === true || output === 1);
    });
    return isTrue.filter(Boolean).length / isTrue.length;
  };

  it.each(["17", "108", "109", "124", "129"])("make case %s true for exactly half", (id) => {
    expect(shareOfTrue(id, false)).toBe(0.5);
    expect(shareOfTrue(id, true)).toBe(0.5);
  });

  // Their other half is not filtered; chance makes some of it true, short rows more often.
  it.each(["5", "89", "94", "125"])("make case %s true for half and what chance adds", (id) => {
    expect(shareOfTrue(id, false)).toBeGreaterThanOrEqual(0.5);
    expect(shareOfTrue(id, false)).toBeLessThan(0.52);
    expect(shareOfTrue(id, true)).toBeGreaterThanOrEqual(0.5);
    expect(shareOfTrue(id, true)).toBeLessThan(0.65);
  });

  it("make case 1 true for 15 %, false for 15 %, mixed for the rest", () => {
    const case_ = getCase("1");
    const key = Key.fromSeed(7);
    const { inputs } = generateData(case_, { key, size: 100, distinct: false });
    const outputs = inputs.map((row) => evaluateCase(case_, row.slice(1)).slice(2));
    expect(outputs.filter((row) => row.every((output) => output === true)).length).toBe(15);
    expect(outputs.filter((row) => row.every((output) => output === false)).length).toBe(15);
  });

  it.each([1, 2, 3, 7])("draw exactly %d rows", (size) => {
    for (const case_ of allCases().filter(({ sampler }) => sampler !== undefined)) {
      const data = generateData(case_, { key: Key.fromSeed(3), size, distinct: false });
      expect(data.count, case_.id).toBe(size);
    }
  });

  it("follow the original's generators where its process does not decide", () => {
    for (const id of ["5", "17", "89", "125"]) {
      const data = originalData(getCase(id), { maxSamples: 20 });
      expect(data.count).toBe(20);
      expect(originalData(getCase(id), { maxSamples: 20 })).toEqual(data);
    }
  });
});
