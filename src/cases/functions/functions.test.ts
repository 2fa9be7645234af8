import { describe, expect, it } from "vitest";
import { edgeTexts, formatNode } from "../../circuit/index.ts";
import { referenceBackend } from "../../engine/index.ts";
import { errorOf } from "../../errors/error-of.testing.ts";
import type { RaspValue } from "../../rasp/index.ts";
import { Key } from "../../rng/index.ts";
import {
  allCases,
  assertTruths,
  type CaseDefinition,
  caseMetadata,
  caseTask,
  caseWarnings,
  causalModelOf,
  compileCase,
  correspondence,
  defineCase,
  encodeTargets,
  evaluateCase,
  evaluateVariables,
  type FunctionDefinition,
  generateData,
  getCase,
  groundTruthCircuit,
  listCase,
  lowLevelConfig,
  makeCase,
  makeDataset,
  readProgram,
  runCase,
  silentNodes,
  tryFunctions,
  variable,
} from "../index.ts";
import { induction } from "./induction.testing.ts";

const backend = referenceBackend();
const case_ = makeCase(induction);
const chars = (text: string) => [...text];

describe("a case of functions", () => {
  it("computes its variables in the order in which they read each other", () => {
    const { previous, answer } = induction.variables as Required<typeof induction.variables>;
    const reordered = makeCase({
      ...induction,
      variables: { answer: answer!, previous: previous! },
    });
    expect(Object.keys(reordered.variables)).toEqual(["previous", "answer"]);
    const values = evaluateVariables(reordered, chars("abcab"));
    expect(values.get("previous")).toEqual(["none", "a", "b", "c", "a"]);
    expect(values.get("answer")).toEqual(["none", "none", "none", "b", "c"]);
    expect(evaluateCase(case_, chars("aab"))).toEqual(["none", "a", "none"]);
  });

  it("can be defined as another with changes", () => {
    expect(makeCase({ ...case_ })).toEqual(case_);
    expect(defineCase({ ...case_, id: "longer", maxSeqLen: 8 }).maxSeqLen).toBe(8);
  });

  it("is as facts what its definition says", () => {
    expect(case_).toMatchObject({
      kind: "functions",
      categorical: true,
      tags: ["causal", "categorical"],
      outputPositions: "notFirst",
      warnings: [],
    });
    expect(caseWarnings(case_, backend)).toEqual([]);
    expect(listCase(case_)).toMatchObject({
      hl: undefined,
      ll: { nLayers: 2, nHeads: 4, dModel: 32, dHead: 8, dMlp: 128 },
    });
    expect(lowLevelConfig(case_)).toEqual({
      nLayers: 2,
      nHeads: 4,
      dHead: 8,
      dModel: 32,
      dMlp: 128,
      nCtx: 6,
      dVocab: 5,
      dVocabOut: 4,
      actFn: "gelu",
      attentionDir: "causal",
      normalization: "none",
      initializerRange: 0.8 / Math.sqrt(32),
    });
    const { task_description, transformer_cfg } = caseMetadata(case_);
    expect(task_description).toBe(induction.task);
    expect(transformer_cfg).toMatchObject({ n_layers: 2, d_model: 32, attention_dir: "causal" });
  });

  it("has the circuit that variables and places say, or the one that it gives", () => {
    const edges = [
      ["blocks.0.hook_resid_pre", "blocks.0.attn.hook_result[1]"],
      ["blocks.0.hook_resid_pre", "blocks.1.attn.hook_result[2]"],
      ["blocks.0.attn.hook_result[1]", "blocks.1.attn.hook_result[2]"],
      ["blocks.1.attn.hook_result[2]", "blocks.1.hook_resid_post"],
    ] as const;
    expect(edgeTexts(groundTruthCircuit(case_))).toEqual(edges);
    expect(
      correspondence(case_).map(({ label, hl, ll }) => [label, hl, ll.map(formatNode)]),
    ).toEqual([
      ["previous", { hook: "previous", head: null }, ["blocks.0.attn.hook_result[1]"]],
      ["answer", { hook: "answer", head: null }, ["blocks.1.attn.hook_result[2]"]],
    ]);
    const given = makeCase({ ...induction, truth: edges.slice(1) });
    expect(edgeTexts(groundTruthCircuit(given))).toEqual(edges.slice(1));
    const spread = {
      previous: [
        { layer: 0, head: 1 },
        { layer: 0, head: "mlp" },
      ],
      answer: [{ layer: 1, head: "mlp" }],
    } as const;
    const mlp = makeCase({ ...induction, places: spread });
    expect(edgeTexts(groundTruthCircuit(mlp))).toEqual([
      ["blocks.0.hook_resid_pre", "blocks.0.attn.hook_result[1]"],
      ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"],
      ["blocks.0.hook_resid_pre", "blocks.1.hook_mlp_out"],
      ["blocks.0.attn.hook_result[1]", "blocks.1.hook_mlp_out"],
      ["blocks.0.hook_mlp_out", "blocks.1.hook_mlp_out"],
      ["blocks.1.hook_mlp_out", "blocks.1.hook_resid_post"],
    ]);
  });

  it("is told apart from programs where something is compiled", () => {
    const none =
      'E_CASE: case "induction" has no RASP program — expected a case with a program, which can be compiled — received functions of the variables previous, answer. Nothing is compiled for it: there is only the transformer that is trained.';
    for (const use of [compileCase, readProgram]) expect(errorOf(() => use(case_))).toBe(none);
    expect(errorOf(() => runCase(case_, ["a"]))).toBe(none);
    expect(errorOf(() => lowLevelConfig(case_, { sameSize: true }))).toBe(
      'E_CASE: case "induction" has no compiled transformer (at sameSize) — expected a RASP program, whose compiled transformer has a size — received functions of variables, and the shape that the case gives',
    );
  });
});

