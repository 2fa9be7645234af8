import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../io.testing.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "audit-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const type = (line: string) => run(line.split(" "), { cwd });

describe("audit", () => {
  it("of a compiled transformer is a proof, with a page and pictures", async () => {
    const { exitCode, stdout } = await type("audit -i 3 --tracr --edge-pairs 500 --json");
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: "interpbench/audit@1",
      case: "3",
      model: "tracr",
      exhaustive: true,
      pairs: 65_536,
      edgePairs: 500,
      inputs: 256,
      accuracies: { accuracy: 1, iia: 1, strictAccuracy: 1, jointStrictAccuracy: 1 },
      violations: [],
      leaks: [],
      naturalHealth: null,
    });
    const [node] = document.nodes.filter(({ inTruth }: { inTruth: boolean }) => inTruth);
    expect(node).toMatchObject({ hook: "blocks.0.mlp.hook_post", resample: 1 - 10 ** 4 / 65_536 });
    expect(node.interval.resample).toEqual({ low: node.resample, high: node.resample });
    const page = readFileSync(join(cwd, document.folder, "audit.md"), "utf8");
    expect(page).toContain(
      "Proof by enumeration: on all 65536 pairs of inputs the outputs are right",
    );
    expect(page).toContain("![What each node does](nodes.svg)");
    for (const name of ["nodes.svg", "edges.svg"]) {
      expect(readFileSync(join(cwd, document.folder, name), "utf8")).toContain("<svg");
    }
  });

  it("is told in short, with the worst violation", async () => {
    const line =
      "train iit -i 3 --epochs 1 --no-early-stop --train-pairs 256 --validation-pairs 64";
    expect((await type(line)).exitCode).toBe(0);
    const { exitCode, stdout } = await type("audit -i 3 --pairs 400 --edge-pairs 50 --inputs 20");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Audit of siit of case 3");
    expect(stdout).toMatch(
      /^Not everywhere: the least accuracy is [\d.]+ %; exchanging the (variable|node) /m,
    );
    expect(stdout).toMatch(/largest violation +(variable|node|edge) .* of (400|50) \(/);
    expect(stdout).toContain("400 pairs, 50 for edges, 20 inputs; see results/audit/3/");
  });

  it("refuses budgets that are none, and models that are not there", async () => {
    const { exitCode, stderr } = await type("audit -i 3 --tracr --pairs 0");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("--pairs")]);
    const missing = await type("audit -i 4 --model siit");
    expect([missing.exitCode, missing.stderr]).toEqual([
      1,
      expect.stringContaining('E_MODEL: case "4" has no trained model'),
    ]);
  });
});
