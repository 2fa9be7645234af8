import { describe, expect, it } from "vitest";
import { formatEdge } from "../../circuit/index.ts";
import { referenceBackend } from "../../engine/index.ts";
import type { RaspValue } from "../../rasp/index.ts";
import { Key } from "../../rng/index.ts";
import {
  caseTask,
  causalModelOf,
  corruptData,
  countInputs,
  encodeFoils,
  encodeTargets,
  evaluateCase,
  evaluateVariables,
  type FunctionCase,
  generateData,
  getCase,
  groundTruthCircuit,
  inputTokens,
  isInput,
  lowLevelConfig,
  makeDataset,
  otherTruth,
  publishedConfig,
  selectRows,
  withShape,
} from "../index.ts";
import { EXTENDED_TEMPLATES } from "./extended.ts";
import { GPT2_IDS } from "./gpt2-ids.ts";
import { NOUNS, promptsOf, TEMPLATES } from "./prompts.ts";
import { isName, NAMES } from "./tokens.ts";
import { ioiVariables } from "./variables.ts";

const ioi = getCase("ioi") as FunctionCase;
const key = Key.fromSeed(1);

/** A text as tokens, each with the space in front of it. */
const tokensOf = (text: string) => text.match(/ ?\w+|[^\w\s]/g)!;
const prompt = tokensOf("Then, Mary and John went to the store. John gave the milk to");
const last = (input: readonly RaspValue[]) => evaluateCase(ioi, input).at(-1);

describe("the variables of IOI", () => {
  const valuesOn = (input: readonly RaspValue[]) => {
    const variables = ioiVariables(NAMES);
    return evaluateVariables({ id: "ioi", variables }, input);
  };

  it("find the last earlier place of each token, and the token there", () => {
    const { duplicate, s_inhibition } = ioiVariables([]);
    const tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5];
    const places = duplicate!.compute({ tokens });
    expect(places).toEqual([null, null, null, 1, null, null, null, null, 4]);
    expect(s_inhibition!.compute({ tokens, duplicate: places })).toEqual([
      ...[null, null, null, 1, null, null, null, null, 5],
    ]);
  });

  it("move names, and of them the one that was not repeated", () => {
    const values = valuesOn([" Mary", " John", " John", " Mary", " Mary"]);
    // 10 | 10 10 | 10 5 | 5 5 | 0 5 for Mary and John; Mary is the later one in the list of names.
    expect(values.get("name_mover")).toEqual([" Mary", " John", " Mary", " John", " John"]);
  });

  it("answer a prompt", () => {
    expect(last(prompt)).toBe(" Mary");
    expect(last(tokensOf("Then, Mary and John went to the store. Mary gave the milk to"))).toBe(
      " John",
    );
  });

  it("answer every prompt of a thousand with the name that stands there once", () => {
    const { inputs } = generateData(ioi, { key, size: 1000 });
    for (const row of inputs) {
      const input = inputTokens(row);
      const once = input.filter(
        (token) => isName(token) && input.indexOf(token) === input.lastIndexOf(token),
      );
      expect([last(input)]).toEqual(once);
    }
  });

  it("follow an exchanged variable to another answer", () => {
    const variables = evaluateVariables(ioi, prompt);
    const flipped = evaluateVariables(
      ioi,
      tokensOf("Then, Mary and John went to the store. Mary gave the milk to"),
    );
    const given = new Map([["duplicate", flipped.get("duplicate")!]]);
    expect(variables.get("name_mover")!.at(-1)).toBe(" Mary");
    expect(evaluateVariables(ioi, prompt, given).get("name_mover")!.at(-1)).toBe(" John");
  });
});

describe("the prompts of IOI", () => {
  const prompts = promptsOf(TEMPLATES, NOUNS);

  it("are 116,424, none of them drawn", () => {
    expect(prompts.count).toBe(2 * 2 * 3 * 99 * 98);
    expect(countInputs(ioi)).toBe(116_424n);
    expect(NAMES.length).toBe(99);
  });

  it("are numbered by template, nouns, names", () => {
    const text = (number: number) => prompts.at(number).join("");
    expect(text(0)).toBe(
      "Then, Michael and Christopher went to the store. Christopher gave the milk to",
    );
    expect(text(1)).toBe("Then, Michael and Jessica went to the store. Jessica gave the milk to");
    expect(text(99 * 98)).toBe(
      "Then, Michael and Christopher went to the store. Christopher gave the eggs to",
    );
    expect(text(prompts.count - 1)).toBe(
      "Then, Samuel and Bradley went to the market. Samuel gave the bread to",
    );
  });

  it("are all different, and known as such", () => {
    const step = 97;
    const texts = Array.from({ length: Math.ceil(prompts.count / step) }, (_, i) =>
      prompts.at(i * step),
    );
    expect(new Set(texts.map((tokens) => tokens.join(""))).size).toBe(texts.length);
    expect(texts.every(prompts.has)).toBe(true);
    expect(isInput(ioi, prompt)).toBe(true);
  });

  it.each([
    ["three people", "Then, Mary and John went to the store. Paul gave the milk to"],
    ["one person", "Then, John and John went to the store. John gave the milk to"],
    ["other words", "Then, Mary and John went to the milk. John gave the store to"],
    ["less", "Then, Mary and John went to the store"],
  ])("are not of %s", (_, text) => {
    expect(isInput(ioi, tokensOf(text))).toBe(false);
  });

  it("stand in GPT-2's vocabulary, each token once", () => {
    const ids = ioi.classes!.map((token) => GPT2_IDS[String(token)]!);
    expect(new Set(ids).size).toBe(112);
    expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < 50257)).toBe(true);
    // Σ letters · id, as GPT-2's tokenizer has them.
    const products = ioi.classes!.map((token) => String(token).length * GPT2_IDS[String(token)]!);
    expect(products.reduce((sum, product) => sum + product)).toBe(13_869_109);
  });
});

