import { beforeAll, describe, expect, it } from "vitest";
import { formatNode, headCircuit } from "../circuit/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../engine/index.ts";
import { aggregate, EQ, indices, map, named, select, sequenceMap, tokens } from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import { run } from "../transformer/index.ts";
import { exportedCase } from "./exported/exported-case.ts";
import {
  type Case,
  caseTask,
  compileCase,
  correspondence,
  defineCase,
  encodeTargets,
  evaluateCase,
  fullCircuit,
  generateData,
  getCase,
  groundTruthCircuit,
  highLevelModel,
  type LowLevelPlace,
  lowLevelConfig,
  makeCase,
  makeDataset,
  type RaspCase,
  runCase,
  selectRows,
  tokenRow,
  variableCircuit,
} from "./index.ts";

const key = Key.fromSeed(1);
const reference = referenceBackend();

describe("encodeTargets", () => {
  let wasm: Backend;
  beforeAll(async () => {
    wasm = await wasmBackend();
  });

  it("gives nothing for no rows", () => {
    const model = highLevelModel(getCase("13"));
    const targets = encodeTargets(model, makeDataset(getCase("13"), []), reference);
    expect(targets).toEqual({ categorical: true, classes: new Int32Array(0) });
  });

  it.each(["7", "13", "18"])("gives case %s the class of the largest logit, BOS class 0", (id) => {
    const case_ = getCase(id);
    const model = highLevelModel(case_);
    const data = generateData(case_, { key, size: 20, variableLength: true, distinct: false });
    const targets = encodeTargets(model, data, reference);
    const rows = Array.from({ length: data.count }, (_, row) => tokenRow(data, row));
    const { logits } = run(model.transformer, reference, { tokens: rows });
    const classes = model.transformer.config.dVocabOut;
    const expected = Int32Array.from({ length: data.count * data.positions }, (_, i) => {
      const row = logits.data.subarray(i * classes, (i + 1) * classes);
      return i % data.positions === 0 ? 0 : row.indexOf(Math.max(...row));
    });
    expect(targets).toEqual({ categorical: true, classes: expected });
  });

  it("gives case 3 the fractions of the program behind BOS", () => {
    const case_ = getCase("3");
    const data = generateData(case_, { key, size: 256 });
    const targets = encodeTargets(highLevelModel(case_), data, reference);
    if (targets.categorical) throw new Error("internal: case 3 is a regression");
    for (const [row, input] of data.inputs.entries()) {
      const fractions = evaluateCase(case_, input.slice(1)) as number[];
      for (const [i, fraction] of fractions.entries()) {
        const value = targets.values[row * data.positions + 1 + i]!;
        expect(Math.abs(value - fraction)).toBeLessThan(1e-6);
      }
    }
  });

  it("gives equal rows equal targets and does not depend on the order of rows", () => {
    const case_ = getCase("18");
    const model = highLevelModel(case_);
    const data = generateData(case_, { key, size: 10 });
    const order = [9, 0, 9, 3];
    const all = encodeTargets(model, data, reference);
    const some = encodeTargets(model, selectRows(data, order), reference);
    if (!all.categorical || !some.categorical) throw new Error("internal: case 18 has classes");
    const n = data.positions;
    const expected = order.flatMap((row) => [...all.classes.subarray(row * n, (row + 1) * n)]);
    expect([...some.classes]).toEqual(expected);
  });

  it.each(["7", "18"])("gives case %s the same targets in WebAssembly, batch by batch", (id) => {
    const case_ = getCase(id);
    const model = highLevelModel(case_);
    const data = generateData(case_, { key, size: 20_000 });
    const all = encodeTargets(model, data, wasm);
    const rows = [0, 1, 4095, 4096, 8191, 8192, data.count - 1];
    const some = encodeTargets(model, selectRows(data, rows), reference);
    if (!all.categorical || !some.categorical) throw new Error("internal: the cases have classes");
    const n = data.positions;
    const expected = rows.flatMap((row) => [...all.classes.subarray(row * n, (row + 1) * n)]);
    expect([...some.classes]).toEqual(expected);
  });

  it("gives case 3 the same numbers in WebAssembly to 1e-6", () => {
    const case_ = getCase("3");
    const data = generateData(case_, { key, size: 256 });
    const [a, b] = [reference, wasm].map((b) => encodeTargets(highLevelModel(case_), data, b));
    if (a!.categorical || b!.categorical) throw new Error("internal: case 3 is a regression");
    const differences = a!.values.map((value, i) => Math.abs(value - b!.values[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });
});

describe("runCase", () => {
  it("shows what the program and the transformer make of an input", () => {
    expect(runCase(getCase("7"), ["a"])).toEqual({
      id: "7",
      input: ["a"],
      rasp: [1],
      compiled: [1],
      differs: [],
    });
    const { rasp, compiled } = runCase(getCase("3"), ["x", "a", "x", "x"]);
    expect(rasp).toEqual([1, 1 / 2, 2 / 3, 3 / 4]);
    for (const [i, value] of compiled.entries()) expect(value).toBeCloseTo(rasp[i] as number, 6);
  });

  it("has no value where the program gives none", () => {
    const run = runCase(getCase("13"), [0, 2, 2, 1]);
    expect(run.rasp).toEqual(["increasing", "constant", "decreasing", null]);
    expect(run.compiled).toEqual(run.rasp);
  });

  it("takes a model and a backend that are there already", async () => {
    const case_ = getCase("18");
    const options = { model: highLevelModel(case_), backend: await wasmBackend() };
    const input = ["a", "b", "a", "a", "c"];
    expect(runCase(case_, input, options)).toEqual(runCase(case_, input));
  });

  it("says what inputs look like", () => {
    const attempt = (id: string, input: (string | number)[]) => () => runCase(getCase(id), input);
    expect(attempt("3", [])).toThrow(
      expect.objectContaining({
        code: "E_INPUT",
        expected: "1 to 4 tokens (BOS is put in front by itself)",
        received: "0 tokens",
      }),
    );
    expect(attempt("3", ["a", "a", "a", "a", "a"])).toThrow(
      expect.objectContaining({ received: "5 tokens" }),
    );
    expect(attempt("3", ["a", "z"])).toThrow(
      expect.objectContaining({
        message: 'case "3" has no token "z"',
        at: "position 1",
        expected: 'one of {"a", "b", "c", "x"}',
        hint: "Use tokens of the vocabulary only.",
      }),
    );
    expect(attempt("13", ["1"])).toThrow(
      expect.objectContaining({ hint: "Write the number 1 without quotes." }),
    );
    expect(attempt("3", ["BOS", "a"])).toThrow(
      expect.objectContaining({ hint: "Leave BOS out: it is put in front by itself." }),
    );
  });
});

describe("correspondence", () => {
  /** Two attention blocks in a row, with nothing in between. */
  const twoHops = (changes: Partial<Parameters<typeof defineCase>[0]> = {}): Case =>
    defineCase({
      id: "hops",
      task: "Moves values twice.",
      program: () => {
        const same = select(indices, indices, EQ);
        return aggregate(same, aggregate(same, tokens));
      },
      vocab: ["a", "b"],
      ...changes,
    });

  it("counts consecutive attention blocks as layers of their own", () => {
    const entries = correspondence(twoHops());
    expect(entries.map(({ hl, label }) => [hl.hook, hl.head, label])).toEqual([
      ["blocks.0.attn.hook_result", 0, "aggregate_3"],
      ["blocks.1.attn.hook_result", 0, "aggregate_1"],
    ]);
    expect(entries.every(({ hl, ll }) => ll.length === 1 && ll[0] === hl)).toBe(true);
  });

  it("takes the places a case names, unless the size is the same", () => {
    const places = {
      aggregate_3: [
        { layer: 0, head: 1 },
        { layer: 0, head: 2 },
      ],
      aggregate_1: [{ layer: 1, head: "mlp" as const }],
    };
    const case_ = twoHops({ places });
    expect(correspondence(case_).map(({ ll }) => ll)).toEqual([
      [
        { hook: "blocks.0.attn.hook_result", head: 1 },
        { hook: "blocks.0.attn.hook_result", head: 2 },
      ],
      [{ hook: "blocks.1.mlp.hook_post", head: null }],
    ]);
    expect(correspondence(case_, { sameSize: true })).toEqual(correspondence(twoHops()));
  });

  it.each([
    ["a missing variable", { aggregate_3: [{ layer: 0, head: 1 }] }],
    ["an unknown variable", { aggregate_3: [], aggregate_1: [], other: [] }],
    ["a variable without a place", { aggregate_3: [], aggregate_1: [{ layer: 1, head: 0 }] }],
  ])("refuses places with %s", (_, places) => {
    expect(() => correspondence(twoHops({ places }))).toThrow(
      expect.objectContaining({
        code: "E_CASE",
        expected: "at least one place for each of aggregate_3, aggregate_1",
      }),
    );
  });
});

describe("places of variables that one MLP computes", () => {
  /** `isa` and `isc` are both in MLP 0 of the compiled transformer, `out` is in MLP 1. */
  const both = (isa: LowLevelPlace[], isc: LowLevelPlace[], out: LowLevelPlace[]) => {
    const is = (letter: string) =>
      named(
        map((x: string) => x === letter, tokens),
        `is${letter}`,
      );
    const sum = (x: boolean, y: boolean) => Number(x) + 2 * Number(y);
    return defineCase({
      id: "both",
      task: "Which of two letters it is.",
      program: () => named(sequenceMap(sum, is("a"), is("c")), "out"),
      vocab: ["a", "b", "c"],
      maxSeqLen: 3,
      places: { isa_2: isa, isc_3: isc, out_1: out },
    });
  };
  const [head, other] = [0, 3].map((head) => ({ layer: 0, head }));
  const [early, late] = [0, 1].map((layer) => ({ layer, head: "mlp" as const }));

  it("are looked at in a program file, too", () => {
    const { program, vocab, maxSeqLen } = both([head!], [head!], [late!]);
    const main = { program, vocab, maxSeqLen };
    const places = { isa_2: [head], isc_3: [early], out_1: [late] };
    const read = (facts: object) => exportedCase({ default: facts }, "both.mjs");
    expect(read(main).id).toBe("both");
    expect(() => read({ ...main, places })).toThrow("badly defined");
  });

  it("are the same", () => {
    const entries = correspondence(both([head!, other!], [head!, other!], [late!]));
    const lists = new Map(entries.map(({ label, ll }) => [label, ll.map(formatNode)]));
    const heads = ["blocks.0.attn.hook_result[0]", "blocks.0.attn.hook_result[3]"];
    expect(lists.get("isa_2")).toEqual(heads);
    expect(lists.get("isc_3")).toEqual(heads);
    expect(lists.get("out_1")).toEqual(["blocks.1.mlp.hook_post"]);
  });

  it.each([
    ["places of their own", [head], [early], [late], /^places\.is._/, /in the same place/],
    ["a part of the places", [head, other], [head], [late], /^places\.is._/, /in the same place/],
    ["the place of what reads them", [late], [late], [late], /^places\.out_1/, /one variable/],
    [
      "a place behind what reads them",
      [late],
      [late],
      [early],
      /^places\.out_1/,
      /behind those of/,
    ],
    [
      "a layer that is not there",
      [head],
      [head],
      [{ layer: 2, head: "mlp" }],
      /out_1/,
      /layer below 2/,
    ],
    ["a head that is not there", [{ layer: 0, head: 4 }], [head], [late], /isa_2/, /head below 4/],
  ])("are not %s", (_, isa, isc, out, at, expected) => {
    const found = () =>
      correspondence(both(isa as LowLevelPlace[], isc as LowLevelPlace[], out as LowLevelPlace[]));
    expect(found).toThrow(
      expect.objectContaining({
        code: "E_CASE",
        at: expect.stringMatching(at),
        expected: expect.stringMatching(expected),
      }),
    );
  });
});

describe("lowLevelConfig", () => {
  it("divides as Python does: 33 by 1.1 is 29", () => {
    const compiled = compileCase(getCase("7"));
    const { config } = compiled;
    const sized = { ...compiled, config: { ...config, dModel: 33 } };
    const seven = getCase("7") as RaspCase;
    const case_ = defineCase({ ...seven, ...seven.lowLevel, compressionRatio: 1.1 });
    expect(lowLevelConfig(case_, {}, sized)).toMatchObject({ dModel: 29, dHead: 7, dMlp: 116 });
  });

  it("never gets narrower than one", () => {
    const compiled = compileCase(getCase("7"));
    const case_ = defineCase({ ...getCase("7"), compressResidual: true, compressionRatio: 1e6 });
    const config = lowLevelConfig(case_, {}, compiled);
    expect(config).toMatchObject({ dModel: 2, dHead: 1, dMlp: 8 });
    const heads = defineCase({ ...getCase("7"), compressResidual: false, compressionRatio: 1e6 });
    expect(lowLevelConfig(heads, {}, compiled)).toMatchObject({ dModel: 4, dHead: 1, dMlp: 16 });
  });
});

describe("caseTask", () => {
  it("counts the positions that the case asks for", () => {
    const last = makeCase({ ...getCase("3"), outputPositions: "last" });
    expect([caseTask(getCase("3")), caseTask(last)].map((task) => task.outputPositions)).toEqual([
      "notFirst",
      "last",
    ]);
  });

  it("is what training and discovery need", () => {
    const case_ = getCase("3");
    const model = highLevelModel(case_);
    expect(caseTask(case_, {}, model)).toEqual({
      id: "3",
      highLevel: model,
      lowLevelConfig: lowLevelConfig(case_),
      correspondence: correspondence(case_),
      truth: groundTruthCircuit(case_),
      categorical: false,
      outputPositions: "notFirst",
      warnings: [],
    });
    expect(caseTask(case_, { sameSize: true }).lowLevelConfig.nHeads).toBe(1);
  });

  it("belongs to the full graph of the low-level model", () => {
    const { lowLevelConfig: shape } = caseTask(getCase("3"));
    expect(fullCircuit(getCase("3"))).toEqual(headCircuit(shape));
    expect(fullCircuit(getCase("3")).edges.size).toBe(53);
  });
});

describe("variableCircuit", () => {
  it("draws the program: each sub-expression once, operands to results", () => {
    const { nodes, edges } = variableCircuit(compileCase(getCase("3")));
    expect([...nodes.keys()].sort()).toEqual([
      "frac_prevs_1",
      "indices",
      "is_x_3",
      "select_2",
      "tokens",
    ]);
    expect([...edges.keys()].sort()).toEqual([
      "indices->select_2",
      "is_x_3->frac_prevs_1",
      "select_2->frac_prevs_1",
      "tokens->is_x_3",
    ]);
  });
});
