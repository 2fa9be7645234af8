import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSeries } from "../../../cases/index.ts";
import { caseOpener, hashOfCase } from "../../../models/index.ts";
import { runWith } from "../../io.testing.ts";
import { casesGenerate } from "./generate.ts";
import { casesShow } from "./show.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "generate-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const run = (...words: string[]) =>
  runWith([casesGenerate, casesShow], ["cases", ...words], { cwd });

const read = (...names: string[]) => readFileSync(join(cwd, ...names), "utf8");

const failure = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await run(...words);
  expect(stdout).toBe("");
  return `${exitCode} ${stderr.trimEnd().split("\n").at(-1)}`;
};

const sha256 = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");

describe("cases generate", () => {
  it("lists cases by the names that every command takes", async () => {
    const { exitCode, stdout } = await run("generate", "--count", "2", "--seed", "5", "--json");
    expect(exitCode).toBe(0);
    const { folder, seed, family, commitment, cases } = JSON.parse(stdout);
    expect({ folder, seed, family, commitment }).toEqual({
      folder: null,
      seed: "5",
      family: "small",
      commitment: null,
    });
    expect(cases.map(({ name }: { name: string }) => name)).toEqual([
      "generated:5/0",
      "generated:5/1",
    ]);
    const shown = JSON.parse((await run("show", "generated:5/1", "--json")).stdout);
    expect(shown).toMatchObject({ id: "generated-5-1", task: cases[1].task });
  });

  it("writes files that are the same cases", async () => {
    const words = ["generate", "--count", "2", "--seed", "5", "-o", "fresh"];
    const { stdout } = await run(...words);
    expect(stdout).toContain("2 cases in fresh, which every command takes as -i fresh.");
    const names = [
      "cases.json",
      ...["0", "1"].flatMap((n) => [`generated-5-${n}.json`, `generated-5-${n}.mjs`]),
    ];
    expect(readdirSync(join(cwd, "fresh")).sort()).toEqual(names);
    const index = JSON.parse(read("fresh", "cases.json"));
    expect(index.cases[0].sha256).toBe(sha256(read("fresh", "generated-5-0.mjs")));
    expect(JSON.parse(read("fresh", "generated-5-0.json"))).toMatchObject({
      schema: "interpbench/generated-case@1",
      name: "generated:5/0",
      inputs: 256,
    });

    const { signal } = new AbortController();
    const open = caseOpener({ folder: cwd, signal });
    const series = await openSeries({ seed: "5", family: { size: "small" } });
    for (const number of [0, 1]) {
      const fromFile = await open({ file: `fresh/generated-5-${number}.mjs` });
      const byName = await open({ id: `generated:5/${number}` });
      expect(hashOfCase(fromFile.case_)).toBe(hashOfCase(series.at(number).case_));
      expect(fromFile.case_.id).toBe(byName.case_.id);
      expect(fromFile.sourceSha256).toBe(byName.sourceSha256);
    }
    const before = read("fresh", "cases.json");
    await run(...words);
    expect(read("fresh", "cases.json")).toBe(before);
    expect(await failure("show", "fresh")).toBe(
      "2 error: E_CASE: these are several cases (at ID) — expected one case — received 2, fresh/generated-5-0.mjs the first",
    );
  });

  it("keeps further cases of the seed, which stay checked", async () => {
    const words = ["generate", "--seed", "5", "-o", "kept", "--count"];
    await run(...words, "3");
    const all = read("kept", "cases.json");
    expect((await run(...words, "2")).stdout).toContain("3 cases in kept");
    expect(read("kept", "cases.json")).toBe(all);
    const file = join(cwd, "kept", "generated-5-2.mjs");
    writeFileSync(file, `${readFileSync(file, "utf8")}\n`);
    expect(await failure("show", "kept/generated-5-2.mjs")).toContain(
      "E_FILE: a generated case was changed",
    );
    rmSync(file);
    await run(...words, "1");
    const { cases } = JSON.parse(read("kept", "cases.json"));
    expect(cases.map(({ name }: { name: string }) => name)).toEqual([
      "generated:5/0",
      "generated:5/1",
    ]);
  });

  it("refuses a case of a folder that was changed", async () => {
    await run("generate", "--count", "1", "--seed", "5", "-o", "changed");
    const file = join(cwd, "changed", "generated-5-0.mjs");
    writeFileSync(file, `${readFileSync(file, "utf8")}\n`);
    expect(await failure("show", "changed")).toMatch(
      /^2 error: E_FILE: a generated case was changed \(at .*generated-5-0\.mjs\) — expected SHA-256 [0-9a-f]{64}, as cases\.json says — received SHA-256 [0-9a-f]{64}\. Generate it again; as a case of your own put it into another folder\.$/,
    );
    await run("generate", "--count", "1", "--seed", "5", "-o", "changed");
    expect((await run("show", "changed")).exitCode).toBe(0);
    writeFileSync(join(cwd, "changed", "cases.json"), "{");
    expect(await failure("show", "changed")).toContain(
      "E_FILE: the index of generated cases cannot be read",
    );
  });

  it("keeps a secret seed out of all that it writes, and says its hash", async () => {
    const seed = "correct horse battery staple";
    writeFileSync(join(cwd, "seed"), seed);
    const words = ["generate", "--count", "1", "--secret-seed-file", "seed", "-o", "secret"];
    const { stdout } = await run(...words);
    const commitment = sha256(seed);
    expect(stdout).toContain(`SHA-256 of the seed, to be published: ${commitment}`);
    const name = `generated-sha256-${commitment.slice(0, 12)}-0`;
    expect(readdirSync(join(cwd, "secret")).sort()).toEqual([
      "cases.json",
      `${name}.json`,
      `${name}.mjs`,
    ]);
    for (const file of readdirSync(join(cwd, "secret")))
      expect(read("secret", file)).not.toContain(seed);
    expect(JSON.parse(read("secret", "cases.json"))).toMatchObject({ commitment });
    expect((await run("show", `secret/${name}.mjs`, "--json")).stdout).toContain(`"id": "${name}"`);
    expect(await failure("show", `generated:sha256-${commitment.slice(0, 12)}/0`)).toBe(
      `2 error: E_CASE: this is no generated case — expected a seed that is a number — received sha256-${commitment.slice(0, 12)}. This is what is published of a secret seed. Who has the seed has its cases in a folder: name that.`,
    );
    expect(await failure("generate", "--secret-seed-file", "seed")).toContain(
      "E_FLAG: cases of a secret seed are files, and have no other seed",
    );
    writeFileSync(join(cwd, "short"), "1234");
    expect(await failure("generate", "--secret-seed-file", "short", "-o", "x")).toContain(
      "E_SEED: the secret seed is too short (at short) — expected at least 16 bytes",
    );
    expect(await failure("generate", "--secret-seed-file", "none", "-o", "x")).toContain(
      "2 error: E_FILE: the secret seed cannot be read",
    );
  });

  it("writes into no other folder than one of its own", async () => {
    writeFileSync(join(cwd, "file"), "");
    expect(await failure("generate", "--count", "1", "-o", "file")).toContain("1 error: E_OUTPUT");
    mkdirSync(join(cwd, "other"));
    await run("generate", "--count", "1", "--seed", "1", "-o", "other");
    expect(await failure("generate", "--count", "1", "--seed", "2", "-o", "other")).toContain(
      "E_OUTPUT: the folder holds other generated cases",
    );
  });

  it.each([
    [
      "generated:x",
      'expected generated:SEED/NUMBER or generated:SEED/FAMILY/NUMBER, such as generated:5/7 or generated:5/medium-causal/7 — received "generated:x"',
    ],
    [
      "generated:5/9999999",
      "expected a number from 0 to 999, or a range of them, 0-19 — received 9999999",
    ],
    ["generated:99999999999999999/1", "expected a seed from 0 to 2^53 − 1"],
    ["generated:5/mediun/1", 'no kind of generated case "mediun". Did you mean "medium"?'],
    ["generated:5/small-large/1", "kinds of generated cases contradict each other"],
  ])("there is none called %s", async (name, text) => {
    const said = await failure("show", name);
    expect(said).toMatch(/^2 error: E_CASE/);
    expect(said).toContain(text);
  });
});
