import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runWith } from "../io.testing.ts";
import { study } from "./study.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "study-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const run = (...words: string[]) => runWith([study], ["study", ...words], { cwd });

const words = [
  "--count",
  "1",
  "--seeds",
  "2",
  "--algorithms",
  "exact,eap,random",
  "--threads",
  "1",
  "--seed",
  "5",
];

describe("study", () => {
  it("says how algorithms do on fresh cases, and keeps every run", async () => {
    const { exitCode, stdout } = await run(...words, "--json");
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "interpbench/study@1",
      model: "tracr",
      dataSize: 32,
      seeds: 2,
      missing: [],
    });
    expect(document.cases.map(({ id }: { id: string }) => id)).toEqual(["generated-5-0"]);
    const [exact, eap, random] = document.algorithms;
    expect(exact).toMatchObject({
      algorithm: "exact",
      power: { rate: 1 },
      powerAtSize: { rate: 1 },
    });
    expect(Math.abs(exact.bias.mean)).toBeLessThan(Math.abs(eap.bias.mean));
    expect(random.bias).toBeNull();
    expect(random.powerAtSize.total).toBe(exact.powerAtSize.total);
    expect(document.groups.map(({ by }: { by: string }) => by)).toEqual(
      expect.arrayContaining(["depth", "width", "variable"]),
    );
    expect(readdirSync(join(cwd, document.folder)).sort()).toEqual([
      "bias.svg",
      "bias.vl.json",
      "intervals.svg",
      "intervals.vl.json",
      "rates.svg",
      "rates.vl.json",
      "result.json",
      "study.csv",
      "study.md",
      "variables.svg",
      "variables.vl.json",
    ]);
    const csv = readFileSync(join(cwd, document.folder, "study.csv"), "utf8").split("\n");
    expect(csv[0]).toMatch(/^algorithm,by,group,cases,power,power_low,/);
    expect(csv[1]).toMatch(/^exact,,,1,1,/);

    const kept = readdirSync(join(cwd, "results", "run-exact", "generated-5-0"));
    const again = await run(...words);
    expect(again.stdout).toContain("Algorithms as estimators on 1 case, models tracr");
    expect(again.stdout).toContain(document.folder);
    expect(readdirSync(join(cwd, "results", "run-exact", "generated-5-0"))).toEqual(kept);
  });

  it("ranks first what was kept at every threshold", async () => {
    const algorithms = ["acdc", "acdc:threshold=[0.0001,0.001,0.01]"];
    writeFileSync(join(cwd, "sweep.json"), JSON.stringify({ algorithms }));
    const flags = "-i 3 --models zoo --seeds 2 --threads 1 --config sweep.json".split(" ");
    const { stdout } = await run(...flags, "--json");
    const rates = JSON.parse(stdout).algorithms.map(
      ({ powerAtSize, falsePositivesAtSize }: Record<string, { count: number }>) => [
        powerAtSize!.count,
        falsePositivesAtSize!.count,
      ],
    );
    expect(rates[1]).toEqual(rates[0]);
  });

  it("says what would be done, and refuses what it does not know", async () => {
    const { stdout } = await run(...words, "--dry-run", "--json");
    const { jobs } = JSON.parse(stdout);
    expect(jobs).toHaveLength(8 + 3 * 2);
    const refused = await run("--algorithms", "eap,exat");
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      expect.stringContaining('no algorithm of the protocol default "exat"'),
    ]);
    expect((await run("-i", "generated:5/x")).stderr).toContain(
      "E_CASE: this is no generated case",
    );
    expect((await run("--seeds", "1")).exitCode).toBe(2);
  });

  it("lists the runs that are missing, and why", async () => {
    const { exitCode, stdout } = await run(
      "-i",
      "generated:5/0",
      "--models",
      "siit",
      "--seeds",
      "2",
      "--algorithms",
      "exact",
      "--threads",
      "1",
      "--json",
    );
    expect(exitCode).toBe(1);
    const document = JSON.parse(stdout);
    expect(document.algorithms).toEqual([]);
    expect(document.missing[0]).toMatchObject({ case: "generated-5-0", code: "E_MODEL" });
  });
});
