import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runWith } from "../../io.testing.ts";
import { casesCheck } from "./check.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "check-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const run = (...words: string[]) => runWith([casesCheck], ["cases", "check", ...words], { cwd });

const write = (name: string, body: string) =>
  writeFileSync(
    join(cwd, name),
    `export default ({ EQ, map, named, select, selectorWidth, sequenceMap, tokens }) => (${body});\n`,
  );

describe("cases check", () => {
  it("says that a program is fit, with all that was looked at", async () => {
    write(
      "count.mjs",
      '{ program: named(selectorWidth(select(tokens, tokens, EQ)), "count"), vocab: ["a", "b"], minSeqLen: 2, maxSeqLen: 4 }',
    );
    const { exitCode, stdout } = await run("count.mjs");
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`Case count  The program of count.mjs.
fit to be a case

inputs     all 8 of full length
exactness  0 mistakes at 34 positions, smallest margin 1.000; on all 14 inputs of every length
outputs    3 different: 2 50.0%, 1 25.0%, 3 25.0%

variable  changes the output  pairs of inputs
count_1                75.0%               64
`);
  });

  it("says why one is not, and what would mend it", async () => {
    write(
      "decoy.mjs",
      '{ program: sequenceMap((x, y) => x, named(selectorWidth(select(tokens, tokens, EQ)), "count"), named(map((x) => x === "a", tokens), "unused")), vocab: ["a", "b"], maxSeqLen: 4 }',
    );
    const { exitCode, stdout } = await run("decoy.mjs");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("not fit to be a case");
    expect(stdout).toContain(
      "✗ the variable unused_3 makes no difference: exchanged between 64 pairs of inputs it never changes the output.\n  Take it out of the program,",
    );
    const document = JSON.parse((await run("decoy.mjs", "--json")).stdout);
    expect(document).toMatchObject({
      schema: "interpbench/cases-check@1",
      case: "decoy",
      fit: false,
      findings: [{ kind: "fault", code: "decoy" }],
    });
  });

  it("lists several, generated ones among them", async () => {
    const { exitCode, stdout } = await run("8,generated:5/0-1,decoy.mjs");
    expect(exitCode).toBe(1);
    const rows = stdout.trim().split("\n").slice(1);
    expect(rows.map((row) => row.trim().split(/\s+/).slice(0, 2).join(" "))).toEqual([
      "8 yes",
      "generated-5-0 yes",
      "generated-5-1 yes",
      "decoy no",
    ]);
    const document = JSON.parse((await run("8,decoy.mjs", "--json")).stdout);
    expect(document).toMatchObject({ schema: "interpbench/cases-checks@1", cases: 2, fit: 1 });
  });

  it("refuses what is no program, and nothing", async () => {
    write("bad.mjs", '{ program: map((x) => x, tokens), vocabulary: ["a"] }');
    const { exitCode, stderr } = await run("bad.mjs");
    expect(exitCode).toBe(2);
    expect(stderr).toContain('a program file has no key "vocabulary"');
    expect(stderr).toContain('Did you mean "vocab"?');
    expect((await run()).stderr).toContain("E_CASE: no case is named");
  });
});