describe("the causal model of a case of functions", () => {
  const data = generateData(case_, { key: Key.fromSeed(1), size: 1000 });
  const { positions } = data;
  const tokens = backend.buffer(data.tokens);
  const model = causalModelOf(case_).load({ backend, tokens, positions });
  const classes: readonly RaspValue[] = induction.classes!;
  const inputs = data.inputs.map((row) => row.slice(1));
  const encoded = (outputs: readonly RaspValue[]) => [0, ...outputs.map((x) => classes.indexOf(x))];
  const node = (name: string) => ({ hook: name, head: null });

  it("outputs the class of each token, and 0 for BOS", () => {
    expect(data.count).toBe(243);
    const rows = Uint32Array.of(5, 0, 5);
    const expected = [5, 0, 5].flatMap((row) => encoded(evaluateCase(case_, inputs[row]!)));
    expect([...model.run(rows)]).toEqual(expected);
    const targets = encodeTargets(causalModelOf(case_), data, backend);
    expect(targets.categorical && targets.classes.slice(0, 6)).toEqual(
      Int32Array.from(encoded(evaluateCase(case_, inputs[0]!))),
    );
  });

  it("computes what depends on a variable from its value on another input", () => {
    const pairs = { base: Uint32Array.of(1, 2, 3), source: Uint32Array.of(7, 8, 9) };
    const numbers = Uint32Array.of(2, 0);
    const wanted = [2, 0].flatMap((pair) => {
      const own = inputs[pairs.base[pair]!]!;
      const other = inputs[pairs.source[pair]!]!;
      return encoded(
        own.map((token, i) => {
          const place = [...Array(i + 1).keys()].findLast((j) => other[j - 1] === token);
          return place === undefined ? "none" : own[place]!;
        }),
      );
    });
    const previous = model.exchange(node("previous"), pairs);
    expect([...previous.outputs(numbers)]).toEqual(wanted);
    const answer = model.exchange(node("answer"), pairs);
    expect(answer.outputs(numbers)).toEqual(model.run(Uint32Array.of(9, 7)));
    const later = model.exchange(node("answer"), pairs, [3, 4]).outputs(numbers);
    const [own, other] = [Uint32Array.of(3, 1), Uint32Array.of(9, 7)].map((rows) =>
      model.run(rows),
    );
    const isLater = (i: number) => [3, 4].includes(i % positions);
    expect(later).toEqual(own!.map((value, i) => (isLater(i) ? other![i]! : value)));
  });

  it("exchanges variables of inputs of one length only", () => {
    const mixed = makeDataset(case_, [chars("abcab"), chars("abc")]);
    const loaded = causalModelOf(case_).load({
      backend,
      tokens: backend.buffer(mixed.tokens),
      positions,
    });
    const pairs = { base: Uint32Array.of(0), source: Uint32Array.of(1) };
    expect(errorOf(() => loaded.exchange(node("previous"), pairs).outputs(Uint32Array.of(0)))).toBe(
      'E_DATA: inputs of different lengths exchange no variables of case "induction" — expected inputs of one length — received 5 and 3 tokens',
    );
  });

  it("numbers equal values alike", () => {
    const rows = Uint32Array.from({ length: data.count }, (_, row) => row);
    const numbers = model.numberValues(node("previous")).of(rows);
    const keys = inputs.map((row) => row.slice(0, -1).join(""));
    expect(new Set(numbers).size).toBe(new Set(keys).size);
    const pairs = keys.map((key, row) => `${key} ${numbers[row]}`);
    expect(new Set(pairs).size).toBe(81);
  });

  it("gives numbers, and asks nothing where outputs do not count", () => {
    const { answer: _, ...rest } = { ...induction.variables };
    const numeric = makeCase({
      ...induction,
      classes: undefined,
      outputPositions: "last",
      variables: {
        ...rest,
        share: {
          reads: ["tokens", "previous"],
          compute: ({ tokens = [], previous = [] }) =>
            tokens.map((t, i) => (i < 4 ? null : previous.filter((p) => p === t).length / 4)),
        },
      },
      output: "share",
      places: { previous: [{ layer: 0, head: 1 }], share: [{ layer: 1, head: 0 }] },
    });
    expect([numeric.categorical, lowLevelConfig(numeric).dVocabOut]).toEqual([false, 1]);
    expect(caseTask(numeric).outputPositions).toBe("last");
    const one = makeDataset(numeric, [chars("abaab"), chars("abc")]);
    expect(() => encodeTargets(causalModelOf(numeric), one, backend)).not.toThrow();
    const full = encodeTargets(
      causalModelOf(numeric),
      makeDataset(numeric, [chars("abaab")]),
      backend,
    );
    expect(full).toEqual({ categorical: false, values: Float32Array.of(0, 0, 0, 0, 0, 1 / 4) });
  });

  it("says which variables no exchange shows", () => {
    expect(silentNodes(case_, data)).toEqual([]);
    const constant = makeDataset(case_, [chars("abc"), chars("aba")]);
    expect(silentNodes(case_, constant).map(formatNode)).toEqual(["blocks.0.attn.hook_result[1]"]);
    expect(silentNodes(case_, makeDataset(case_, [])).map(formatNode)).toHaveLength(2);
  });
});

