import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeVocabulary } from "../../formats/index.ts";
import { run } from "../io.testing.ts";

/* A case of functions in a file, through every command. */

const example = fileURLToPath(new URL("../../../examples/induction.mjs", import.meta.url));

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "functions-"));
  cpSync(example, join(cwd, "induction.mjs"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const cli = (line: string) => run(line.split(" "), { cwd });

async function json(line: string) {
  const { exitCode, stdout, stderr } = await cli(`${line} --json`);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("a case of functions in a file", () => {
  it("is trained until it does what it should, searched, scored and evaluated", async () => {
    const trained = await json("train iit -i induction.mjs --recipe fast --backend wasm");
    const { accuracy, iia, strictAccuracy } = trained.metrics;
    for (const share of [accuracy, iia, strictAccuracy])
      expect(share).toBeGreaterThanOrEqual(0.999);
    const tokens = readFileSync(join(cwd, trained.folder, "tokens.json"), "utf8");
    expect(decodeVocabulary(tokens)).toEqual({
      tokens: ["BOS", "PAD", "a", "b", "c"],
      bosId: 0,
      padId: 1,
      outputs: ["a", "b", "c", "none"],
    });

    const acdc = await json("run acdc -i induction.mjs --threshold 0.025 --backend wasm");
    expect(acdc.score.edges).toMatchObject({ tp: 4, fp: 0, fn: 0, tn: 49 });
    const eap = await json("run eap -i induction.mjs --edge-count 4 --backend wasm");
    expect(eap.score.nodes).toMatchObject({ tp: 4, fp: 0 });
    expect(eap.score.auroc.edges).toBeGreaterThan(0.8);

    const effects = await json("eval iit -i induction.mjs --backend wasm");
    expect(effects.accuracies).toEqual({
      accuracy: 1,
      iia: 1,
      strictAccuracy: 1,
      jointStrictAccuracy: 1,
    });
    for (const { node, status, resampleAblateEffect } of effects.rows) {
      if (status === "in_circuit") expect(resampleAblateEffect, node).toBeGreaterThan(0.5);
      else expect(resampleAblateEffect, node).toBeLessThan(0.001);
    }
  });

  it("is shown: variables, places, circuit", async () => {
    const { stdout } = await cli("cases show induction.mjs");
    for (const line of [
      /^Case induction {2}What came after/m,
      /^output +a class of 4, \{"a", "b", "c", "none"\}, at every position$/m,
      /^ {2}answer +tokens, previous {2}← output$/m,
      /^ {2}previous {2}a0\.1$/m,
      /^ +└ a1\.2 ← input {2}a0\.1$/m,
      /train iit -i induction\.mjs$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stdout).not.toMatch(/compiled|Silent|\n\n\n/i);
    expect(await json("cases show induction.mjs")).toMatchObject({
      id: "induction",
      hl: null,
      outputs: ["a", "b", "c", "none"],
      variables: [
        { name: "previous", reads: ["tokens"] },
        { name: "answer", reads: ["tokens", "previous"] },
      ],
      output: "answer",
      correspondence: [
        { label: "previous", ll: [{ hook: "blocks.0.attn.hook_result", head: 1 }] },
        { label: "answer", ll: [{ hook: "blocks.1.attn.hook_result", head: 2 }] },
      ],
      circuits: {
        hl: [
          ["previous", "answer"],
          ["tokens", "answer"],
          ["tokens", "previous"],
        ],
        groundTruth: { silent: [] },
      },
    });
  });

  it("is run on one input: its variables", async () => {
    const document = await json("cases run induction.mjs --input abca");
    expect(document).toMatchObject({
      input: ["a", "b", "c", "a"],
      variables: { previous: ["none", "a", "b", "c"] },
      output: ["none", "none", "none", "b"],
    });
    const { stdout } = await cli("cases run induction.mjs --input abca");
    expect(stdout).toMatch(/^position {2}input {2}previous {2}answer$/m);
    expect(stdout).toMatch(/^ +3 {2}"a" +"c" +"b"$/m);
    expect((await cli("cases run induction.mjs --input abd")).stderr).toContain('no token "d"');
  });

  it("has nothing that is compiled, and says so", async () => {
    const none = /E_CASE: case "induction" has no RASP program/;
    for (const line of ["compile induction.mjs", "eval iit -i induction.mjs --tracr"]) {
      const { exitCode, stderr } = await cli(line);
      expect([line, exitCode > 0]).toEqual([line, true]);
      expect(stderr).toMatch(none);
    }
    const sized = await cli("train iit -i induction.mjs --same-size");
    expect(sized.stderr).toContain('case "induction" has no compiled transformer (at sameSize)');
    const untrained = await cli("eval iit -i induction.mjs -o elsewhere");
    expect(untrained.stderr).toMatch(/train iit -i induction\.mjs -o elsewhere"\.$/m);
  });
});

describe("a file of functions that is wrong", () => {
  const source = readFileSync(example, "utf8");

  it.each([
    ["a misspelt key", 'classes: ["a"', 'clases: ["a"', 'has no key "clases"'],
    ["a misspelt variable", '"previous"]', '"previus"]', 'Did you mean "previous"?'],
    [
      "a circle",
      'reads: ["tokens"],',
      'reads: ["answer"],',
      "previous reads answer reads previous",
    ],
    ["no such place", "layer: 1, head: 2", "layer: 1, head: 4", "(at places.answer)"],
    ["places of no variable", "places: { previous:", "places: { before:", "(at places)"],
    ["no places", /^ {2}places.*\n/m, "", "(at places) — expected an object such as"],
    ["no output", /^ {2}output.*\n/m, "", "(at output)"],
    ["no vocabulary", /^ {2}vocab.*\n/m, "", 'E_PROGRAM: the file does not say what "vocab" is'],
    [
      "a function that throws",
      "tokens.map((_, i)",
      "token.map((_, i)",
      "(at variables.previous, for tokens [",
    ],
    [
      "no class",
      '"none"],\n  places',
      '"nothing"],\n  places',
      "gives no output (at variables.answer",
    ],
    [
      "a look ahead",
      "tokens[i - 1]",
      "tokens[i + 1]",
      'a variable of case "a-look-ahead" depends on later tokens (at variables.previous',
    ],
    [
      "an undeclared read",
      'reads: ["tokens", "previous"]',
      'reads: ["previous"]',
      'E_CASE: a variable of case "an-undeclared-read" reads what it does not name (at variables.answer)',
    ],
  ])("is one mistake in the call: %s", async (name, before, after, message) => {
    const text = source.replace(before, after);
    expect(text).not.toBe(source);
    const file = `${name.replaceAll(" ", "-")}.mjs`;
    writeFileSync(join(cwd, file), text);
    const { exitCode, stdout, stderr } = await cli(`cases show ${file}`);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
