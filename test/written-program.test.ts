import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../src/cli/io.testing.ts";
import { engineOf } from "../web/engine/engine.testing.ts";
import type { TrainProgress } from "../web/engine/methods/train.ts";
import { EXAMPLE } from "../web/views/write/text.ts";

/* A program that is written in a page, against the same file on the command line. */

/** What builds of the kernels may differ by, relative; training carries it on. */
const DIGITS = 3;

const SHORT = { updates: 40, trainPairs: 640, validationPairs: 64, validationInterval: 20 };
const FLAGS =
  "--recipe fast --seed 5 --updates 40 --train-pairs 640 --validation-pairs 64 --validation-interval 20";

const rounded = (numbers: object) =>
  Object.entries(numbers).map(([name, value]) => `${name} ${Number(value).toFixed(DIGITS)}`);

/** Keys beyond the least that a file says. */
const RICH = EXAMPLE.replace("causal: true,", 'causal: true, outputPositions: "last", fast: {},');

describe("a program that is written in a page", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), "written-"));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  const document = async (line: string) => {
    const words = `${line} --backend wasm --json`.split(" ");
    const { stdout, stderr } = await run(words, { cwd });
    expect(stderr).not.toContain("error");
    return JSON.parse(stdout);
  };

  it.each([
    ["as it is", EXAMPLE],
    ["with more keys", RICH],
  ])("is trained and searched as the command line does of its file, %s", async (name, text) => {
    writeFileSync(join(cwd, "program.mjs"), text);
    const { engine, close } = engineOf();
    expect(await engine.call("write", { text })).toMatchObject({ kind: "compiled", id: "program" });

    const told: TrainProgress[] = [];
    const { model } = await engine.call(
      "train",
      { case: "program", name, recipe: { ...SHORT, seed: 5 } },
      { onProgress: (progress) => told.push(progress) },
    );
    const { folder } = await document(`train iit --program program.mjs ${FLAGS}`);
    const trained = JSON.parse(readFileSync(join(cwd, folder, "training.json"), "utf8"));
    const records = told.flatMap((one) => (one.kind === "epoch" ? [one.record] : []));
    expect(records.map(({ steps }) => steps)).toEqual([20, 40]);
    const last = records.at(-1)!;
    expect(last.trainLosses.iit).toBeCloseTo(trained.history.at(-1).trainLosses.iit, DIGITS);
    expect(rounded(last.validation)).toEqual(rounded(trained.history.at(-1).validation));

    for (const [ref, flag] of [
      [{ kind: "compiled", case: "program" }, "--model tracr "],
      [model.ref, ""],
    ] as const) {
      const line = `run acdc --program program.mjs ${flag}--data-size 50 --seed 3`;
      const input = { model: ref, algorithm: "acdc", seed: 3, size: 50 };
      const found = await engine.call("discover", input);
      const wanted = await document(line);
      expect(found.score?.edges).toEqual(wanted.score.edges);
      expect(found.score?.auroc.edges).toBeCloseTo(wanted.score.auroc.edges, DIGITS);
    }
    close();
  });
});
