import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../io.testing.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "ioi-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const output = async (line: string) => {
  const words = [...line.split(" "), "--threads", "1", "--json"];
  const { exitCode, stdout, stderr } = await run(words, { cwd });
  return { exitCode, stderr, document: stdout === "" ? undefined : JSON.parse(stdout) };
};
const documentOf = async (line: string) => (await output(line)).document;

describe("cases", () => {
  const text = async (...words: string[]) => (await run(words, { cwd })).stdout;

  it("show a prompt to try, how prompts are drawn, and the truth", async () => {
    const shown = await text("cases", "show", "ioi");
    expect(shown).toContain("inputs        116424 of full length");
    expect(shown).toContain("drawn         any input as likely as others");
    expect(shown).toContain("corrupted     other_names, s2_io_flip");
    expect(shown).toContain("other truths  mib");
    expect(shown).toContain("9 edges   6 nodes");
    const [, example] = shown.match(/--input '(.*)'/)!;
    expect(JSON.parse(example!)).toHaveLength(15);
    const answered = await text("cases", "run", "ioi", "--input", example!);
    expect(answered.trimEnd().split("\n").at(-1)).toMatch(/ 14 .* " to" {2,}" Michael"$/);
  });
});

describe("train ioi", () => {
  const planOf = async (line: string) => (await documentOf(`${line} --dry-run`)).jobs[0].plan;

  it("trains on 12,000 prompts by the arguments of the published model", async () => {
    const { subject, config } = await planOf("train ioi");
    expect(subject).toEqual({ case: { id: "ioi" } });
    expect(config.numSamples).toBe(12_000);
    expect(config.recipe).toMatchObject({
      learningRate: 1e-3,
      trainPairs: 9600,
      validationPairs: 2400,
      epochs: 1000,
      batchSize: 256,
      clipGradNorm: 1,
      iitWeight: 1,
      behaviorWeight: 1,
      singleLoss: false,
    });
  });

  it("takes the options that it has in the original", async () => {
    const line = "train ioi --next-token --epochs 5 --batch-size 64 -lr 0.01 -iit 2 -b 0.5 -s 0.3";
    const plan = await planOf(`${line} --clip-grad-norm 2 --use-single-loss --num-samples 500`);
    expect(plan.subject).toEqual({ case: { id: "ioi_next_token" } });
    expect(plan.config).toMatchObject({
      numSamples: 500,
      recipe: {
        epochs: 5,
        batchSize: 64,
        learningRate: 0.01,
        iitWeight: 2,
        behaviorWeight: 0.5,
        strictWeight: 0.3,
        clipGradNorm: 2,
        singleLoss: true,
        trainPairs: 400,
        validationPairs: 100,
      },
    });
    const refused = await output("train ioi --include-mlp");
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("no variable")]);
  });

  it("trains a transformer of the shape that is asked for", async () => {
    const { subject, config } = await planOf("train ioi --shape paper");
    expect(subject).toEqual({ case: { id: "ioi", shape: "paper" } });
    expect(config.numSamples).toBe(12_000);
    const { jobs } = await documentOf("train iit -i ioi --shape paper --dry-run");
    expect(jobs[0].config.case.shape).toBe("paper");
    const refused = await output("train ioi --shape small");
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      expect.stringContaining('no shape of case "ioi" "small"'),
    ]);
    const none = await output("train iit -i 3 --shape paper");
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining("has one shape")]);
  });

  it("has a fast recipe of its own", async () => {
    const { recipe } = (await planOf("train iit -i ioi --recipe fast")).config;
    expect(recipe).toMatchObject({
      joint: true,
      sourceGradient: true,
      batchSize: 64,
      initialization: "fan-in",
    });
  });
});

describe("a model of ioi", () => {
  it("is trained, evaluated, and searched by logit difference on flipped prompts", async () => {
    const small = "--recipe fast --no-early-stop --updates 2 --batch-size 8 --train-pairs 16";
    const trained = await output(
      `train ioi ${small} --validation-pairs 4 --validation-interval 2 --num-samples 60`,
    );
    expect(trained.exitCode).toBe(0);

    const effects = await documentOf("eval ioi --max-len 20 --max-pairs 10");
    expect(effects.rows).toHaveLength(30);
    expect([effects.pairs, effects.inputs]).toEqual([10, 10]);
    const inCircuit = effects.rows.filter((row: { status: string }) => row.status === "in_circuit");
    expect(inCircuit).toHaveLength(3);

    const eap = "run eap -i ioi --edge-count 9 --classification-loss-fn avg_diff --data-size 10";
    const flipped = await documentOf(`${eap} --corruption s2_io_flip`);
    expect(flipped.params.loss).toBe("avg_diff");
    expect(flipped.truth.edges).toHaveLength(9);
    const { mib } = flipped.otherTruths;
    expect([mib.granularity, mib.truth.edges.length]).toEqual(["graph", 7]);
    expect(mib.score.edges.tp + mib.score.edges.fn).toBe(7);
    expect(mib.score.auroc.edges).not.toBe(flipped.score.auroc.edges);
    expect(mib.baselines.random.tp).toBeCloseTo((9 * 7) / 1108, 12);
    const others = await documentOf(eap);
    expect(others.scores).not.toEqual(flipped.scores);

    const wrong = await output(`${eap} --corruption s2`);
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('no corruption of case "ioi" "s2"'),
    ]);
  });
});