describe("corrupted prompts", () => {
  const clean = selectRows(
    generateData(ioi, { key, size: 300 }),
    Array.from({ length: 300 }, (_, i) => i),
  );

  it("are about other people by default", () => {
    const { inputs } = corruptData(ioi, clean, { key });
    for (const [i, row] of inputs.entries()) {
      const before = clean.inputs[i]!;
      const changed = row.flatMap((token, p) => (token === before[p] ? [] : [p]));
      expect(changed).toEqual([3, 5, 11]);
      expect(row.filter(isName).some((name) => before.includes(name))).toBe(false);
    }
    expect(corruptData(ioi, clean, { key, corruption: "other_names" }).inputs).toEqual(inputs);
  });

  it("may exchange the roles, so that the answer is the foil", () => {
    const { inputs } = corruptData(ioi, clean, { key, corruption: "s2_io_flip" });
    for (const [i, row] of inputs.entries()) {
      const before = clean.inputs[i]!;
      expect(row.flatMap((token, p) => (token === before[p] ? [] : [p]))).toEqual([11]);
      expect(last(inputTokens(row))).toBe(ioi.foil!(inputTokens(before)));
    }
  });

  it("come with foils, which are classes", () => {
    const foils = encodeFoils(ioi, clean.inputs)!;
    expect(foils.map((id) => ioi.classes![id])).toEqual(
      clean.inputs.map((row) => row.findLast(isName)),
    );
    expect(encodeFoils(getCase("3"), [])).toBeUndefined();
    const wrong = { ...ioi, foil: () => "Nobody" };
    expect(() => encodeFoils(wrong, clean.inputs)).toThrow('case "ioi" has no such answer');
  });

  it("are of no other kind", () => {
    expect(() => corruptData(ioi, clean, { key, corruption: "names" })).toThrow(
      'no corruption of case "ioi" "names"',
    );
  });
});

describe("the extended prompts", () => {
  const extended = getCase("ioi_extended") as FunctionCase;
  const data = generateData(extended, { key, size: 1000 });

  it("are of 64 templates, in a fixed order, 62 of which give different prompts", () => {
    expect(new Set(EXTENDED_TEMPLATES).size).toBe(64);
    expect(EXTENDED_TEMPLATES[24]).toBe(
      "Then, [A] and [B] went to the [PLACE]. [B] gave a [OBJECT] to [A]",
    );
    // Each of the six that are new has 8 places, 8 things, 99 names and 98 others.
    expect(countInputs(extended)).toBe(505_532_412n + 6n * 64n * 99n * 98n);
    expect(generateData(extended, { key, size: 10 }).inputs).toEqual(
      generateData(extended, { key, size: 10 }).inputs,
    );
  });

  it("have one length, and the answer that is named once", () => {
    for (const row of data.inputs) {
      const input = inputTokens(row);
      const once = input.filter(
        (token) => isName(token) && input.indexOf(token) === input.lastIndexOf(token),
      );
      expect([input.length, evaluateCase(extended, input).at(-1)]).toEqual([20, ...once]);
    }
  });

  it("come from all templates alike", () => {
    const three = data.inputs.filter((row) => new Set(row.filter(isName)).size === 3).length;
    expect(three / data.count).toBeGreaterThan(0.1);
    expect(three / data.count).toBeLessThan(0.19);
  });

  it.each(["other_names", "s2_io_flip"])("are corrupted to such prompts by %s", (corruption) => {
    const { inputs } = corruptData(extended, data, { key, corruption });
    expect(inputs.some((row, i) => row.join() === data.inputs[i]!.join())).toBe(false);
    if (corruption === "other_names") return;
    for (const [i, row] of inputs.entries()) {
      const answer = evaluateCase(extended, inputTokens(row)).at(-1);
      expect(answer).toBe(extended.foil!(inputTokens(data.inputs[i]!)));
    }
  });

  it("stand in GPT-2's vocabulary", () => {
    // Σ letters · id, as GPT-2's tokenizer has them.
    const words = extended.classes!.filter((token) => !ioi.classes!.includes(token));
    const products = words
      .filter((token) => token !== "<|endoftext|>")
      .map((text) => String(text).length * GPT2_IDS[String(text)]!);
    expect(products.reduce((sum, product) => sum + product)).toBe(2704180);
  });
});

