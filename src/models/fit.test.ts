import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allCases, compileCase, getCase, lowLevelConfig, publishedConfig } from "../cases/index.ts";
import { encodeModel } from "../formats/index.ts";
import { openStore } from "../store/index.ts";
import { initializeTransformer } from "../transformer/index.ts";
import { findModel } from "./find.ts";
import { fittingCases, isLike } from "./fit.ts";

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

describe("the cases that a transformer fits", () => {
  const idsOf = (config: Parameters<typeof fittingCases>[0]) =>
    fittingCases(config).map(({ case: id, shape, as }) =>
      [id, shape, as].filter(Boolean).join(" "),
    );

  it("are those with its vocabulary and shape, compiled or trained", () => {
    expect(idsOf(lowLevelConfig(getCase("3")))).toEqual(["3 trained"]);
    expect(idsOf(compileCase(getCase("3")).config)).toEqual(["3 compiled"]);
    expect(idsOf(publishedConfig(getCase("90")))).toContain("90 trained");
    expect(idsOf({ ...lowLevelConfig(getCase("3")), dModel: 11 })).toEqual([]);
  });

  it("are cases in the shape it has", () => {
    expect(idsOf(publishedConfig(getCase("ioi")))).toEqual([
      "ioi paper trained",
      "ioi_extended paper trained",
      "ioi_next_token paper trained",
    ]);
    expect(idsOf(lowLevelConfig(getCase("ioi")))).toEqual([
      "ioi compact trained",
      "ioi_next_token compact trained",
    ]);
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
