import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryIo, run } from "../src/cli/io.testing.ts";
import { runCli } from "../src/cli/run.ts";
import { type StoredCaseId, storedDiscovery } from "../src/discovery/fixtures.testing.ts";
import { decodeCircuit, decodeModel, encodeModel } from "../src/formats/index.ts";

/* The commands one after the other on case 3, as a user types them, in one folder. */

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "pipeline-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const type = (line: string) => run(line.split(" "), { cwd });

/** The document of a command line that succeeds. */
async function documentOf(line: string) {
  const { exitCode, stdout, stderr } = await type(`${line} --json`);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** The exit code and the last line of what a failing command line says. */
async function failureOf(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await type(line);
  expect(stdout).toBe("");
  return `${exitCode} ${stderr.trimEnd().split("\n").at(-1)}`;
}

const ACCURACIES = ["accuracy", "iia", "strictAccuracy", "jointStrictAccuracy"];
const TRAIN = "train iit -i 3 --recipe fast --backend wasm --threads 1";

describe("train iit", () => {
  it("trains a model that implements the circuit, and writes it as a model folder", async () => {
    const document = await documentOf(TRAIN);
    expect(document).toMatchObject({
      schema: "interpbench/train-iit@1",
      case: "3",
      stoppedEarly: true,
      folder: expect.stringMatching(/^results\/train-iit\/3\/[0-9a-f]{12}$/),
    });
    const { loss, ...accuracies } = document.metrics;
    expect(Object.keys(accuracies)).toEqual(ACCURACIES);
    for (const value of Object.values(accuracies)) expect(value).toBeGreaterThanOrEqual(0.995);
    expect(loss).toBeGreaterThan(0);
    expect(document.steps % 512).toBe(0);
    expect(document.best).toEqual({ epoch: document.epochs, step: document.steps });
    expect(document.goal).toEqual({
      percent: 99.9,
      accuracies: ACCURACIES,
      reached: true,
      missed: [],
      hint: null,
    });

    const folder = join(cwd, document.folder);
    expect(readdirSync(folder).sort()).toEqual([
      "circuit.json",
      "config.json",
      "model.safetensors",
      "result.json",
      "tokens.json",
      "training.json",
    ]);
    const { config } = decodeModel({
      config: readFileSync(join(folder, "config.json"), "utf8"),
      weights: readFileSync(join(folder, "model.safetensors")),
    });
    expect(config).toMatchObject({ nLayers: 2, nHeads: 4, dModel: 12, actFn: "gelu" });
    const training = JSON.parse(readFileSync(join(folder, "training.json"), "utf8"));
    expect(training.history).toHaveLength(document.steps / 512);
    expect(training.recipe).toMatchObject({ joint: true, seed: 1234 });
    const { circuit } = decodeCircuit(readFileSync(join(folder, "circuit.json"), "utf8"));
    expect(circuit.nodes.has("blocks.1.attn.hook_result[2]")).toBe(true);
  });

  it("finds the finished model again, and gives the same bytes when it is made anew", async () => {
    const found = await type(TRAIN);
    expect(found.stderr).toContain("finished already");

    const short = `${TRAIN} --no-early-stop --updates 64 -o anew`;
    const first = await documentOf(short);
    const again = await documentOf(`${short} --force`);
    expect(again.folder).toBe(`${first.folder}-2`);
    for (const file of ["model.safetensors", "config.json", "circuit.json"]) {
      expect(readFileSync(join(cwd, again.folder, file))).toEqual(
        readFileSync(join(cwd, first.folder, file)),
      );
    }
    expect(again.metrics).toEqual(first.metrics);
  });

  it("saves when it is interrupted, and ends as if it had not been", async () => {
    const line = `${TRAIN} --seed 5 --no-early-stop --updates 512`;
    const whole = await documentOf(`${line} -o whole`);

    const controller = new AbortController();
    // A clock by which every report of progress is due.
    let clock = 0;
    const now = () => (clock += 1000);
    const { io, written } = memoryIo({ cwd, signal: controller.signal, now });
    const write = (text: string) => {
      io.stderr.write(text);
      if (/"done":[1-9]/.test(text)) controller.abort();
    };
    const stopped = `${line} -o stopped`;
    const interrupted = runCli([...stopped.split(" "), "--log", "json"], {
      ...io,
      stderr: { ...io.stderr, write },
    });
    expect(await interrupted).toBe(130);
    expect(written.stdout).toBe("");
    expect(written.stderr.trimEnd().split("\n").at(-1)).toBe("interrupted");
    expect(readdirSync(join(cwd, whole.folder.replace("whole", "stopped")))).toContain(
      "checkpoint.state",
    );

    const resumed = await documentOf(stopped);
    expect(resumed.metrics).toEqual(whole.metrics);
    expect(readFileSync(join(cwd, resumed.folder, "model.safetensors"))).toEqual(
      readFileSync(join(cwd, whole.folder, "model.safetensors")),
    );
    expect(readdirSync(join(cwd, resumed.folder))).not.toContain("checkpoint.state");
  });

  it("tells people what came of it and what to do next", async () => {
    const { stdout } = await type(TRAIN);
    expect(stdout).toMatch(
      /^Trained case 3: accuracy, IIA, strict accuracy and joint strict accuracy reached 99\.9% after \d+ epochs/,
    );
    expect(stdout).toMatch(/^joint strict accuracy {2}(100\.0|99\.\d)%$/m);
    expect(stdout).toMatch(/^Next: interpbench run acdc -i 3$/m);
  });

  it("fails where it does not reach its goal, and keeps the model and the document", async () => {
    const line = `${TRAIN} --train-pairs 64 -o short`;
    const first = await type(`${line} --epochs 1 --json`);
    expect(first.exitCode).toBe(1);
    const document = JSON.parse(first.stdout);
    expect(document).toMatchObject({
      end: "exhausted",
      goal: { percent: 99.9, reached: false, missed: ACCURACIES },
    });
    expect(readdirSync(join(cwd, document.folder))).toContain("model.safetensors");
    expect(first.stderr).toMatch(
      /^warning: train iit 3: E_NOT_REACHED: training ended before its goal — expected at least 99.9 % accuracy, IIA, strict accuracy and joint strict accuracy — received accuracy [\d.]+%, IIA [\d.]+%, strict accuracy [\d.]+%, joint strict accuracy [\d.]+%\. Try more --updates or another --seed; /m,
    );
    const again = await type(`${line} --epochs 1`);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain("finished already");
    expect(again.stderr).toContain("E_NOT_REACHED");
    expect(again.stdout).toContain(
      "nothing left to train, but accuracy, IIA, strict accuracy and joint strict accuracy below 99.9%",
    );

    const both = await type(`${line} -i 3,4 --epochs 1 --num-samples 100 --json`);
    expect(both.exitCode).toBe(1);
    const { results, failures } = JSON.parse(both.stdout);
    expect(results.map((result: { case: string }) => result.case)).toEqual(["3", "4"]);
    expect(failures).toMatchObject([
      { case: "3", code: "E_NOT_REACHED" },
      { case: "4", code: "E_NOT_REACHED" },
    ]);
  });

  it("has no goal without early stop, and a natural model's is its accuracy", async () => {
    const short = `${TRAIN} --train-pairs 64 --epochs 1 -o short`;
    const { exitCode, stdout } = await type(`${short} --no-early-stop`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Trained case 3: trained to the end after 1 epochs, 2 steps$/m);
    const natural = await type(`${short} -iit 0 -s 0 --early-stop-accuracy 0`);
    expect(natural.exitCode).toBe(0);
    expect(natural.stdout).toMatch(/^Trained case 3: accuracy reached 0% after/m);
  });

  it("plans without doing anything with --dry-run", async () => {
    const { jobs } = await documentOf("train iit -i 3,4 --recipe case -o planned --dry-run");
    expect(jobs).toMatchObject([
      { case: "3", action: "do", config: { recipe: { strictWeight: 10, learningRate: 0.01 } } },
      { case: "4", action: "do" },
    ]);
    expect(existsSync(join(cwd, "planned"))).toBe(false);
  });

  it("refuses a recipe that trains nothing", async () => {
    expect(await failureOf("train iit -i 3 -iit 0 -b 0 -s 0")).toBe(
      "2 error: E_RECIPE: all weights are 0, so there is nothing to train — expected iitWeight, behaviorWeight or strictWeight above 0",
    );
  });
});

describe("run", () => {
  it("acdc finds most of the circuit of the trained model, and scores it", async () => {
    const document = await documentOf("run acdc -i 3 --threshold 0.025");
    expect(document).toMatchObject({
      schema: "interpbench/run-acdc@1",
      case: "3",
      model: "siit",
      algorithm: "acdc",
      params: { threshold: 0.025 },
    });
    expect(document.scores).toHaveLength(110);
    for (const { from, to, score } of document.scores) {
      expect([typeof from, typeof to, typeof score]).toEqual(["string", "string", "number"]);
    }
    const { edges, nodes, auroc } = document.score;
    expect(edges.tp + edges.fn).toBe(4);
    expect(edges.tp + edges.fp + edges.fn + edges.tn).toBe(53);
    expect(nodes.tp + nodes.fp + nodes.fn + nodes.tn).toBe(12);
    expect(edges.tpr).toBeGreaterThanOrEqual(0.75);
    expect(edges.fpr).toBeLessThan(0.1);
    expect(auroc.edges).toBeGreaterThan(0.9);
    expect(document.baselines).toMatchObject({
      full: { edges: { tp: 4, fp: 49, fn: 0, tn: 0, tpr: 1, fpr: 1 } },
      empty: { edges: { tp: 0, tpr: 0, precision: null } },
      truth: { edges: { tp: 4, fp: 0, f1: 1 } },
    });
    const folder = join(cwd, document.folder);
    expect(readdirSync(folder).sort()).toEqual(["circuit.json", "circuit.svg", "result.json"]);
    const { circuit, granularity } = decodeCircuit(
      readFileSync(join(folder, "circuit.json"), "utf8"),
    );
    expect(granularity).toBe("qkv");
    expect(document.circuit.edges).toHaveLength(circuit.edges.size);
    expect(readFileSync(join(folder, "circuit.svg"), "utf8")).toContain("acdc on siit of case 3");
  });

  it("acdc runs on the compiled transformer, whose own circuit is the truth", async () => {
    const document = await documentOf("run acdc -i 3 --tracr --threshold 0");
    expect(document.shape).toEqual({ nLayers: 2, nHeads: 1 });
    expect(document.truth.edges).toContainEqual([
      "blocks.0.hook_mlp_out",
      "blocks.1.attn.hook_result[0]",
    ]);
    expect(document.score.edges).toMatchObject({ tp: 4, fn: 0 });
  });

  it("acdc says why it finds nothing or everything, and what would be found", async () => {
    const { stdout } = await type("run acdc -i 3 --tracr --threshold 0.71");
    expect(stdout).toContain(
      "Nothing is kept: the largest rise of the loss without the edge is 0.1837, below the threshold 0.71. A smaller one keeps at least one edge: --threshold 0.09.",
    );
    const some = await documentOf("run acdc -i 3 --tracr --threshold 0.09");
    expect(some.score.edges).toMatchObject({ tp: 3, fp: 0 });
    const all = await type("run acdc -i 3 --tracr --threshold -1");
    expect(all.stdout).toContain("Everything is kept: the smallest rise");
  });

  it("acdc with one threshold has no AUROC of the paper, with the paper's 19 it has", async () => {
    const one = await documentOf("run acdc -i 3 --tracr --threshold 0.025");
    expect(one.score.auroc.paper).toMatchObject({ edges: null, nodes: null });
    expect(one.score.auroc.paper.reason).toContain("19 values of threshold");
    const sweep = await documentOf("run acdc -i 3 --tracr --threshold paper");
    expect(sweep).toMatchObject({ circuit: null, score: { edges: null } });
    expect(sweep.points).toHaveLength(19);
    expect(sweep.points[5]).toMatchObject({
      setting: { name: "threshold", value: 0.025 },
      circuit: one.circuit,
      score: { edges: one.score.edges, nodes: one.score.nodes },
      baselines: one.baselines,
      faithfulness: one.diagnostics.faithfulness,
    });
    // From (0, 0) to 3 of 4 edges without a false one, and to all of them with every false one.
    expect(sweep.score.auroc.paper).toEqual({ edges: 0.75, nodes: 1 });
    const files = readdirSync(join(cwd, sweep.folder));
    expect(files).toContain("circuit-threshold-0.025.json");
    expect(files.filter((name) => name.endsWith(".svg"))).toHaveLength(19);
    const { stdout } = await type("run acdc -i 3 --tracr --threshold paper");
    expect(stdout).toMatch(/threshold +edges +on no path +TP/);
    expect(stdout).toMatch(/paper's AUROC, edges +0.75/);
  });

  it("eap keeps the edges above a threshold, or so many edges", async () => {
    const above = await documentOf("run eap -i 3 --threshold 0.01");
    for (const [from, to] of above.circuit.edges) {
      const row = above.scores.find(
        (s: { from: string; to: string }) => s.from === from && s.to === to,
      );
      expect(Math.abs(row.score)).toBeGreaterThan(0.01);
    }
    const four = await documentOf("run eap -i 3 --edge-count 4 --integrated-grad-steps 5");
    expect(four.circuit.edges).toHaveLength(4);
    expect(four.score.auroc.edges).toBeGreaterThan(0.7);
    expect(four.score.auroc.paper.edges).toBeLessThanOrEqual(1);
    expect(four.rankedBy).toBe("size of the effect");
    for (const { score, ranking } of four.scores) expect(ranking).toBe(Math.abs(score));
  });

  it("eap drops edges on no path, and grows circuits, if asked to", async () => {
    const top = await documentOf("run eap -i 3 --edge-count 12");
    const pruned = await documentOf("run eap -i 3 --edge-count 12 --prune");
    expect(pruned.circuit.edges).toHaveLength(12 - top.selection.offPath);
    expect(pruned.score.edges.tp).toBe(top.score.edges.tp);
    expect(pruned.baselines.random.edges.tpr).toBeLessThan(top.baselines.random.edges.tpr);
    const { stdout } = await type("run eap -i 3 --edge-count 12");
    expect(stdout).toContain("Numbers: size of the effect (its sign in brackets).");
    expect(stdout).toMatch(/\d \([+−]\)/);
    const grown = await documentOf("run eap -i 3 --edge-count 3,12 --select greedy");
    expect(
      grown.points.map((point: { circuit: { edges: [] } }) => point.circuit.edges.length),
    ).toEqual([3, 12]);
  });

  it("eap only ranks the edges with --scores-only", async () => {
    const document = await documentOf("run eap -i 3 --scores-only");
    expect(document).toMatchObject({ circuit: null, baselines: null, score: { edges: null } });
    expect(document.score.auroc.edges).toBeGreaterThan(0.5);
    expect((await type("run eap -i 3 --scores-only")).stdout).toContain("No circuit was made");
    expect(readdirSync(join(cwd, document.folder))).toEqual(["result.json"]);
  });

  it.each([
    ["run sp -i 3", { edgewise: false, lambdaReg: 1, epochs: 300, target: "labels", seed: 1234 }],
    ["run sp -i 3 --edgewise --lambda-reg 0.5 --seed 7", { edgewise: true, lambdaReg: 0.5 }],
  ])("%s finds a circuit and ranks all edges", async (line, params) => {
    const document = await documentOf(line);
    expect(document).toMatchObject({ schema: "interpbench/run-sp@1", algorithm: "sp", params });
    expect(document.scores).toHaveLength(110);
    expect(document.score.edges.tpr).toBeGreaterThanOrEqual(0.75);
    expect(document.score.edges.tpr).toBeGreaterThan(document.baselines.random.edges.tpr);
    expect(document.score.auroc.edges).toBeGreaterThan(0.9);
    expect(readdirSync(join(cwd, document.folder)).sort()).toEqual([
      "circuit.json",
      "circuit.svg",
      "result.json",
    ]);
  });

  it("sp says which of the original's flags change nothing", async () => {
    const { exitCode, stderr } = await type("run sp -i 3 --tracr --epochs 5 --atol 0.1");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("warning: --atol has no effect");
  });

  it("gives a table for several cases, and a batch document", async () => {
    const line = "run eap -i 4,3 --tracr --edge-count 10";
    const { stdout } = await type(line);
    expect(stdout.split("\n").map((row) => row.trim().split(/ {2,}/).slice(0, 2))).toEqual([
      ["case", "TP"],
      ["3", expect.stringMatching(/^\d$/)],
      ["4", expect.stringMatching(/^\d$/)],
      [""],
    ]);
    const { schema, results, failures } = await documentOf(line);
    expect(schema).toBe("interpbench/batch@1");
    expect(results.map((result: { case: string }) => result.case)).toEqual(["3", "4"]);
    expect(failures).toEqual([]);
  });

  it("goes on after a case that fails, and ends with 1", async () => {
    const { exitCode, stdout } = await type("run eap -i 3,13 --edge-count 4 --model siit");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ +3 +\d /m);
    expect(stdout).toMatch(/^1 of 2 cases failed:\n {2}13 {2}E_MODEL: case "13" has no trained/m);
  });

  it("takes the original's losses for one kind of outputs only", async () => {
    const line = "run eap -i 3 -t 0 --classification-loss-fn avg_diff --regression-loss-fn mse";
    expect((await documentOf(line)).params.loss).toBe("mse");
  });

  it("gives the same scores again, and others with another seed at random", async () => {
    const first = await documentOf("run random -i 3 --edge-count 10");
    const again = await documentOf("run random -i 3 --edge-count 10 --force");
    expect(again.scores).toEqual(first.scores);
    const other = await documentOf("run random -i 3 --edge-count 10 --seed 5");
    expect(other.scores).not.toEqual(first.scores);
  });

  it("shows people the circuit against the truth, and the baselines", async () => {
    const { stdout } = await type("run acdc -i 3 --threshold 0.025");
    for (const line of [
      /^acdc on siit of case 3$/m,
      /└ resid_post ← ✓ a1\.2/,
      /^✓ true positive/m,
      /^edges +TP +FP +FN +TN +TPR +FPR +precision +F1 +SHD +AUROC +AP$/m,
      /^random, same size/m,
      /^truth +4 +0 +0 +49 +1 +0 +1 +1 +0 +1 +1$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
  });

  it("says how to train a model that is missing", async () => {
    expect(await failureOf("run acdc -i 13 --model siit")).toMatch(
      /^1 error: E_MODEL: case "13" has no trained model "siit" \(at .*train-iit.13\)\. Train it with "interpbench train iit -i 13", or take the compiled one with --tracr\.$/,
    );
    expect(await failureOf("run eap -i 3 -t 0 --natural -o elsewhere")).toContain(
      '"interpbench train natural -i 3 -o elsewhere"',
    );
    expect(await failureOf("run eap -i 3 -t 0 -w 510")).toMatch(
      /no trained model "siit:510" \(at .*\) — received models with weights 1110\. Train it with "interpbench train iit -i 3 -iit 1 -b 1 -s 0\.4"/,
    );
  });

  it("warns of a model that is not trained well", async () => {
    await documentOf(
      "train iit -i 3 --recipe fast --no-early-stop --epochs 1 --train-pairs 64 -o poor",
    );
    const { exitCode, stderr } = await type("run eap -i 3 -t 0 -o poor");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^warning: 3: the model is not trained well \(accuracy \d+\.\d%, iia .*\), it may not have the circuit$/m,
    );
    expect((await type("run eap -i 3 -t 0")).stderr).not.toContain("warning");
  });

  it("takes the weights by the original's code", async () => {
    const { model } = await documentOf("run eap -i 3 -t 0 -w 1110");
    expect(model).toBe("siit:1110");
  });

  it.each([
    [
      "run eap -i 3 --threshold 1 --edge-count 2",
      "2 error: E_OPTION: the options do not fit together — expected threshold or edgeCount, not both",
    ],
    [
      "run eap --tracr -i 3,4 --threshold 1 --edge-count 2",
      "2 error: E_OPTION: the options do not fit together — expected threshold or edgeCount, not both",
    ],
    [
      "run eap -i 3 --edge-count 111",
      "2 error: E_OPTION: there are not so many edges (at edgeCount) — expected at most 110 — received 111",
    ],
    ["run eap -i 3 -t 0 --loss kl_div", '1 error: E_LOSS: the loss "kl_div" does not fit the task'],
    ...["eap -i 3", "exact -i 13", "random -i 3,4", "eap --model nowhere/at-all"].map((rest) => [
      `run ${rest}`,
      "2 error: E_FLAG: --threshold or --edge-count is missing — expected --threshold T, to keep",
    ]),
    [
      "run eap -i 3 --scores-only --edge-count 4",
      "2 error: E_FLAG: with --scores-only no circuit is made — expected no --edge-count — received --edge-count",
    ],
    ["run sp -i 3 --metric kl", '1 error: E_LOSS: the metric "kl" does not fit the task'],
    ["run sp -i 3 --lambda-reg -1", "2 error: E_VALUE: a value is not valid (at --lambda-reg)"],
    ["run sp -i 3 --zero-ablation 1", "2 error: E_FLAG: --zero-ablation is not supported"],
    ["run edge -i 3", '2 error: E_COMMAND: no command "run edge". Did you mean "run '],
    ["run acdc -i 3 --tracr --natural", "2 error: E_MODEL: two models are asked for"],
  ])("refuses %s", async (line, message) => {
    expect(await failureOf(line)).toContain(message);
  });
});

describe("run on a model folder", () => {
  let model: string;
  beforeAll(async () => {
    const { folder } = await documentOf(TRAIN);
    model = folder;
  });

  /** A copy of the model's folder that may be damaged. */
  const copy = (name: string) => {
    cpSync(join(cwd, model), join(cwd, name), { recursive: true });
    return name;
  };

  it("knows the case it was made for", async () => {
    const document = await documentOf(`run eap --model ${model} --edge-count 4`);
    expect(document).toMatchObject({ case: "3", score: { edges: { tn: expect.any(Number) } } });
    expect(await failureOf(`run eap -t 0 --model ${model} -i 3,4`)).toContain(
      "2 error: E_MODEL: a model folder belongs to one case (at --indices)",
    );
  });

  it("does not fit other cases", async () => {
    expect(await failureOf(`run eap -t 0 --model ${model} -i 4`)).toMatch(
      /^1 error: E_MODEL: the model does not fit case "4" \(at .*: dVocab\) — expected 7 — received 6\. /,
    );
  });

  it("takes prompts of one's own, without a case", async () => {
    const name = copy("own-model");
    rmSync(join(cwd, name, "result.json"));
    const clean = [
      [0, 5, 2, 5, 3],
      [0, 2, 2, 5, 5],
    ];
    const corrupted = [...clean].reverse();
    const targets = [
      [null, 1, 0.5, 2 / 3, 0.5],
      [null, 0, 0, 1 / 3, 0.5],
    ];
    const data = { clean, corrupted, targets, categorical: false };
    writeFileSync(join(cwd, "prompts.json"), JSON.stringify(data));
    const own = await documentOf(`run eap --model ${name} --data prompts.json --edge-count 4`);
    expect(own).toMatchObject({ case: "own", score: { edges: { tp: expect.any(Number) } } });
    rmSync(join(cwd, name, "circuit.json"));
    const unknown = await documentOf(`run acdc --model ${name} --data prompts.json`);
    expect(unknown).toMatchObject({ truth: null, score: null, baselines: null });
  });

  it("is called by the last part of its folder, or by its title, in headings and pictures", async () => {
    const name = `${"deep-folder/".repeat(9)}my-model`;
    cpSync(join(cwd, model), join(cwd, name), { recursive: true });
    const line = `run acdc -i 3 --model ${name}`;
    expect((await type(line)).stdout).toMatch(/^acdc on my-model of case 3$/m);
    const words = [...line.split(" "), "--title", "Ada's <b>&\u{1f9ea}"];
    const { exitCode, stdout } = await run(words, { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^acdc on Ada's <b>&\u{1f9ea}$/mu);
    const { folder, title } = JSON.parse((await run([...words, "--json"], { cwd })).stdout);
    expect(title).toBe("Ada's <b>&\u{1f9ea}");
    const svg = readFileSync(join(cwd, folder, "circuit.svg"), "utf8");
    expect(svg).toMatch(/acdc on Ada(&#39;|&apos;|')s &lt;b&gt;&amp;\u{1f9ea}</u);
    const effects = await type(`eval iit -i 3 --model ${name} --max-pairs 99 --title Seven`);
    expect(effects.stdout).toMatch(/^What ablating each node of Seven changes, by accuracy$/m);
    expect(await failureOf(`${line} --title \u001b[31mred`)).toContain(
      "without control characters",
    );
  });

  it.each([
    ['{"clean": [[0, 5]]', "2 error: E_JSON: this is no JSON text (at bad.json)"],
    ['{"clean": [[0, 5]], "corupted": []}', "2 error: E_DATA:"],
    ['{"clean": [[0, 5], [0]], "corrupted": []}', "2 error: E_DATA:"],
    [
      '{"clean": [[0, 5]], "corrupted": [[0, 5], [0, 4]]}',
      "2 error: E_DATA: the data do not have one shape (at bad.json: corrupted) — expected 1 rows, as in clean — received 2",
    ],
    [
      '{"clean": [[0, 5], [0, 4]], "corrupted": [[0, 5], [0, 4, 3]]}',
      "2 error: E_DATA: the data do not have one shape (at bad.json: corrupted, row 1) — expected 2 positions, as in row 0 of clean — received 3",
    ],
    [
      '{"clean": [[0, 5]]}',
      '1 error: E_TASK: there is nothing to compare the inputs with (at corruptedTokens) — expected a corrupted input for each clean one, which the ablation "resample" needs — received nothing. In a file of prompts they are the key "corrupted". The ablations zero, mean, meanPositional, optimal need none.',
    ],
    [
      '{"clean": [[0, 9]], "corrupted": [[0, 1]], "targets": [[0, 0]]}',
      "1 error: E_DATA: 9 is not a token id (at bad.json: clean, row 0, position 1) — expected a whole number from 0 to 5 — received 9",
    ],
    [
      '{"clean": [[0, 5]], "corrupted": [[0, 1]]}',
      "1 error: E_TASK: the discovery task is not usable (at targets)",
    ],
  ])("refuses the data %s", async (text, message) => {
    writeFileSync(join(cwd, "bad.json"), text);
    expect(await failureOf(`run eap --model ${model} -i 3 --data bad.json`)).toContain(message);
  });

  it.each(["zero", "mean", "meanPositional"])(
    "needs no corrupted prompts under --ablation %s",
    async (name) => {
      const data = {
        clean: [
          [0, 5],
          [0, 4],
          [0, 2],
        ],
        targets: [
          [0, 1],
          [0, 0],
          [0, 1],
        ],
        categorical: false,
      };
      writeFileSync(join(cwd, "clean.json"), JSON.stringify(data));
      const line = `run eap --model ${model} --data clean.json --edge-count 5 --ablation ${name}`;
      const { params, diagnostics } = await documentOf(line);
      expect(params.ablation).toBe(name);
      expect(diagnostics.faithfulness).toBeGreaterThanOrEqual(0);
    },
  );

  it("names the missing data file", async () => {
    expect(await failureOf("run eap -i 3 --data none.json")).toContain(
      "2 error: E_FILE: the data file cannot be read (at none.json) — received ENOENT",
    );
  });

  it("refuses a truncated, a foreign and a missing weights file, and leaves nothing behind", async () => {
    const cut = copy("cut");
    truncateSync(join(cwd, cut, "model.safetensors"), 100);
    const line = (name: string) => `run acdc --model ${name} -i 3 -o untouched`;
    expect(await failureOf(line(cut))).toMatch(/^1 error: E_SAFETENSORS: .*cut.model\.safetensors/);
    writeFileSync(join(cwd, cut, "model.safetensors"), "PK\u0003\u0004 a pickle");
    expect(await failureOf(line(cut))).toMatch(/^1 error: E_SAFETENSORS: .*ZIP archive/);
    rmSync(join(cwd, cut, "model.safetensors"));
    expect(await failureOf(line(cut))).toMatch(
      /^1 error: E_MODEL: a file of the model cannot be read .*expected a folder with model\.safetensors and config\.json/,
    );
    expect(existsSync(join(cwd, "untouched"))).toBe(false);
  });

  it("refuses a config that does not fit the weights", async () => {
    const name = copy("misfit");
    const file = join(cwd, name, "config.json");
    const config = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...config, d_head: 4 }));
    expect(await failureOf(`run acdc --model ${name} -i 3`)).toMatch(
      /^1 error: E_WEIGHTS: .*misfit.*W_.* — expected .* — received /,
    );
    writeFileSync(file, "{");
    expect(await failureOf(`run acdc --model ${name} -i 3`)).toMatch(/^1 error: E_JSON: /);
  });

  it("refuses folders that do not exist", async () => {
    expect(await failureOf("run acdc -i 3 --model ./nowhere")).toContain(
      "2 error: E_MODEL: there is no such model folder",
    );
  });
});

describe("run on stored transformers of the original", () => {
  /** Writes the model folder and the prompts of a stored case; returns what to type for them. */
  const store = (id: StoredCaseId) => {
    const { task, stored } = storedDiscovery(id);
    const folder = join(cwd, `stored-${id}`);
    mkdirSync(folder, { recursive: true });
    const { config, weights } = encodeModel(task.transformer);
    writeFileSync(join(folder, "config.json"), config);
    writeFileSync(join(folder, "model.safetensors"), weights);
    const rows = (values: ArrayLike<number>) =>
      Array.from({ length: task.rows }, (_, row) =>
        Array.from(values).slice(row * task.positions, (row + 1) * task.positions),
      );
    const data = {
      clean: rows(task.cleanTokens),
      corrupted: rows(task.corruptedTokens),
      targets: rows(task.targets!),
      corruptedTargets: rows(task.corruptedTargets!),
      categorical: task.categorical,
    };
    writeFileSync(join(folder, "data.json"), JSON.stringify(data));
    return { stored, what: `--model stored-${id} --data stored-${id}/data.json` };
  };

  it.each(["3", "13"] as const)("case %s has the original's scores and circuits", async (id) => {
    const { stored, what } = store(id);
    const compare = async (line: string, expected: readonly number[]) => {
      const { scores } = await documentOf(`run ${line} ${what}`);
      const found = new Map(
        scores.map((row: { from: string; to: string; score: number }) => [
          `${row.from}->${row.to}`,
          row.score,
        ]),
      );
      expect(found.size).toBe(stored.order.length);
      for (const [i, [from, to]] of stored.order.entries()) {
        expect(Math.abs(Number(found.get(`${from}->${to}`)) - expected[i]!)).toBeLessThan(1e-5);
      }
    };
    const [loss] = stored.losses;
    await compare("eap", stored.eap[loss!]);
    await compare("eap --integrated-grad-steps 10", stored.ig10sum[loss!]);
    await compare("exact", stored.exact);
    const { threshold, kept } = stored.acdc.find(({ closestDecision }) => closestDecision > 1e-5)!;
    const { circuit } = await documentOf(`run acdc --threshold ${threshold} ${what}`);
    const text = (edges: readonly (readonly string[])[]) => edges.map((e) => e.join("->")).sort();
    expect(text(circuit.edges)).toEqual(text(kept.map((place) => stored.order[place]!)));
  });
});

describe("eval iit", () => {
  it("finds that nodes outside the circuit of the trained model do nothing", async () => {
    const document = await documentOf("eval iit -i 3");
    expect(document).toMatchObject({ schema: "interpbench/eval-iit@1", case: "3", pairs: 65_536 });
    expect(document.rows).toHaveLength(10);
    for (const row of document.rows) {
      if (row.status === "in_circuit") expect(row.resampleAblateEffect).toBeGreaterThan(0.9);
      else expect(row.resampleAblateEffect).toBeLessThan(0.01);
    }
    expect(document.accuracies.accuracy).toBeGreaterThan(0.99);
    const csv = readFileSync(join(cwd, document.folder, "node-effects.csv"), "utf8").split("\n");
    expect(csv[0]).toBe("node,status,resample_ablate_effect,mean_ablate_effect,zero_ablate_effect");
    expect(csv[1]).toMatch(/^blocks\.0\.attn\.hook_result\[0\],not_in_circuit,0(\.00\d+)?,/);
  });

  it("finds effects of exactly 0 and 1 in the compiled transformer", async () => {
    const { rows } = await documentOf("eval iit -i 3 --tracr -m 0 --max-pairs 2000");
    expect(rows.map((row: object) => Object.values(row).slice(3, 5))).toEqual([
      ["not_in_circuit", 0],
      ["not_in_circuit", 0],
      ["in_circuit", 1],
      ["in_circuit", 1],
    ]);
    expect(rows[0]).not.toHaveProperty("meanAblateEffect");
    expect((await type("eval iit -i 3 --tracr -m 0 --max-pairs 2000")).stdout).toMatch(
      /^blocks\.0\.mlp\.hook_post +in_circuit +1 /m,
    );
  });

  it("refuses an unknown metric", async () => {
    expect(await failureOf("eval iit -i 3 --categorical-metric kl_dvi")).toBe(
      '2 error: E_VALUE: a value is not valid (at --categorical-metric) — expected one of "accuracy", "kl_div", "kl_div_self" — received "kl_dvi". Did you mean "kl_div"?',
    );
  });
});
