import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    const { exactness, findings } = JSON.parse((await compile(means, "--json")).stdout);
    expect(exactness.random).toMatchObject({ inputs: 400, positions: 1600 });
    expect(exactness.random.mistakes).toBeGreaterThan(400);
    expect(findings).toEqual([
      {
        name: "mean",
        rule: "aggregate-width",
        reason: expect.stringMatching(/^a categorical aggregate moves one value per query/),
      },
    ]);
    const { stdout } = await compile(means);
    expect(stdout).toMatch(/^400 random +1600 +\d{3,4} +\S+$/m);
    expect(stdout).toContain("Warning: mean: a categorical aggregate moves one value per query");

    const exact = write(
      "exact.mjs",
      `export default ({ makeHist }) => ({ program: makeHist(), ${vocab} });`,
    );
    const document = JSON.parse((await compile(exact, "--json")).stdout);
    expect(document).toMatchObject({ exactness: { structured: { mistakes: 0 } }, findings: [] });
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
  ])("refuses %s", async (name, text, message) => {
    if (text !== undefined) write(name, text);
    expect(await failure(name)).toContain(message);
    expect(existsSync(join(cwd, "results", "compile", name.replace(/\.\w+$/, "")))).toBe(false);
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
