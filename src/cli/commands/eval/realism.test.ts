import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../io.testing.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "realism-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const type = (line: string) => run(line.split(" "), { cwd });
const documentOf = async (line: string) => {
  const { exitCode, stdout, stderr } = await type(`${line} --json`);
  expect(stderr).not.toContain("E_");
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
};
const failureOf = async (line: string) => {
  const { exitCode, stderr } = await type(line);
  return `${exitCode} ${stderr.trimEnd()}`;
};

interface Row {
  readonly circuit: string;
  readonly ablation: string;
  readonly score: number;
}
const scoresOf = ({ rows }: { rows: Row[] }, ablation: string) =>
  Object.fromEntries(
    rows.filter((row) => row.ablation === ablation).map(({ circuit, score }) => [circuit, score]),
  );

describe("eval gt_node_realism", () => {
  it("of a compiled transformer is 1 for the truth, on all inputs", async () => {
    const document = await documentOf("eval gt_node_realism -i 3 --tracr");
    expect(document).toMatchObject({
      schema: "interpbench/eval-gt-node-realism@1",
      case: "3",
      model: "tracr",
      inputs: 256,
      exhaustive: true,
    });
    for (const ablation of ["mean", "zero"]) {
      const scores = scoresOf(document, ablation);
      expect(scores).toMatchObject({ truth: 1, full: 1 });
      expect(scores.empty).toBeLessThan(1);
      expect(Object.keys(scores)).toEqual(["truth", "random, 2 nodes", "full", "empty"]);
    }
    const folder = join(cwd, document.folder);
    expect(readdirSync(folder).sort()).toEqual([
      "node-realism.csv",
      "node-realism.svg",
      "result.json",
    ]);
    expect(readFileSync(join(folder, "node-realism.csv"), "utf8")).toMatch(
      /^circuit,nodes,ablated,ablation,score,low,high,accuracy\ntruth,2,2,mean,1,1,1,1\n/,
    );
  });

  it("gives intervals where there are more inputs than are taken", async () => {
    const document = await documentOf("eval gt_node_realism -i 3 --tracr -m --max-len 64");
    const { rows, inputs, exhaustive } = document;
    expect([exhaustive, inputs <= 64]).toEqual([false, true]);
    expect(rows.every((row: Row) => row.ablation === "mean")).toBe(true);
    expect(rows[0]).toMatchObject({ score: 1, high: 1 });
    expect(rows[0].low).toBeCloseTo(64 / (64 + 1.96 ** 2), 3);
  });

  it("needs a model", async () => {
    expect(await failureOf("eval gt_node_realism -i 3 --model siit")).toMatch(
      /^1 error: E_MODEL: case "3" has no trained model "siit".* Train it with "interpbench train iit -i 3/,
    );
  });
});

describe("eval node_realism", () => {
  it("runs the algorithm first, and uses its result again", async () => {
    const dry = "eval node_realism -i 3 --tracr --dry-run --json";
    const later = JSON.parse((await type(dry)).stdout).jobs;
    expect(later).toMatchObject([
      { kind: "run-acdc", action: "do", folder: expect.stringMatching(/^results\/run-acdc\/3\//) },
      { kind: "eval-node-realism", action: "do", folder: null },
    ]);
    const document = await documentOf("eval node_realism -i 3 --tracr");
    expect(scoresOf(document, "zero")).toMatchObject({ acdc: 1, truth: 1, full: 1 });
    expect(document.scores).toMatchObject([{ circuit: "acdc", nodes: { tpr: 1, fpr: 0 } }]);
    const { provenance } = JSON.parse(
      readFileSync(join(cwd, document.folder, "result.json"), "utf8"),
    );
    const now = JSON.parse((await type(dry)).stdout).jobs;
    expect(now.map(({ action }: { action: string }) => action)).toEqual(["reuse", "reuse"]);
    expect(provenance.parents).toEqual([now[0].folder.replace("results/", "")]);
    expect((await type("run acdc -i 3 --tracr -t 0.025")).stderr).toContain("finished already");
  });

  it.each([
    ["eap --edge-count 4", "eap"],
    ["node_sp --lambda-reg 0.1", "sp"],
    ["legacy_acdc -t 0.01", "legacy_acdc"],
  ])("takes %s", async (words, name) => {
    const document = await documentOf(`eval node_realism -i 3 --tracr -m 0 --algorithm ${words}`);
    expect(scoresOf(document, "zero")).toHaveProperty(name);
  });

  it("takes a circuit of one's own", async () => {
    const { folder } = await documentOf("run acdc -i 3 --tracr");
    const path = join(cwd, folder, "circuit.json");
    writeFileSync(join(cwd, "mine.json"), readFileSync(path));
    for (const own of ["mine.json", folder]) {
      const document = await documentOf(`eval node_realism -i 3 --tracr --circuit ${own}`);
      expect(scoresOf(document, "mean")).toMatchObject({ circuit: 1, truth: 1 });
    }
    const other = (await documentOf("compile 4")).folder;
    expect(await failureOf(`eval node_realism -i 3 --tracr --circuit ${other}`)).toMatch(
      /E_CIRCUIT: the transformer does not have a node of the circuit/,
    );
  });

  it.each([
    ["--algorithm adcd", '2 error: E_ALGORITHM: no algorithm "adcd". Did you mean "acdc"?'],
    [
      "--lambda-reg 2",
      '2 error: E_OPTION: the algorithm "acdc" has no option "lambdaReg" — expected threshold — received lambdaReg 2',
    ],
    ["--circuit gone.json", "2 error: E_FILE: the circuit cannot be read"],
    [
      "--circuit a.json -t 1",
      "2 error: E_FLAG: a circuit of one's own is not found with an option",
    ],
  ])("refuses %s", async (words, message) => {
    expect(await failureOf(`eval node_realism -i 3 --tracr ${words}`)).toContain(message);
  });

  it("says why there is no circuit where the first job fails", async () => {
    expect(await failureOf("eval node_realism -i 3 --model siit")).toMatch(
      /E_MODEL: case "3" has no trained model "siit"/,
    );
  });
});

describe("eval iit_acdc", () => {
  it("is ACDC, its score and its realism", async () => {
    const { exitCode, stdout } = await type("eval iit_acdc -i 3 --tracr");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("acdc against the truth: nodes TPR 100.0%, FPR 0.0%; edges TPR 75.0%");
  });
});