describe("functions that do not work", () => {
  const withAnswer = (compute: (values: never) => unknown) => {
    const answer = { reads: ["previous"], compute } as unknown as never;
    const own = makeCase({ ...induction, variables: { ...induction.variables, answer } });
    const data = makeDataset(own, [chars("ab")]);
    return errorOf(() => encodeTargets(causalModelOf(own), data, backend));
  };
  const where = '(at variables.answer, for previous ["none", "a"])';

  it.each<[string, (values: { previous: RaspValue[]; tokens: RaspValue[] }) => unknown, string]>([
    [
      "throw",
      () => {
        throw new Error("no luck");
      },
      `E_CASE: a variable of case "induction" cannot be computed ${where} — expected an array with a value for each of the 2 tokens — received no luck`,
    ],
    ["return nothing", () => undefined, "received nothing"],
    ["return too little", ({ previous }) => previous.slice(1), "received an array of 1"],
    ["return what is no value", () => ["a", {}], "received an empty object at token 1"],
    ["leave holes", () => new Array(2), "received nothing at token 0"],
    ["change what they read", ({ previous }) => previous.sort(), "read only property"],
    [
      "read what they do not name",
      ({ tokens }) => tokens,
      'E_CASE: a variable of case "induction" reads what it does not name (at variables.answer) — expected previous, as its "reads" say — received tokens',
    ],
    [
      "give no class",
      () => ["a", "d"],
      'E_CASE: case "induction" gives no output (at variables.answer, token 1 of ["a", "b"]) — expected one of {"a", "b", "c", "none"} — received "d". Variables are also computed from values that belong to different inputs.',
    ],
  ])("%s", (_, compute, message) => {
    expect(withAnswer(compute)).toContain(message);
  });
});

