import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../io.testing.ts";

const published = fileURLToPath(
  new URL("../../../test/fixtures/formats/published", import.meta.url),
);

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "inspect-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

async function inspected(path: string) {
  const { exitCode, stdout, stderr } = await run(["inspect", path, "--json"], { cwd });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

const text = async (path: string) => (await run(["inspect", path], { cwd })).stdout;

describe("inspect", () => {
  it("tells the tensors of a published model, with their sums", async () => {
    const { default: expected } = await import(`${published}/3/expected.json`, {
      with: { type: "json" },
    });
    const { schema, kind, format, tensors } = await inspected(join(published, "3/ll_model.pth"));
    expect({ schema, kind, format }).toEqual({
      schema: "interpbench/inspect@1",
      kind: "weights",
      format: "torch",
    });
    expect(tensors.length).toBe(expected.tensors.length);
    for (const [i, { name, dtype, shape, sum, sumOfSquares }] of tensors.entries()) {
      const other = expected.tensors[i];
      expect({ name, dtype, shape }).toEqual({
        name: other.name,
        dtype: other.dtype,
        shape: other.shape,
      });
      for (const [ours, theirs] of [
        [sum, other.sum],
        [sumOfSquares, other.sumOfSquares],
      ]) {
        if (typeof theirs === "string") expect(ours).toBe(theirs);
        else expect(ours).toBeCloseTo(theirs, 9);
      }
    }
  });

  it("takes a folder in a folder for the one that holds it", async () => {
    mkdirSync(join(cwd, "results/compile"), { recursive: true });
    cpSync(join(published, "3"), join(cwd, "results/compile/0123"), { recursive: true });
    expect(await inspected("results")).toMatchObject({ kind: "model", format: "published" });
    mkdirSync(join(cwd, "results/other"));
    const { stderr } = await run(["inspect", "results"], { cwd });
    expect(stderr).toContain("received compile, other");
  });

  it("tells configurations and edges of pickles", async () => {
    const { kind, config } = await inspected(join(published, "13/ll_model_cfg.pkl"));
    expect([kind, config.n_layers]).toEqual(["config", 2]);
    const { edges } = await inspected(join(published, "3/edges.pkl"));
    expect(edges).toHaveLength(11);
    expect(edges[0]).toHaveLength(2);
  });

  it("tells the score of the original", async () => {
    const { kind, score } = await inspected(join(published, "formats/result_na.pkl"));
    expect(kind).toBe("result");
    expect(Object.keys(score.nodes)).toContain("tpr");
    expect(await text(join(published, "formats/result.pkl"))).toMatch(/^ +TP +FP +FN +TN/m);
  });

  it("tells a published model of a folder", async () => {
    const model = await inspected(join(published, "3"));
    expect(model).toMatchObject({ kind: "model", format: "published", config: { nLayers: 2 } });
    expect(model.circuit.edges).toHaveLength(4);
    expect(model.files.map(({ name }: { name: string }) => name)).toContain("ll_model.pth");
  });

  it("tells a compiled model, its files and its result", async () => {
    const { stdout } = await run(["compile", "3", "--json"], { cwd });
    const { folder } = JSON.parse(stdout);
    const model = await inspected(folder);
    expect(model).toMatchObject({ kind: "model", format: "interpbench", case: "3" });
    const kinds = await Promise.all(
      model.files.map(async ({ name }: { name: string }) => [
        name,
        (await inspected(join(folder, name))).kind,
      ]),
    );
    expect(Object.fromEntries(kinds)).toEqual({
      "circuit.json": "circuit",
      "config.json": "config",
      "model.safetensors": "weights",
      "result.json": "result",
      "tokens.json": "vocabulary",
    });
    expect(await text(folder)).toContain("model.safetensors");
    for (const { name } of model.files) expect(await text(join(folder, name))).toContain("holds");
  });

  it("tells prompts", async () => {
    writeFileSync(join(cwd, "data.json"), '{"clean": [[0, 1, 2]], "targets": [[0, 1, 1]]}');
    expect(await inspected("data.json")).toMatchObject({
      kind: "data",
      prompts: 1,
      positions: 3,
      has: ["clean", "targets"],
    });
  });

  it.each([
    ["nothing.pkl", "E_FILE"],
    [join(published, "formats/module.pth"), "E_PICKLE"],
    [published, "E_FILE"],
  ])("refuses %s with exit code 1", async (path, code) => {
    const { exitCode, stdout } = await run(["inspect", path, "--json"], { cwd });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ code });
  });
});
