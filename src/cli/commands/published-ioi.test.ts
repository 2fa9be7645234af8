import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getCase, publishedConfig } from "../../cases/index.ts";
import { configPickle, stateDictFile } from "../../formats/pickle/write.testing.ts";
import { startHub, type TestHub } from "../../models/hub/server.testing.ts";
import { Key } from "../../rng/index.ts";
import { initializeTransformer, transformerLensKeys } from "../../transformer/index.ts";
import { run } from "../io.testing.ts";

/** The published model, with widths of 2: its vocabulary alone has 200,000 weights. */
const CONFIG = { ...publishedConfig(getCase("ioi")), dModel: 2, dHead: 1, dMlp: 2 };

/** What a config made from GPT-2 says besides. */
const FROM_GPT2 = {
  model_name: "gpt2",
  tokenizer_name: "gpt2",
  original_architecture: "GPT2LMHeadModel",
  default_prepend_bos: true,
  tokenizer_prepends_bos: false,
  positional_embedding_type: "standard",
  final_rms: false,
  gated_mlp: false,
  device: "cpu",
};

let cwd: string;
let hub: TestHub;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "published-ioi-"));
  const key = Key.fromSeed(1);
  const { weights } = initializeTransformer(CONFIG, (count) =>
    Float32Array.from(key.fold(count).uniform(count), (x) => x - 0.5),
  );
  const config = { ...transformerLensKeys(CONFIG), ...FROM_GPT2 };
  const files = {
    "ioi/ll_model.pth": stateDictFile(weights),
    "ioi/ll_model_cfg.pkl": configPickle(config as Parameters<typeof configPickle>[0]),
  };
  hub = await startHub({ "cybershiptrooper/InterpBench": { commit: "1".repeat(40), files } });
});
afterAll(async () => {
  await hub.close();
  rmSync(cwd, { recursive: true });
});

const env = () => ({ HF_ENDPOINT: hub.endpoint, HF_HOME: join(cwd, "home") });
const type = (line: string) => run(line.split(" "), { cwd, env: env() });

async function documentOf(line: string) {
  const { exitCode, stdout, stderr } = await type(`${line} --interp-bench --threads 1 --json`);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("the published model of ioi", () => {
  const few = "--max-len 12 --max-pairs 6";

  it.each([`eval ioi ${few}`, `eval iit -i ioi --shape paper ${few}`])(
    "is evaluated by %s in the shape that it has",
    async (line) => {
      const { caseShape, rows } = await documentOf(line);
      expect([caseShape, rows.length]).toEqual(["paper", 30]);
    },
  );

  it("is searched, with its own ids of names as answers", async () => {
    const acdc = await documentOf("run acdc -i ioi --threshold 0.1 --data-size 4");
    expect([acdc.caseShape, acdc.truth.edges.length]).toEqual(["paper", 9]);
    const eap = "run eap -i ioi --edge-count 9 --data-size 4 --classification-loss-fn avg_diff";
    const { scores, folder } = await documentOf(eap);
    expect(scores.some(({ score }: { score: number }) => score !== 0)).toBe(true);
    const stored = JSON.parse(readFileSync(join(cwd, folder, "result.json"), "utf8"));
    expect(stored.provenance.config.case.shape).toBe("paper");
  });

  it("has no other shape", async () => {
    const { exitCode, stderr } = await type(`eval ioi --shape compact --interp-bench ${few}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("dVocab) — expected 114 — received 50257");
  });
});
