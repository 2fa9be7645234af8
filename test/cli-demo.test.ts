import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliResult, run, typedLines } from "../src/cli/io.testing.ts";
import { decodeCircuit } from "../src/formats/index.ts";

const words = ["demo", "--backend", "wasm"];

let cwd: string;
let first: CliResult;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "demo-"));
  first = await run(words, { cwd });
}, 60_000);
afterAll(() => rmSync(cwd, { recursive: true }));

const document = async (...more: string[]) => {
  const { exitCode, stdout } = await run([...words, ...more, "--json"], { cwd });
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
};

describe("demo", () => {
  it("is a tour from the program to the files", () => {
    expect(first.exitCode).toBe(0);
    const headings = first.stdout.split("\n").filter((line) => /^\d {2}/.test(line));
    expect(headings).toEqual([
      "1  The question: case 3",
      "2  Compile",
      "3  Train",
      "4  Discover",
      "5  Compare with the truth",
      "6  Files",
      "7  What to try next",
    ]);
    for (const line of [
      /^ +frac_prevs_1 = aggregate\(select_2, is_x_3\)/m,
      /^ +After \d+ epochs \(\d+ steps\): accuracy (100\.0|99\.\d)%/m,
      /^ +ACDC +\d +\d +\d +(0\.\d+|1) /m,
      /^ +EAP, integrated gradients +\d/m,
      /^ +random, same size /m,
      /^ +truth +4 +0 +0 +1 +0 +1$/m,
      /^ +└ resid_post ← .*✓ a1\.2/m,
    ]) {
      expect(first.stdout).toMatch(line);
    }
    expect(first.stdout).not.toMatch(/\n{4}/);
    expect(first.stderr).toMatch(/^✓ train iit 3 {2}\d+ updates in /m);
  });

  it("has reached its aim, and finds the nodes of the circuit", async () => {
    const { training, discoveries, best, truth, folder } = await document();
    const { accuracy, iia, strictAccuracy } = training.metrics;
    for (const value of [accuracy, iia, strictAccuracy]) {
      expect(value).toBeGreaterThanOrEqual(0.995);
    }
    expect(truth.edges).toHaveLength(4);
    expect(discoveries.map(({ algorithm }: { algorithm: string }) => algorithm)).toEqual([
      "acdc",
      "eap",
      "eap",
    ]);
    // How many edges the weaker ones find depends on the last bits of training; how they rank does not.
    for (const { score, baselines } of discoveries) {
      expect(score.auroc.edges).toBeGreaterThan(0.9);
      expect(score.auroc.nodes).toBeGreaterThan(0.8);
      expect(baselines.truth.edges.tpr).toBe(1);
    }
    expect(discoveries[best].score.edges.tpr).toBeGreaterThanOrEqual(0.75);
    expect(discoveries[best].score.nodes.tpr).toBeGreaterThanOrEqual(0.75);
    const { circuit } = decodeCircuit(readFileSync(join(cwd, folder, "circuit.json"), "utf8"));
    expect(circuit.edges.size).toBe(discoveries[best].circuit.edges.length);
    expect(readFileSync(join(cwd, folder, "circuit.svg"), "utf8")).toContain("true positive");
    for (const path of [training.folder, discoveries[0].folder]) {
      expect(existsSync(join(cwd, path, "result.json"))).toBe(true);
    }
  });

  it("uses finished stages again, and other commands find its model", async () => {
    const { stderr, stdout } = await run(words, { cwd });
    expect(stderr.match(/finished already/g)).toHaveLength(6);
    expect(stdout).toBe(first.stdout);
    const line = "run acdc -i 3 --threshold 0.025 --backend wasm";
    const acdc = await run(line.split(" "), { cwd });
    expect(acdc.stderr).toContain("finished already");
  });

  it("gives the same numbers when it is done anew, and shows commands that go on there", async () => {
    const program = "npx interpbench";
    const shown = await run([...words, "-o", "my results"], { cwd, program });
    const lines = typedLines(shown.stdout, program);
    expect(lines.map((line) => line.slice(0, 2).join(" "))).toEqual([
      "run acdc",
      "eval iit",
      "cases list",
      "train iit",
      "serve --open",
    ]);
    for (const line of lines) {
      const isWriting = line[0] !== "cases";
      expect(line.includes("my results")).toBe(isWriting);
      if (line[0] === "serve") continue;
      const { exitCode, stderr } = await run(isWriting ? [...line, "--dry-run"] : line, { cwd });
      expect(exitCode, stderr).toBe(0);
    }

    const before = await document();
    const again = await document("-o", "my results");
    const facts = ({ training, discoveries }: typeof before) => [
      training.metrics,
      discoveries.map(({ seconds: _, folder: __, ...rest }: Record<string, unknown>) => rest),
    ];
    expect(facts(again)).toEqual(facts(before));
    for (const file of ["circuit.json", "circuit.svg"]) {
      expect(readFileSync(join(cwd, again.folder, file), "utf8")).toBe(
        readFileSync(join(cwd, before.folder, file), "utf8"),
      );
    }
  });
});