describe("trying functions", () => {
  it("finds nothing where they work, and what happens only with values of another input", () => {
    expect(errorOf(() => tryFunctions(case_))).toBe("accepted");
    const answer = variable(["tokens", "previous"], ({ tokens, previous }) =>
      tokens.map((_, i) => (i > 0 && previous[i] !== tokens[i - 1] ? "lost" : "none")),
    );
    const own = makeCase({ ...induction, variables: { ...induction.variables, answer } });
    expect(errorOf(() => tryFunctions(own))).toMatch(
      /^E_CASE: case "induction" gives no output \(at variables\.answer, token \d of \[.*received "lost"/,
    );
  });

  it("finds variables of a causal case that depend on later tokens", () => {
    const previous = variable(["tokens"], ({ tokens }) =>
      tokens.map((_, i) => tokens[i + 1] ?? "none"),
    );
    const ahead = { ...induction, variables: { ...induction.variables, previous } };
    expect(errorOf(() => tryFunctions(makeCase(ahead)))).toMatch(
      /^E_CASE: a variable of case "induction" depends on later tokens \(at variables\.previous, token \d\) — expected what tokens up to it decide, because the case is causal — received "." for \[.*\], "." for \[.*\]\. Leave causal out/,
    );
    expect(errorOf(() => tryFunctions(makeCase({ ...ahead, causal: false })))).toBe("accepted");
    const listed = makeCase({ ...ahead, inputs: ["ababa"] });
    expect(errorOf(() => tryFunctions(listed))).toBe("accepted");
  });
});

describe("the truths that a case gives", () => {
  it("are circuits of its shape, where cases are defined by others", () => {
    const truth = [["blocks.0.hook_resid_pre", "blocks.2.hook_mlp_out"]] as const;
    const message = 'E_CASE: the truth of case "induction" is no circuit of its shape (at truth)';
    expect(errorOf(() => defineCase({ ...induction, truth }))).toContain(message);
    const others = { otherTruths: { more: truth } };
    expect(errorOf(() => defineCase({ ...induction, ...others }))).toContain("at otherTruths.more");
  });

  it("are so in the catalogue", () => {
    for (const one of allCases()) if (one.kind === "functions") assertTruths(one);
  });
});

describe("what makeCase refuses of functions", () => {
  const { previous, answer } = induction.variables as Record<"previous" | "answer", object>;
  const changed = (changes: object) =>
    errorOf(() => makeCase({ ...induction, ...changes } as CaseDefinition));
  const bad = 'E_CASE: case "induction" is badly defined';

  it.each<[string, object, string]>([
    ["a program besides", { program: () => null }, 'E_CASE: case "induction" has no key "program"'],
    ["no variables", { variables: {} }, "(at variables) — expected an object with at least one"],
    ["a variable that is none", { variables: { previous, answer: 3 } }, "(at variables.answer)"],
    [
      "a name of a hook",
      { variables: { ...induction.variables, hook_q: previous } },
      '(at variables) — expected names of letters, digits and _, not tokens and not beginning with hook_ — received "hook_q"',
    ],
    [
      "no function",
      { variables: { previous, answer: { reads: ["previous"] } } },
      "(at variables.answer.compute) — expected a function — received nothing",
    ],
    [
      "a misspelt key",
      { variables: { previous, answer: { ...answer, read: [] } } },
      '(at variables.answer) — expected reads and compute — received a key "read"',
    ],
    [
      "nothing that is read",
      { variables: { previous: { ...previous, reads: [] }, answer } },
      '(at variables.previous.reads) — expected a list of variables, or ["tokens"]',
    ],
    [
      "a variable that is not there",
      { variables: { previous, answer: { ...answer, reads: ["tokens", "previus"] } } },
      '(at variables.answer.reads) — expected one of tokens, previous, answer — received "previus". Did you mean "previous"?',
    ],
    [
      "variables in a circle",
      { variables: { previous: { ...previous, reads: ["answer"] }, answer } },
      "(at variables) — expected variables that do not depend on themselves — received previous reads answer reads previous",
    ],
    [
      "an output that is not there",
      { output: "anwser" },
      '(at output) — expected one of previous, answer — received "anwser". Did you mean "answer"?',
    ],
    [
      "a variable for nothing",
      { variables: { ...induction.variables, spare: previous } },
      '(at variables.spare) — expected a variable that "answer" depends on — received one that makes no difference to it',
    ],
    ["one class", { classes: ["a"] }, "(at classes) — expected an array of at least two different"],
    ["equal classes", { classes: [1, true] }, "(at classes)"],
    [
      "classes of numbers",
      { categorical: false },
      "(at classes) — expected nothing for numbers — received an array of 4",
    ],
    [
      "an output of no classes",
      { categorical: true, classes: undefined },
      "(at classes) — expected a list of what the output can be — received nothing",
    ],
    [
      "no shape",
      { shape: undefined },
      "(at shape) — expected an object with nLayers, nHeads, dHead",
    ],
    ["an incomplete shape", { shape: { nLayers: 2, nHeads: 4 } }, "(at shape.dHead)"],
    ["an unknown shape", { shape: { ...induction.shape, dHeads: 3 } }, "(at shape.dHeads)"],
    [
      "too short a context",
      { shape: { ...induction.shape, nCtx: 5 } },
      "(at shape.nCtx) — expected at least 6, as maxSeqLen says — received 5",
    ],
    [
      "places of a variable that is not there",
      { places: { ...induction.places, answr: [{ layer: 1, head: 0 }] } },
      '(at places) — expected one of previous, answer — received "answr". Did you mean "answer"?',
    ],
    [
      "a variable without place",
      { places: { previous: [{ layer: 0, head: 0 }] } },
      "(at places.answer) — expected a list of places — received nothing",
    ],
    [
      "a place that the shape does not have",
      { places: { ...induction.places, answer: [{ layer: 1, head: 4 }] } },
      '(at places.answer) — expected { layer, head } with a layer below 2, and a head below 4 or "mlp" — received {"layer":1,"head":4}',
    ],
    [
      "a place for two variables",
      { places: { previous: [{ layer: 1, head: 2 }], answer: [{ layer: 1, head: 2 }] } },
      '(at places.answer) — expected a place for one variable — received a1.2 for "previous" and "answer". Give each its own, or make one variable of both.',
    ],
    [
      "a place that comes too early",
      { places: { previous: [{ layer: 1, head: 1 }], answer: [{ layer: 1, head: 2 }] } },
      '(at places.answer) — expected a place behind those of "previous", which it reads — received a1.2, and a1.1 for "previous"',
    ],
    [
      "a truth that is no list",
      { truth: "a0.1" },
      '(at truth) — expected a list of pairs of nodes — received "a0.1"',
    ],
  ])("%s", (_, changes, message) => {
    const text = changed(changes);
    expect(text).toContain(message);
    if (!message.startsWith("E_")) expect(text.startsWith(bad)).toBe(true);
  });

  it("leaves RASP cases without what functions have", () => {
    const definition = { ...getCase("3"), shape: induction.shape } as unknown as FunctionDefinition;
    expect(errorOf(() => makeCase(definition))).toContain('case "3" has no key "shape"');
  });
});
