import {
  cpSync,
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
import { run } from "../io.testing.ts";

let cwd: string;
let eap: string;
const type = (line: string) => run(line.split(" "), { cwd });
const documentOf = async (line: string) => {
  const { exitCode, stdout, stderr } = await type(`${line} --json`);
  expect([exitCode, stderr.match(/error: .*/)?.[0]]).toEqual([0, undefined]);
  return JSON.parse(stdout);
};

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "score-"));
  eap = (await documentOf("run eap 3 --model zoo --edge-count 6 --data-size 16")).folder;
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe("score", () => {
  it("scores a result on the model it is of, against all truths that are known", async () => {
    const document = await documentOf(`score ${eap} --data-size 16`);
    expect(document).toMatchObject({
      schema: "interpbench/score@1",
      case: "3",
      model: "zoo:seed1",
    });
    expect(document.truths.map(({ name }: { name: string }) => name)).toEqual([
      "constructed",
      "effective",
    ]);
    const [ranking] = document.rankings;
    const made = JSON.parse(readFileSync(join(cwd, eap, "result.json"), "utf8"));
    // The same numbers as those of the run itself.
    expect(ranking.scores[0].circuits[0].score.edges).toEqual(made.score.edges);
    expect(ranking.scores[0].ranking.edges.auroc).toBe(made.score.auroc.edges);
    expect(ranking.scores[0].ranking.nodes.averagePrecision).toBe(
      made.score.averagePrecision.nodes,
    );
    expect(ranking.scores[0].paper.edges).toBe(made.score.auroc.paper.edges);
    expect(ranking.curve.points).toHaveLength(10);
    expect(ranking.curve.points.at(-1).faithfulness).toBe(1);
    expect(document.curves.references.map(({ name }: { name: string }) => name)).toEqual([
      "random",
      "truth",
    ]);
    expect(readdirSync(join(cwd, document.folder)).sort()).toEqual(
      [
        "faithfulness.svg",
        "faithfulness.vl.json",
        "result.json",
        "roc-constructed.svg",
        "roc-constructed.vl.json",
        "roc-effective.svg",
        "roc-effective.vl.json",
        "scores.csv",
      ].sort(),
    );
  });

  it("scores a circuit file by the size of its scores, which for EAP is how it ranks", async () => {
    const line = "-i 3 --model zoo --truth constructed --without-curve";
    const ofFile = await documentOf(`score ${join(eap, "circuit.json")} ${line}`);
    const ofResult = await documentOf(`score ${eap} ${line}`);
    const [file, result] = [ofFile, ofResult].map(({ rankings }) => rankings[0]);
    expect(file.rankedBy).toBe("size of the score");
    expect(file.scores[0].ranking).toEqual(result.scores[0].ranking);
    expect(file.scores[0].circuits[0].score).toEqual(result.scores[0].circuits[0].score);
    expect(file.curve).toBeNull();
    const signed = await documentOf(`score ${join(eap, "circuit.json")} ${line} --signed`);
    expect(signed.rankings[0].scores[0].ranking).not.toEqual(file.scores[0].ranking);
    // As of `run eap --no-absolute`.
    expect(signed.rankings[0].scores[0].paper).toEqual({
      edges: null,
      nodes: null,
      reason: "the paper's sweep is over the size of effects",
    });
    expect(file.scores[0].paper.edges).toBeGreaterThan(0);
  });

  it("gives rankings names of their own: by options that differ, else by the words for them", async () => {
    const line = "run eap 3 --model zoo --scores-only --data-size 16";
    const { folder: other } = await documentOf(`${line} --integrated-grad-steps 2 --no-absolute`);
    const { rankings, folder } = await documentOf(`score ${eap} ${other} --without-curve`);
    const names = rankings.map(({ name }: { name: string }) => name);
    expect(names).toEqual([
      "eap:absolute=true:edgeCount=6",
      "eap:absolute=false:integratedGradSteps=2",
    ]);
    const table = readFileSync(join(cwd, folder, "scores.csv"), "utf8")
      .split("\n")
      .slice(1);
    expect(new Set(table.map((row) => row.split(",")[0]))).toEqual(new Set([...names, ""]));
    const files = [eap, "copy"].map((one) => join(one, "circuit.json"));
    cpSync(join(cwd, eap), join(cwd, "copy"), { recursive: true });
    const ofFiles = await documentOf(`score ${files.join(" ")} -i 3 --model zoo --without-curve`);
    expect(ofFiles.rankings.map(({ name }: { name: string }) => name)).toEqual(files);
    const same = await type(`score ${eap} ${eap}`);
    expect([same.exitCode, same.stderr]).toEqual([
      1,
      expect.stringContaining(`E_PLAN: two rankings have one name — received ${eap}`),
    ]);
  });

  it("gives truths names of their own, and files for their curves", async () => {
    const words = ["a/circuit.json", "b/circuit.json", "a-circuit.json"];
    for (const folder of ["a", "b"]) mkdirSync(join(cwd, folder));
    for (const [i, word] of words.entries()) {
      const nodes = ["input->m0", "m0->logits", "input->m1"].slice(i, i + 1);
      const edges = Object.fromEntries(nodes.map((edge) => [edge, { score: 1, in_graph: true }]));
      const circuit = { cfg: { n_layers: 2, n_heads: 4 }, nodes: {}, edges };
      writeFileSync(join(cwd, word), JSON.stringify(circuit));
    }
    const { truths, folder } = await documentOf(
      `score ${eap} --without-curve --truth ${words.join(",")},constructed,a/circuit.json`,
    );
    const names = truths.map(({ name }: { name: string }) => name);
    expect(names).toEqual([...words, "constructed"]);
    expect(new Set(truths.map(({ edges }: { edges: unknown }) => JSON.stringify(edges))).size).toBe(
      4,
    );
    const charts = readdirSync(join(cwd, folder)).filter((name) => /^roc-.*\.svg$/.test(name));
    expect(charts.sort()).toEqual(
      [
        "roc-a-circuit.json-2.svg",
        "roc-a-circuit.json.svg",
        "roc-b-circuit.json.svg",
        "roc-constructed.svg",
      ].sort(),
    );
  });

  it("needs no model where a truth is given, as a circuit or an audit", async () => {
    writeFileSync(
      join(cwd, "mine.json"),
      JSON.stringify({
        cfg: { n_layers: 2, n_heads: 4 },
        nodes: {},
        edges: {
          "input->m0": { score: 2, in_graph: true },
          "m0->logits": { score: -3, in_graph: false },
        },
      }),
    );
    const { model, curves, rankings } = await documentOf(
      `score mine.json --truth ${join(eap, "circuit.json")}`,
    );
    expect([model, curves]).toEqual(["own", null]);
    expect(rankings[0].scores[0].circuits[0].score.edges).toMatchObject({ tp: 1, fp: 0 });
  });

  it("puts several rankings of one protocol into one table, and refuses others", async () => {
    const activation = await documentOf(
      "run activation 3 --model zoo --data-size 16 --scores-only",
    );
    const { exitCode, stdout } = await type(`score ${eap} ${activation.folder} --data-size 16`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ranking +AUROC +AP +nodes: AUROC +AP +q\/k\/v apart +MIB +paper$/m);
    // Four of 53 edges are true, and five of eleven nodes: what random orders have on average.
    expect(stdout).toMatch(/^random +0\.5 +0\.1387 +0\.5 /m);
    expect(stdout).toMatch(/^random, queries and keys muted/m);
    const other = await documentOf("run eap 3 --model zoo --edge-count 6 --data-size 8");
    const refused = await type(`score ${eap} ${other.folder}`);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/E_PLAN: two results are of different protocols/);
  });

  it("refuses what does not fit", async () => {
    const errorOf = async (line: string) => {
      const { exitCode, stderr } = await type(line);
      return [exitCode, /error: (.*)/.exec(stderr)?.[1]];
    };
    expect(await errorOf(`score ${eap} --truth efective`)).toEqual([
      1,
      expect.stringMatching(/^E_CIRCUIT: no truth of this model "efective".*effective/),
    ]);
    expect(await errorOf(`score ${eap} -i 4 --model zoo`)).toEqual([
      1,
      expect.stringMatching(/^E_MODEL: the result is of another model/),
    ]);
    expect(await errorOf(`score ${join(eap, "circuit.json")} -i 10 --model zoo`)).toEqual([
      1,
      expect.stringMatching(/^E_SCORE: the ranking does not fit the model/),
    ]);
    expect(await errorOf(`score ${join(eap, "circuit.json")}`)).toEqual([
      1,
      expect.stringMatching(
        /^E_CIRCUIT: nobody knows the true circuit of this model.*circuit\.json into the model's folder/,
      ),
    ]);
    writeFileSync(join(cwd, "tokens.json"), '{"a": 1}');
    expect(await errorOf("score tokens.json")).toEqual([
      2,
      expect.stringMatching(/^E_FILE: the file holds no ranking.*received settings/),
    ]);
    expect(await errorOf("score nowhere")).toEqual([2, expect.stringMatching(/^E_FILE: /)]);
    expect(await errorOf("score")).toEqual([2, expect.stringMatching(/^E_ARGUMENT: /)]);
  });
});