describe("the circuit of IOI", () => {
  it("has 9 edges between heads, the first MLP, input and output", () => {
    expect([...groundTruthCircuit(ioi).edges.keys()].sort()).toEqual([
      "blocks.0.hook_mlp_out->blocks.1.attn.hook_result[1]",
      "blocks.0.hook_mlp_out->blocks.2.attn.hook_result[1]",
      "blocks.0.hook_mlp_out->blocks.4.attn.hook_result[1]",
      "blocks.0.hook_resid_pre->blocks.1.attn.hook_result[1]",
      "blocks.0.hook_resid_pre->blocks.2.attn.hook_result[1]",
      "blocks.0.hook_resid_pre->blocks.4.attn.hook_result[1]",
      "blocks.1.attn.hook_result[1]->blocks.2.attn.hook_result[1]",
      "blocks.2.attn.hook_result[1]->blocks.4.attn.hook_result[1]",
      "blocks.4.attn.hook_result[1]->blocks.5.hook_resid_post",
    ]);
  });

  it("has the seven edges of MIB, six of them into values", () => {
    const edges = [...otherTruth(ioi, "mib").edges.values()].map(formatEdge);
    expect(edges.length).toBe(7);
    expect(edges.filter((text) => text.endsWith("_v_input[1]")).length).toBe(5);
    expect(() => otherTruth(ioi, "mbi")).toThrow('no truth "mbi"');
  });

  it("is held by heads of layers 1, 2 and 4", () => {
    const places = caseTask(ioi).correspondence.map(({ label, ll }) => [label, ll]);
    const head = (layer: number) => [{ hook: `blocks.${layer}.attn.hook_result`, head: 1 }];
    expect(places).toEqual([
      ["duplicate", head(1)],
      ["s_inhibition", head(2)],
      ["name_mover", head(4)],
    ]);
  });
});

it("ioi has a compact transformer of its own, and a published one in GPT-2's vocabulary", () => {
  const sizes = { nLayers: 6, nHeads: 4, dModel: 64, dHead: 16, attentionDir: "causal" };
  expect(lowLevelConfig(ioi)).toMatchObject({
    ...sizes,
    dMlp: 256,
    dVocab: 114,
    dVocabOut: 112,
    nCtx: 16,
  });
  const paper = { ...sizes, dMlp: 3072, dVocab: 50257, dVocabOut: 50257, nCtx: 1024 };
  expect(publishedConfig(ioi)).toMatchObject(paper);
  for (const id of ["ioi", "ioi_next_token", "ioi_extended"]) {
    expect(lowLevelConfig(withShape(getCase(id), "paper"))).toMatchObject(paper);
  }
});

describe("prompts in GPT-2's vocabulary", () => {
  const paper = withShape(ioi, "paper");

  it("begin with GPT-2's end of text", () => {
    // "Then, Mary and John went to the store. John gave the milk to", by GPT-2's tokenizer.
    const ids = [6423, 11, 5335, 290, 1757, 1816, 284, 262, 3650, 13, 1757, 2921, 262, 7545, 284];
    expect([...makeDataset(paper, [prompt]).tokens]).toEqual([50256, ...ids]);
  });

  it("have the ids of names as targets and foils", () => {
    const data = makeDataset(paper, [prompt]);
    const targets = encodeTargets(causalModelOf(paper), data, referenceBackend());
    expect(targets.categorical && targets.classes.at(-1)).toBe(GPT2_IDS[" Mary"]);
    expect(encodeFoils(paper, data.inputs)).toEqual([GPT2_IDS[" John"]]);
  });

  it("are filled up in front with the same token", () => {
    const extended = withShape(getCase("ioi_extended"), "paper");
    const { tokens, positions } = generateData(extended, { key, size: 20 });
    const fillers = Array.from(
      { length: 20 },
      (_, row) =>
        tokens.subarray(row * positions, (row + 1) * positions).filter((id) => id === 50256).length,
    );
    expect(Math.max(...fillers)).toBeGreaterThan(1);
    expect(Math.min(...fillers)).toBeGreaterThanOrEqual(1);
    const model = causalModelOf(extended);
    const targets = encodeTargets(
      model,
      generateData(extended, { key, size: 20 }),
      referenceBackend(),
    );
    const names = new Set(NAMES.map((name) => GPT2_IDS[name]!));
    expect(targets.categorical && names.has(targets.classes[positions - 1]!)).toBe(true);
  });
});
