import { describe, expect, it } from "vitest";
import { run } from "../../io.testing.ts";

const json = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await run([...words, "--json"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
};

const failure = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await run(words);
  expect(stdout).toBe("");
  return `${exitCode} ${stderr.trimEnd()}`;
};

describe("cases list", () => {
  it("has every case once, in numeric order, with its sizes", async () => {
    const rows = await json("cases", "list");
    const ids = rows.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => Number(a) - Number(b)));
    expect(rows.find(({ id }: { id: string }) => id === "3")).toMatchObject({
      schema: "interpbench/cases-list@1",
      categorical: false,
      causal: true,
      trivial: false,
      maxSeqLen: 5,
      vocabSize: 4,
      hl: { nLayers: 2, nHeads: 1, dModel: 13, dHead: 6, dMlp: 1 },
      ll: { nLayers: 2, nHeads: 4, dModel: 12, dHead: 3, dMlp: 48 },
    });
  });

  it("filters by tags, all of which must be there", async () => {
    const rows = await json("cases", "list", "--tag", "regression,published");
    expect(rows.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(["3", "4"]));
    for (const { tags, categorical } of rows) {
      expect(tags).toContain("published");
      expect(categorical).toBe(false);
    }
    const same = await json("cases", "list", "--tag", "regression", "--published");
    expect(same).toEqual(rows);
    expect(await json("cases", "list", "--tag", "causal,bidirectional")).toEqual([]);
  });

  it("is a table for people, cut at the width of a terminal", async () => {
    const piped = await run(["cases", "list", "--tag", "regression"]);
    expect(piped.stdout).toMatch(
      /^ +3 +number +2×1, 13 +2×4, 12 +4 +5 +causal published +At every position, the fraction of tokens up to it that are "x"\.$/m,
    );
    const shown = await run(["cases", "list"], { isTerminal: true, env: { NO_COLOR: "1" } });
    const rows = shown.stdout.split("\n").filter((line) => /^ *\d+ +(class|number)/.test(line));
    expect(rows.length).toBeGreaterThan(3);
    for (const line of rows) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it("writes comma-separated values with --csv, but not together with --json", async () => {
    const { stdout } = await run(["cases", "list", "--csv", "--tag", "regression"]);
    const [heading, first] = stdout.split("\n");
    expect(heading).toMatch(/^id,task,categorical,causal,trivial,.*,hl\.nLayers,.*,ll\.dMlp$/);
    expect(first).toMatch(
      /^3,"At every position, the fraction of tokens up to it that are ""x"".",false,true,/,
    );
    expect(await failure("cases", "list", "--tag", "publishd")).toBe(
      '2 error: E_VALUE: a value is not valid (at --tag) — expected one of "trivial", "causal", "bidirectional", "categorical", "regression", "published", "caveat" — received "publishd". Did you mean "published"?',
    );
    const { exitCode, stderr } = await run(["cases", "list", "--csv", "--json"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("E_FLAG: two formats are asked for");
  });
});

describe("cases show", () => {
  it("gives the documented members of case 3", async () => {
    const document = await json("cases", "show", "3");
    expect(document).toMatchObject({
      schema: "interpbench/cases-show@1",
      id: "3",
      vocab: ["a", "b", "c", "x"],
      minSeqLen: 4,
      hl: {
        nCtx: 5,
        dVocab: 6,
        dVocabOut: 1,
        blocks: [
          { kind: "mlp", heads: 0 },
          { kind: "attention", heads: 1 },
        ],
      },
      ll: { nCtx: 5, dVocab: 6, dVocabOut: 1, actFn: "gelu", attentionDir: "causal" },
      correspondence: [
        {
          hlNode: "blocks.0.mlp.hook_post",
          hlIndex: null,
          label: "is_x_3",
          ll: [{ hook: "blocks.0.mlp.hook_post", head: null }],
        },
        {
          hlNode: "blocks.1.attn.hook_result",
          hlIndex: 0,
          label: "frac_prevs_1",
          ll: [{ hook: "blocks.1.attn.hook_result", head: 2 }],
        },
      ],
    });
    expect(document.ll.initializerRange).toBeCloseTo(0.8 / Math.sqrt(13), 12);
    expect(document.hl.residualLabels).toHaveLength(13);
    expect(document.circuits.groundTruth.nodes).toEqual([
      "blocks.0.hook_resid_pre",
      "blocks.0.hook_mlp_out",
      "blocks.1.attn.hook_result[2]",
      "blocks.1.hook_resid_post",
    ]);
    expect(document.circuits.groundTruth.edges).toHaveLength(4);
    expect(document.circuits.groundTruth.silent).toEqual([]);
    expect(document.circuits.hl).toContainEqual(["hook_embed", "blocks.0.hook_mlp_in"]);
    expect(document.recipe).toMatchObject({ origin: "published", strictWeight: 10 });
  });

  it("names the nodes of the truth that no exchange of inputs shows", async () => {
    const { groundTruth } = (await json("cases", "show", "18")).circuits;
    expect(groundTruth.silent).toEqual(["blocks.0.attn.hook_result[1]"]);
    const { stdout } = await run(["cases", "show", "18"]);
    expect(stdout).toContain("Silent: blocks.0.attn.hook_result[1]\n");
  });

  it("shows people the program, its place in the transformer, and the truth", async () => {
    const { stdout } = await run(["cases", "show", "3"]);
    for (const line of [
      /^ {2}is_x_3 {7}= map\(f, tokens\) +a number$/m,
      /^ +f: "x" → True; "a", "b", "c" → False$/m,
      /^ {2}frac_prevs_1 = aggregate\(select_2, is_x_3\) +a number {2}← output$/m,
      /^ {2}layer 1 {2}a1\.0 {2}frac_prevs_1 {2}query indices$/m,
      /^ {2}frac_prevs_1 {2}a1\.0 {6}a1\.2$/m,
      /^ +└ a1\.2 ← input {2}m0$/m,
      /^ {2}interpbench train iit -i 3$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stdout).not.toMatch(/\n\n\n/);
  });

  it("tells how exact the compiled transformer is, and where it is not", async () => {
    const { exactness, outputs } = await json("cases", "show", "113");
    expect(outputs).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(exactness.random).toEqual({
      inputs: 400,
      stopped: 0,
      positions: 3600,
      mistakes: 0,
      margin: expect.closeTo(0.0007, 4),
    });
    expect(exactness.structured.mistakes).toBeGreaterThan(0);
    expect(exactness.structured.margin).toBeLessThan(0);
    const classes = (await run(["cases", "show", "113"])).stdout;
    expect(classes).toMatch(/^ {2}400 random +3600 +0 +0\.000\d+$/m);
    expect(classes).toMatch(/^ {2}\d+ constant, two-valued, sorted, … +\d+ +\d+ +-0\.00\d+$/m);
    expect(classes).toContain("vocabulary    30 tokens {0, 1, 2, …, 29}, and BOS, PAD\n");
    const numbers = (await run(["cases", "show", "39"])).stdout;
    expect(numbers).toMatch(/^ {2}400 random +23600 +0\.0017$/m);
    expect(numbers).toContain("inputs        26^59, about 3.0e+83 of full length\n");
  });

  it("says what functions compute, with the constants they were made with", async () => {
    const { stdout } = await run(["cases", "show", "12"]);
    expect(stdout).toContain("predicate: query = key + 2 (query ← key: 2 ← 0; 3 ← 1; 4 ← 2; …)\n");
    expect(stdout).toContain("f: x and y (False, False → False; ");
    const dyck = (await run(["cases", "show", "5"])).stdout;
    expect(dyck).toContain("f: 0 → True; all others → False\n");
    expect(dyck).toContain("f: x < 0 (-1 → True; ");
    const polynomial = (await run(["cases", "show", "119"])).stdout;
    expect(polynomial).toContain("f: y·x^2 (0, 0 → 0; 1, 4 → 4; 3, 2 → 18; 5, 0 → 0; …)\n");
  });

  it("names the nearest ids for an unknown one, or the numbers there are", async () => {
    expect(await failure("cases", "show", "33x")).toBe(
      '2 error: E_CASE: no case "33x" (at ID). Did you mean "33"?',
    );
    for (const id of ["16", "27", "999", "3,4"]) {
      expect(await failure("cases", "show", id)).toBe(
        `2 error: E_CASE: no case "${id}" (at ID) — expected a number: 1 to 15, 17 to 26, 28 to 131, or ioi, or ioi_extended, or ioi_next_token. The command "cases list" lists them.`,
      );
    }
  });
});

describe("cases run", () => {
  const expected = {
    schema: "interpbench/cases-run@1",
    id: "3",
    input: ["a", "x", "b", "x"],
    rasp: [0, 1 / 2, 1 / 3, 1 / 2],
  };

  it.each(['["a","x","b","x"]', "axbx", "a, x,b,x"])("reads %s", async (input) => {
    const document = await json("cases", "run", "3", "--input", input);
    expect(document).toMatchObject(expected);
    for (const [i, value] of document.compiled.entries()) {
      expect(value).toBeCloseTo(expected.rasp[i]!, 6);
    }
  });

  it("gives null where the program has no value", async () => {
    const document = await json("cases", "run", "13", "--input", "0,1,1");
    expect(document.rasp).toEqual(["increasing", "constant", null]);
    expect(document.compiled).toEqual(document.rasp);
  });

  it("tells where both differ, of numbers how much", async () => {
    const classes = await run(["cases", "run", "113", "--input", "4,18,18,18,18,18,18,18,18"]);
    expect(classes.stdout).toMatch(/^ +8 {2}18 +4 +18 +differs$/m);
    expect(classes.stdout).toContain("The compiled transformer differs at 1 position.\n");
    const numbers = await run(["cases", "run", "39", "--input", `xa${"x".repeat(57)}`]);
    expect(numbers.stdout).toMatch(/^ +0 {2}"x" +1 +0\.9983 +differs by 0\.0017$/m);
    expect(numbers.stdout).toMatch(/differs at \d+ positions, at most by 0\.0017\.$/m);
  });

  it("takes a single token, and tells people that both agree", async () => {
    const { stdout } = await run(["cases", "run", "3", "--input", "x"]);
    expect(stdout).toContain('       0  "x"    1     1\n');
    expect(stdout).toContain("The compiled transformer computes what the program says.");
  });

  it.each([
    [
      "[",
      `2 error: E_INPUT: this is no input of case "3" (at --input) — expected a JSON array of tokens, or tokens between commas, of {"a", "b", "c", "x"} — received [ (`,
    ],
    [
      '["a",{}]',
      `2 error: E_INPUT: this is no input of case "3" (at --input) — expected a JSON array of tokens, or tokens between commas, of {"a", "b", "c", "x"} — received ["a",{}]. For example --input '["a","b","c"]'.`,
    ],
    [
      "axq",
      '2 error: E_INPUT: case "3" has no token "q" (at position 2) — expected one of {"a", "b", "c", "x"}. Use tokens of the vocabulary only.',
    ],
    [
      "[]",
      '2 error: E_INPUT: the input of case "3" has a wrong length — expected 1 to 4 tokens (BOS is put in front by itself) — received 0 tokens',
    ],
    [
      "aaaaa",
      '2 error: E_INPUT: the input of case "3" has a wrong length — expected 1 to 4 tokens (BOS is put in front by itself) — received 5 tokens',
    ],
  ])("refuses %s", async (input, message) => {
    expect(await failure("cases", "run", "3", "--input", input)).toContain(message);
  });

  it.each([
    [
      "121",
      "0.5,-0.3",
      /no token -0\.3 \(at position 1\) .*\. Write -0\.30000000000000004: its last digits are those of a float\.$/,
    ],
    ["44", "1,12", /no token 12 \(at position 1\) .*\. Use tokens of the vocabulary only\.$/],
    ["30", "[3]", /no token 3 \(at position 0\) .*\. Write the text "3" in quotes\.$/],
    ["41", '["3"]', /no token "3" \(at position 0\) .*\. Write the number 3 without quotes\.$/],
    ["3", '[["a"]]', /no token \('a',\) .*\. Use tokens of the vocabulary only\.$/],
    ["3", "BOS,a", /no token "BOS" .*\. Leave BOS out: it is put in front by itself\.$/],
  ])("says of case %s how to write %s", async (id, input, message) => {
    expect(await failure("cases", "run", id, "--input", input)).toMatch(message);
  });

  it("reads plain numbers as numbers where the tokens are numbers", async () => {
    expect((await json("cases", "run", "13", "--input", "1.0, 2,+0")).input).toEqual([1, 2, 0]);
    expect((await json("cases", "run", "30", "--input", "1,20")).input).toEqual(["1", "20"]);
  });

  it("needs an input, and a case", async () => {
    expect(await failure("cases", "run", "3")).toBe(
      "2 error: E_FLAG: --input is missing. The tokens: a JSON array, tokens between commas, or characters",
    );
    expect(await failure("cases", "run")).toBe(
      '2 error: E_ARGUMENT: the argument id is missing. See "interpbench cases run --help".',
    );
  });
});
