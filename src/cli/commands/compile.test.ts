import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeCircuit, decodeModel } from "../../formats/index.ts";
import { run } from "../io.testing.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "compile-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const compile = (...words: string[]) => run(["compile", ...words], { cwd });

const failure = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await compile(...words);
  expect(stdout).toBe("");
  return `${exitCode} ${stderr.trimEnd()}`;
};

const write = (name: string, text: string) => {
  writeFileSync(join(cwd, name), text);
  return name;
};

describe("compile", () => {
  it("writes a case as a model folder that can be read back", async () => {
    const { exitCode, stdout } = await compile("3", "--json");
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "interpbench/compile@1",
      case: "3",
      tokens: ["BOS", "PAD", "a", "b", "c", "x"],
      outputs: null,
      folder: expect.stringMatching(/^results\/compile\/3\/[0-9a-f]{12}$/),
    });
    const folder = join(cwd, document.folder);
    expect(readdirSync(folder).sort()).toEqual([
      "circuit.json",
      "config.json",
      "model.safetensors",
      "result.json",
      "tokens.json",
    ]);
    const transformer = decodeModel({
      config: readFileSync(join(folder, "config.json"), "utf8"),
      weights: readFileSync(join(folder, "model.safetensors")),
    });
    expect(transformer.config).toMatchObject({ nLayers: 2, nHeads: 1, dModel: 13 });
    const { circuit } = decodeCircuit(readFileSync(join(folder, "circuit.json"), "utf8"));
    expect([...circuit.edges.keys()]).toContain(
      "blocks.0.hook_mlp_out->blocks.1.attn.hook_result[0]",
    );
  });

  it("compiles a program of one's own, in each form that a module can have", async () => {
    const program = 'makeCount(tokens, "a"), vocab: ["a", "b"], maxSeqLen: 6';
    write("made.mjs", `export default ({ makeCount, tokens }) => ({ program: ${program} });`);
    const made = JSON.parse((await compile("made.mjs", "--json")).stdout);
    expect(made).toMatchObject({ case: "made", tokens: ["BOS", "PAD", "a", "b"] });

    write("bare.mjs", 'export default ({ makeCount, tokens }) => makeCount(tokens, "a");');
    const bare = ["bare.mjs", "--vocab", '["b","a"]', "--max-seq-len", "6", "--json"];
    const { config, outputs } = JSON.parse((await compile(...bare)).stdout);
    expect([config, outputs]).toEqual([made.config, made.outputs]);

    write(
      "parts.mjs",
      'export const program = ({ makeHist }) => makeHist(); export const vocab = ["a"]; export const maxSeqLen = 3; export const causal = true;',
    );
    const parts = JSON.parse((await compile("parts.mjs", "--json")).stdout);
    expect(parts.config.attentionDir).toBe("causal");
  });

  it("compiles TypeScript, which may import the library and other files", async () => {
    const letters = write(
      "letters.ts",
      'import { type SOp, makeCount, tokens } from "interpbench/rasp";\nexport enum Letter { A = "a" }\nexport const count: SOp = makeCount(tokens, Letter.A);',
    );
    write(
      "typed.ts",
      `import { count } from "${`./${letters}`}";\nexport const program = count;\nexport const vocab = ["a", "b"] as const;\nexport const maxSeqLen: number = 6;`,
    );
    const typed = JSON.parse((await compile("typed.ts", "--json")).stdout);
    expect(typed).toMatchObject({ case: "typed", tokens: ["BOS", "PAD", "a", "b"] });
    expect(typed.residualLabels[0]).toBe("count_a_1:0");
  });

  it("tells how exact the transformer is, and which sub-expression is to blame", async () => {
    const vocab = "vocab: [0, 1, 2], maxSeqLen: 5";
    const means = write(
      "means.mjs",
      `export default ({ LEQ, aggregate, indices, named, select, tokens }) => ({ program: named(aggregate(select(indices, indices, LEQ), tokens), "mean"), ${vocab} });`,
    );
    const { exactness, warnings } = JSON.parse((await compile(means, "--json")).stdout);
    expect(exactness.random).toMatchObject({ inputs: 400, positions: 1600 });
    expect(exactness.random.mistakes).toBeGreaterThan(400);
    expect(warnings).toEqual([
      {
        code: "W_TRACR_AVERAGE",
        node: "mean_1",
        message: expect.stringMatching(/^a categorical aggregate moves one value per query/),
        fromLength: 2,
      },
    ]);
    const { stdout } = await compile(means);
    expect(stdout.match(/Warning:/g)).toHaveLength(1);
    expect(stdout).toMatch(/^400 random +1600 +\d{3,4} +\S+$/m);
    expect(stdout).toContain("Warning: mean_1: a categorical aggregate moves one value per query");

    const exact = write(
      "exact.mjs",
      `export default ({ makeHist }) => ({ program: makeHist(), ${vocab} });`,
    );
    const document = JSON.parse((await compile(exact, "--json")).stdout);
    expect(document).toMatchObject({ exactness: { structured: { mistakes: 0 } }, warnings: [] });
    expect(document.exactness.random.margin).toBeCloseTo(1, 5);
  });

  it("compiles a program that is only its input, which has no circuit", async () => {
    const file = write("same.mjs", "export default ({ tokens }) => tokens;");
    const words = [file, "--vocab", '["a","b"]', "--max-seq-len", "2", "--json"];
    const { folder, config } = JSON.parse((await compile(...words)).stdout);
    expect(config.nLayers).toBe(0);
    expect(readdirSync(join(cwd, folder))).not.toContain("circuit.json");
  });

  it.each([
    [
      "nothing.mjs",
      undefined,
      "2 error: E_FILE: the program file cannot be read (at nothing.mjs) — received ENOENT",
    ],
    [
      "mine.py",
      "",
      "2 error: E_FILE: this is no JavaScript or TypeScript module (at mine.py) — expected .js, .mjs, .ts, .mts — received .py",
    ],
    [
      "typo.ts",
      "export const program: = 1;",
      "2 error: E_PROGRAM: the program file fails when it is loaded (at typo.ts) — received ParseError: Unexpected token",
    ],
    [
      "three.mjs",
      "export default 3;",
      "2 error: E_PROGRAM: the file exports no RASP program (at three.mjs) — expected a default export { program, vocab, maxSeqLen }, or a function that returns it — received 3.",
    ],
    [
      "throws.mjs",
      'throw new Error("no");',
      "2 error: E_PROGRAM: the program file fails when it is loaded (at throws.mjs) — received no.",
    ],
    [
      "sel.mjs",
      "export default ({ select, tokens, EQ }) => select(tokens, tokens, EQ);",
      "2 error: E_PROGRAM: the file exports no RASP program (at sel.mjs) — expected a default export { program, vocab, maxSeqLen }, or a function that returns it — received a selector, which has no output.",
    ],
    [
      "bad.mjs",
      'export default ({ length }) => ({ program: length, vocab: ["a"], maxSeqLen: 3 });',
      "2 error: E_RASP_UNSUPPORTED: the program cannot be compiled:\n  length: the length is not an input of the transformer; use makeLength()",
    ],
    [
      "composite.mjs",
      'export default ({ EQ, LT, indices, named, select, selectorAnd, selectorWidth, tokens }) => ({ program: selectorWidth(named(selectorAnd(select(tokens, tokens, EQ), select(indices, indices, LT)), "both")), vocab: ["a"], maxSeqLen: 3 });',
      '2 error: E_RASP_UNSUPPORTED: the program cannot be compiled:\n  selector_width(both): "both" cannot be one attention pattern; write one select',
    ],
    [
      "numbers.mjs",
      'export default ({ EQ, map, named, numerical, select, selectorWidth, tokens }) => ({ program: selectorWidth(select(named(numerical(map((x) => x, tokens)), "value"), tokens, EQ)), vocab: [0, 1], maxSeqLen: 3 });',
      '  select(value, tokens): the keys of a select must be categorical, and "value" is numerical; use categorical(…)',
    ],
    [
      "default.mjs",
      'export default ({ EQ, aggregate, indices, named, select, tokens }) => ({ program: named(aggregate(select(indices, indices, EQ), tokens, "none"), "copy"), vocab: ["a"], maxSeqLen: 3 });',
      '  copy(select, tokens): the default of a categorical aggregate must be null, not "none"; write orElse(aggregate(selector, sop), "none")',
    ],
    [
      "mixed.mjs",
      'export default ({ tokens }) => ({ program: tokens, vocab: ["a", 1], maxSeqLen: 3 });',
      '2 error: E_CASE: case "mixed" is badly defined (at vocab) — expected tokens that can be sorted — received 1 and "a"',
    ],
    [
      "novocab.mjs",
      "export default ({ tokens }) => ({ program: tokens, maxSeqLen: 3 });",
      `2 error: E_PROGRAM: the file does not say what "vocab" is (at novocab.mjs) — expected an array of tokens — received nothing. Export it, or give --vocab '["a","b"]'.`,
    ],
    [
      "nolength.mjs",
      'export default ({ tokens }) => ({ program: tokens, vocab: ["a"] });',
      '2 error: E_PROGRAM: the file does not say what "maxSeqLen" is (at nolength.mjs) — expected a number of tokens, BOS included — received nothing. Export it, or give --max-seq-len.',
    ],
    [
      "casual.mjs",
      "export default ({ tokens }) => ({ program: tokens, vocab: [0], maxSeqLen: 3, casual: true });",
      '2 error: E_PROGRAM: a program file has no key "casual" (at casual.mjs) — expected task, program,',
    ],
    [
      "named.mjs",
      "export const program = ({ tokens }) => tokens; export const vocab = [0]; export const maxSeqlen = 3;",
      'Did you mean "maxSeqLen"',
    ],
    [
      "promise.mjs",
      "export default async ({ tokens }) => ({ program: tokens, vocab: [0], maxSeqLen: 3 });",
      "2 error: E_PROGRAM: the file exports no RASP program (at promise.mjs) — expected a default export { program, vocab, maxSeqLen }, or a function that returns it — received a promise.",
    ],
    [
      "later.mjs",
      "export const program = async ({ tokens }) => tokens; export const vocab = [0]; export const maxSeqLen = 3;",
      "received a promise",
    ],
    [
      "set.mjs",
      'export default ({ tokens }) => ({ program: tokens, vocab: new Set(["a"]), maxSeqLen: 3 });',
      '2 error: E_CASE: case "set" is badly defined (at vocab) — expected an array of tokens — received a Set of 1',
    ],
    [
      "text.mjs",
      'export default ({ tokens }) => ({ program: tokens, vocab: "ab", maxSeqLen: "5" });',
      '(at vocab) — expected an array of tokens — received "ab"',
    ],
    [
      "endless.mjs",
      "export default ({ tokens }) => ({ program: tokens, vocab: [0], maxSeqLen: 1e9 });",
      "(at lengths) — expected whole numbers with 2 ≤ minSeqLen ≤ maxSeqLen ≤ 1000 (BOS included)",
    ],
    [
      "typo.mjs",
      'export default ({ makeCuont, tokens }) => ({ program: makeCuont(tokens, "a"), vocab: ["a"], maxSeqLen: 3 });',
      '2 error: E_PROGRAM: no RASP function "makeCuont" (at typo.mjs). Did you mean "makeCount"',
    ],
    [
      "imported.ts",
      'import { makeCuont, tokens } from "interpbench/rasp"; export default { program: makeCuont(tokens, "a"), vocab: ["a"], maxSeqLen: 3 };',
      '2 error: E_PROGRAM: no RASP function "makeCuont" (at imported.ts). Did you mean "makeCount"',
    ],
    [
      "classes.mjs",
      "export default ({ tokens }) => ({ program: tokens, vocab: [0], maxSeqLen: 3, categorical: false });",
      "2 error: E_PROGRAM: the program is not encoded as the file says (at classes.mjs: categorical) — expected true, or nothing — received false.",
    ],
    ["list.mjs", "export default [];", "received an array of 0"],
    ["empty.mjs", "", "received an empty object"],
  ])("refuses %s", async (name, text, message) => {
    if (text !== undefined) write(name, text);
    expect(await failure(name)).toContain(message);
    expect(existsSync(join(cwd, "results", "compile", name.replace(/\.\w+$/, "")))).toBe(false);
  });

  it("refuses a folder, whatever it is called", async () => {
    mkdirSync(join(cwd, "folder.mjs"));
    expect(await failure("folder.mjs")).toContain("received a folder");
  });

  it("compiles programs that are for some sequences only, and measures them there", async () => {
    const sum =
      'export default ({ EQ, aggregate, indices, map, named, select, tokens }) => { const hash = named(map(() => "#", tokens), "hash"); const place = named(aggregate(select(tokens, hash, EQ), indices), "place"); const next = named(map((i) => i + 1, place), "next"); return { program: named(aggregate(select(indices, next, EQ), tokens), "behind"), vocab: ["a", "b", "#"], maxSeqLen: 5';
    write("any.mjs", `${sum} }; }`);
    const any = JSON.parse((await compile("any.mjs", "--json")).stdout);
    expect(any.exactness.random.mistakes).toBeGreaterThan(0);
    expect(any.warnings).toMatchObject([{ code: "W_TRACR_AVERAGE", fromLength: 3 }]);

    write("one.mjs", `${sum}, inputs: (row) => row.filter((t) => t === "#").length === 1 }; }`);
    const one = JSON.parse((await compile("one.mjs", "--json")).stdout);
    expect(one.exactness.random).toMatchObject({ inputs: 32, stopped: 0, mistakes: 0 });
    expect(one.warnings).toEqual([]);
    write("few.mjs", `${sum.replace(", maxSeqLen: 5", "")}, inputs: ["a#bb", "#aaa"] }; }`);
    const few = JSON.parse((await compile("few.mjs", "--json")).stdout);
    expect(few.exactness.random).toMatchObject({ inputs: 2, mistakes: 0 });
  });

  it("says on how many inputs a program has no value", async () => {
    write(
      "words.mjs",
      'export default ({ aggregate, select, tokens }) => ({ program: aggregate(select(tokens, tokens, (k, q) => q === "dog" && k === "a"), tokens), vocab: ["a", "dog"], maxSeqLen: 5 })',
    );
    const { exitCode, stdout } = await compile("words.mjs");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^400 random +\d+ +0 +1$/m);
    expect(stdout).toMatch(/^on \d+ of these inputs the program has no value: they do not count$/m);
    expect(stdout).toMatch(
      /^Warning: aggregate_1: selected values have no mean .* for example on \["a", "a", "dog"\]/m,
    );
  });

  it("has no warnings where program and transformer agree", async () => {
    write(
      "sorted.mjs",
      'export default ({ EQ, LT, aggregate, indices, named, select, selectorWidth, tokens }) => { const place = named(selectorWidth(named(select(tokens, tokens, LT), "less")), "place"); return { program: named(aggregate(select(place, indices, EQ), tokens), "sorted"), vocab: [1, 2, 3], maxSeqLen: 5 }; }',
    );
    const { exactness, warnings } = JSON.parse((await compile("sorted.mjs", "--json")).stdout);
    expect([exactness.random.mistakes, warnings]).toEqual([0, []]);
  });

  it("takes the steepness of steps from the file", async () => {
    const hist =
      "export default ({ makeHist }) => ({ program: makeHist(), vocab: [0, 1], maxSeqLen: 15";
    write("blurred.mjs", `${hist} });`);
    write("steep.mjs", `${hist}, mlpExactness: 1000 });`);
    const blurred = JSON.parse((await compile("blurred.mjs", "--json")).stdout);
    expect(blurred.exactness.random.mistakes).toBeGreaterThan(0);
    const steep = JSON.parse((await compile("steep.mjs", "--json")).stdout);
    expect(steep.exactness.random.mistakes).toBe(0);
  });

  it("does not give a file the name of a case", async () => {
    write(
      "3.mjs",
      "export default ({ makeHist }) => ({ program: makeHist(), vocab: [0], maxSeqLen: 3 });",
    );
    expect(JSON.parse((await compile("3.mjs", "--json")).stdout).case).toBe("program-3");
  });

  it("refuses unknown cases, inputs for a case, and a vocabulary that is no JSON", async () => {
    expect(await failure("33x")).toBe(
      '2 error: E_CASE: no case "33x" (at PROGRAM). Did you mean "33"?',
    );
    expect(await failure("3", "--causal")).toBe(
      '2 error: E_FLAG: a case brings its own inputs — expected no --causal with case "3" — received --causal. These flags are for programs in files.',
    );
    const file = write("v.mjs", "export default ({ tokens }) => tokens;");
    expect(await failure(file, "--vocab", "a,b", "--max-seq-len", "3")).toContain(
      "2 error: E_VALUE: a value is not valid (at --vocab)",
    );
  });

  it("leaves nothing behind where it cannot write", async () => {
    const folder = join(cwd, "locked");
    writeFileSync(folder, "");
    expect(await failure("3", "-o", "locked/results")).toMatch(
      /^1 error: E_OUTPUT: cannot write to the output folder \(at .*locked\) — received a path that leads through a file \(ENOTDIR\)\. Choose a folder you can write to with --output-dir\.$/,
    );
  });
});
