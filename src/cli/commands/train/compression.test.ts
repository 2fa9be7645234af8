import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getCase, highLevelModel } from "../../../cases/index.ts";
import { referenceBackend } from "../../../engine/index.ts";
import { decodeModel, decodeSafetensors } from "../../../formats/index.ts";
import { run as runTransformer } from "../../../transformer/index.ts";
import { run } from "../../io.testing.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "compression-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const QUICK = [
  "--epochs",
  "4",
  "--max-train-samples",
  "5000",
  "--backend",
  "wasm",
  "--threads",
  "1",
];

const type = (...words: string[]) => run(words, { cwd });

const documentOf = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await type(...words, "--json");
  expect(stderr).not.toMatch(/^E_/m);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
};

const failureOf = async (...words: string[]) => {
  const { exitCode, stderr } = await type(...words);
  return `${exitCode} ${stderr.trimEnd().split("\n").at(-1)}`;
};

describe("the learning rate of a linear compression", () => {
  const planned = async (...words: string[]) => {
    const line = ["train", "linear-compression", "-i", "3", "--dry-run", ...words];
    return (await documentOf(...line)).jobs[0].config.recipe.lrStart;
  };
  const orthogonal = ["--linear-compression-initialization", "orthogonal"];
  const full = ["--d-model-compression-ratio", "1"];

  it("is small where the start is exact, unless another is asked for", async () => {
    expect(await planned(...orthogonal, ...full)).toBe(1e-3);
    expect(await planned(...orthogonal, ...full, "--lr-start", "0.01")).toBe(0.01);
    expect(await planned(...orthogonal, "--d-model", "9")).toBe(0.01);
    expect(await planned(...full)).toBe(0.01);
  });

  it("leaves an exact start where it is", async () => {
    // Its gradients are what rounding leaves: IIA wavers for some epochs, and settles.
    const epochs = QUICK.with(QUICK.indexOf("--epochs") + 1, "14");
    const { metrics } = await documentOf(
      ...["train", "linear-compression", "-i", "3", ...orthogonal, ...full, ...epochs],
    );
    expect([metrics.accuracy, metrics.strictAccuracy]).toEqual([1, 1]);
    expect(metrics.iia).toBeGreaterThan(0.99);
  });
});

describe("train linear-compression", () => {
  const words = ["train", "linear-compression", "-i", "3", "--d-model", "10", ...QUICK];

  it("writes a model folder with the matrix, of the compiled transformer folded with it", async () => {
    const document = await documentOf(...words);
    expect(document).toMatchObject({
      schema: "interpbench/train-linear-compression@1",
      case: "3",
      epochs: 4,
      goal: null,
      dModel: { original: 13, compressed: 10 },
      zeroWeights: { original: expect.any(Number), compressed: expect.any(Number) },
    });
    expect(document.zeroWeights.compressed).toBeLessThan(document.zeroWeights.original);
    const folder = join(cwd, document.folder);
    expect(readdirSync(folder).sort()).toEqual([
      "circuit.json",
      "compression.safetensors",
      "config.json",
      "model.safetensors",
      "result.json",
      "tokens.json",
      "training.json",
    ]);
    const small = decodeModel({
      config: readFileSync(join(folder, "config.json"), "utf8"),
      weights: readFileSync(join(folder, "model.safetensors")),
    });
    const { tensors } = decodeSafetensors(readFileSync(join(folder, "compression.safetensors")));
    const matrix = tensors.get("matrix")!;
    expect(matrix.shape).toEqual([13, 10]);
    // Wᵀ·W_in, by hand.
    const W = matrix.data as Float32Array;
    const { transformer } = highLevelModel(getCase("3"));
    const name = "blocks.0.mlp.W_in";
    const [own, folded] = [transformer, small].map(({ weights }) => weights.get(name)!);
    const { dMlp } = transformer.config;
    for (let c = 0; c < 10; c++) {
      for (let m = 0; m < dMlp; m++) {
        let sum = 0;
        for (let d = 0; d < 13; d++) sum += own!.data[d * dMlp + m]! * W[d * 10 + c]!;
        expect(folded!.data[c * dMlp + m]).toBeCloseTo(sum, 4);
      }
    }
    const { data } = runTransformer(small, referenceBackend(), {
      tokens: [[0, 2, 3, 4, 5]],
    }).logits;
    expect(data.every(Number.isFinite)).toBe(true);
  });

  it("is evaluated and searched as any model folder, of a width that no recipe gives", async () => {
    const { folder, metrics } = await documentOf(...words);
    const model = ["-i", "3", "--model", folder];
    const effects = await documentOf("eval", "iit", ...model, "-m", "0");
    expect(effects.accuracies.accuracy).toBeCloseTo(metrics.accuracy, 1);
    expect(effects.rows).toHaveLength(4);
    const found = await documentOf("run", "acdc", ...model, "-t", "0.01");
    expect(found.score.edges).toMatchObject({ tp: 4, fp: 0, fn: 0, tn: 10 });
  });

  it("keeps the results of each case apart", async () => {
    const { results } = await documentOf(
      ...["train", "linear-compression", "-i", "3,4", "--d-model", "8", ...QUICK],
    );
    const folders = results.map(({ folder }: { folder: string }) => folder);
    expect(new Set(folders.map((folder: string) => folder.split("/")[2]))).toEqual(
      new Set(["3", "4"]),
    );
  });

  it("is a failure that says what may help where it does not reach its threshold", async () => {
    const { exitCode, stderr } = await type(...words, "--early-stop-threshold", "1");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /E_NOT_REACHED: training ended before its goal — expected at least 100 % accuracy and IIA — .* Try more --epochs, a larger --d-model or another --seed; /,
    );
  });

  it("refuses widths that contradict each other, or are no compression", async () => {
    expect(await failureOf(...words, "--d-model-compression-ratio", "0.5")).toBe(
      "2 error: E_OPTION: two widths are asked for (at dModel) — expected a width or a ratio — received 10 and 0.5",
    );
    expect(await failureOf("train", "linear-compression", "-i", "3", "--d-model", "14")).toBe(
      "2 error: E_OPTION: this is no compression (at dModel) — expected at most 13, as in the compiled transformer — received 14",
    );
  });
});

describe("train non-linear-compression", () => {
  it("writes a plain transformer, and its autoencoders beside it", async () => {
    const document = await documentOf(
      ...["train", "non-linear-compression", "-i", "3", "--d-model", "8", "--d-head", "5"],
      ...["--ae-epochs", "5", ...QUICK],
    );
    expect(document).toMatchObject({
      schema: "interpbench/train-non-linear-compression@1",
      dModel: { original: 13, compressed: 8 },
    });
    const folder = join(cwd, document.folder);
    const { config } = decodeModel({
      config: readFileSync(join(folder, "config.json"), "utf8"),
      weights: readFileSync(join(folder, "model.safetensors")),
    });
    expect(config).toMatchObject({ nLayers: 2, nHeads: 1, dModel: 8, dHead: 5, dMlp: 32 });
    const { tensors } = decodeSafetensors(readFileSync(join(folder, "compression.safetensors")));
    expect(tensors.get("mlp.encoder.0.W")!.shape).toEqual([13, 32]);
    expect(tensors.get("blocks.1.attn.hook_result[0].decoder.1.b")!.shape).toEqual([13]);
    const model = ["-i", "3", "--model", document.folder, "--max-pairs", "100"];
    expect((await documentOf("eval", "iit", ...model)).rows).toHaveLength(4);
  });
});
