import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allCases, getCase, publishedConfig } from "../cases/index.ts";
import { encodeModel } from "../formats/index.ts";
import { openStore } from "../store/index.ts";
import { initializeTransformer } from "../transformer/index.ts";
import { findModel } from "./find.ts";
import { isLike } from "./fit.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fit-"));
  const transformer = initializeTransformer(
    publishedConfig(getCase("90")),
    (count) => new Float32Array(count),
  );
  const { config, weights } = encodeModel(transformer);
  writeFileSync(join(folder, "config.json"), config);
  writeFileSync(join(folder, "model.safetensors"), weights);
});
afterAll(() => rmSync(folder, { recursive: true }));

const find = (id: string) =>
  findModel(
    { kind: "folder", path: folder },
    { case_: getCase(id), store: openStore(join(folder, "results")), folder },
  );

describe("a model from before the original exchanged numbers of cases", () => {
  it("is told by its vocabulary and shape", async () => {
    await expect(find("8")).rejects.toMatchObject({
      code: "E_MODEL",
      message: 'the model does not fit case "8"',
      at: expect.stringContaining("dVocab"),
      expected: "13",
      received: "12",
      hint: expect.stringMatching(
        /^It has the vocabulary and the shape of case "90": .* in October 2024, .* Name case "90" for it\.$/,
      ),
    });
  });

  it("is a model of the case that it fits", async () => {
    expect((await find("90")).transformer.config.dVocab).toBe(12);
  });

  it("is not taken for one where it has another shape", async () => {
    await expect(find("3")).rejects.toMatchObject({
      hint: "Name the case the model was trained for, or bring prompts of your own.",
    });
  });
});

describe("cases with former numbers", () => {
  it("come in pairs, which vocabulary and shape tell apart", () => {
    const renumbered = allCases().filter(({ formerId }) => formerId !== undefined);
    expect(renumbered.map(({ id }) => id)).toEqual(["8", "90"]);
    for (const case_ of renumbered) {
      const other = getCase(case_.formerId!);
      expect(other.formerId).toBe(case_.id);
      expect(isLike(other, publishedConfig(case_))).toBe(false);
      expect(isLike(case_, publishedConfig(case_))).toBe(true);
    }
  });
});
