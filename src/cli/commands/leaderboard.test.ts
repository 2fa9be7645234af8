import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../io.testing.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "leaderboard-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const type = (line: string) => run(line.split(" "), { cwd });

describe("leaderboard", () => {
  it("compares algorithms by name, on the seeds from --seed on", async () => {
    const line = "leaderboard -i 7 --algorithms random,degree,atp-star --models tracr --seeds 2";
    const { exitCode, stdout } = await type(`${line} --seed 5 --data-size 8 --json`);
    // An algorithm that is not made for a model is a cell with its reason, and no failure.
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "interpbench/leaderboard@1",
      protocol: "default",
      model: "tracr",
      published: null,
    });
    expect(document.rows.map(({ seed }: { seed: number }) => seed)).toEqual([5, 6, 5, 6, 5, 6]);
    expect(document.rows[5]).toMatchObject({ algorithm: "atp-star", code: "E_OPTION" });
    expect(document.tests.pairs[0]).toMatchObject({ cases: 1, p: 1, corrected: 1 });
    expect(existsSync(join(cwd, document.folder, "heat-map.svg"))).toBe(true);
  });

  it("is made in parts, which leave the standings to the whole", async () => {
    const line = "leaderboard -i 7 --algorithms random,degree --models tracr --seeds 3 -o parts";
    const parts = await Promise.all(["1/2", "2/2"].map((part) => type(`${line} --shard ${part}`)));
    expect(parts.map(({ stdout }) => stdout)).toEqual(
      ["1/2", "2/2"].map((part) => expect.stringMatching(`^Part ${part}: 3 runs\\. `)),
    );
    expect(existsSync(join(cwd, "parts/leaderboard"))).toBe(false);
    const made = () =>
      ["degree", "random"].map((name) => readdirSync(join(cwd, `parts/run-${name}/7`)));
    const before = made();
    expect(before.flat().length).toBe(6);
    const { rows } = JSON.parse((await type(`${line} --json`)).stdout);
    expect([rows.length, made()]).toEqual([6, before]);
  });

  it("ranks algorithms with options and those of plugins, under the text that names them", async () => {
    const plugin = join(process.cwd(), "examples/plugin.mjs");
    const own = "composition";
    const line = `leaderboard -i 7 --algorithms eap,eap:integratedGradSteps=3,${own} --models tracr`;
    const { exitCode, stdout } = await type(
      `${line} --seeds 1 --data-size 8 --plugin ${plugin} --json`,
    );
    expect(exitCode).toBe(0);
    const { rows } = JSON.parse(stdout);
    const names = rows.map(({ algorithm }: { algorithm: string }) => algorithm);
    expect(names).toEqual(["eap", "eap:integratedGradSteps=3", own]);
    expect(rows.every(({ code }: { code?: string }) => code === undefined)).toBe(true);
    const unknown = await type(`${line} --seeds 1 --data-size 8`);
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining(`"${own}"`)]);
  });

  it("says once what speaks against a model, however many algorithms look at it", async () => {
    const line = "leaderboard -i 3 --algorithms eap,acdc,exact --models zoo --seeds 2 --dry-run";
    const { stderr } = await type(line);
    const warnings = stderr.split("\n").filter((text) => text.startsWith("warning: "));
    expect(warnings).toContainEqual(
      expect.stringMatching(/^warning: 3 zoo:seed1: of its truth it does without /),
    );
    expect(warnings).toEqual([...new Set(warnings)]);
  });

  it("fails where a model is missing, with the table of what is there", async () => {
    const { exitCode, stdout, stderr } = await type(
      "leaderboard -i 7 --algorithms random --models natural --seeds 1",
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('random on 7: E_MODEL: case "7" has no trained model "natural"\n');
    expect(stderr).toContain("Train it with");
  });

  it.each([
    ["--algorithms epa", "E_ALGORITHM"],
    ["--models trac", "E_MODEL"],
    ["--algorithms eap:steps=5", "E_OPTION"],
    ["--algorithms eap:5", "E_OPTION"],
    ["--protocol papre", "E_VALUE"],
    ["--seeds 0", "E_VALUE"],
    ["--seed 9007199254740990 --seeds 3", "E_SEED"],
    ["--shard 3/2", "E_SHARD"],
  ])("refuses %s before anything is done", async (flags, code) => {
    const { exitCode, stderr } = await type(`leaderboard -i 7 -o none ${flags}`);
    expect([exitCode, existsSync(join(cwd, "none"))]).toEqual([2, false]);
    expect(stderr).toContain(`error: ${code}: `);
  });
});
