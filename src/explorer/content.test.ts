import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { packagedZoo, readZoo } from "../models/index.ts";
import { type ArtifactDraft, openStore } from "../store/index.ts";
import { reportContent } from "./content.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const BACKEND = { name: "reference", variant: "none" };

/** A finished result of a kind; its folder. */
function made(
  kind: string,
  config: object,
  { parents = [] as readonly string[], write = (_: ArtifactDraft) => {} } = {},
): string {
  const store = openStore(folder);
  const input = { kind, case: "3", config: { ...config }, backend: BACKEND };
  const draft = store.begin(input, { parents });
  write(draft);
  draft.finish({ case: "3" });
  return store.find(input)!.folder;
}

const nameOf = (path: string) => path.slice(folder.length + 1);

const writeModel = (draft: ArtifactDraft) => {
  draft.write("config.json", "{}");
  draft.write("model.safetensors", Uint8Array.of(1, 2, 3));
  draft.write("training.json", '{ "history": [{ "epoch": 1 }] }');
};

describe("the content of a report", () => {
  it("has a discovery with the model that it is about", () => {
    const training = made("train-iit", { a: 1 }, { write: writeModel });
    const found = made("run-acdc", { b: 1 }, { parents: [nameOf(training)] });
    const { results, models, title } = reportContent({ results: [found] });
    expect(title).toBe("run-acdc on case 3");
    expect(results).toMatchObject([
      { name: nameOf(found), model: { kind: "loaded", name: nameOf(training) } },
    ]);
    expect(models).toMatchObject([{ name: nameOf(training), case: "3", files: { config: "{}" } }]);
    expect([...gunzipSync(Buffer.from(models[0]!.files!.weights, "base64"))]).toEqual([1, 2, 3]);
  });

  it("has a training with its history, and by its file", () => {
    const training = made("train-iit", { a: 2 }, { write: writeModel });
    const { results, models } = reportContent({ results: [join(training, "result.json")] });
    expect(results[0]!.document).toMatchObject({ case: "3", history: [{ epoch: 1 }] });
    expect(models).toHaveLength(1);
  });

  it("brings along what a comparison compares, and a model once", () => {
    const training = made("train-iit", { a: 3 }, { write: writeModel });
    const found = [1, 2].map((c) => made("run-eap", { c }, { parents: [nameOf(training)] }));
    const compiled = made("compile", { a: 4 }, { write: writeModel });
    const parents = [compiled, training, ...found].map(nameOf);
    const { results, models } = reportContent({ results: [made("demo", {}, { parents })] });
    expect(results.map(({ kind }) => kind)).toEqual(["demo", "run-eap", "run-eap"]);
    expect(results[0]!.model).toEqual({ kind: "loaded", name: nameOf(training) });
    expect(models).toHaveLength(1);
  });

  it("finds models of the zoo by what they are, and compiles compiled ones in the page", () => {
    const entry = readZoo(packagedZoo()).models.find(({ id }) => id === "3")!;
    const { sha256 } = entry;
    const config = { model: { name: "zoo:seed1", sha256 } };
    const { results, models } = reportContent({ results: [made("run-acdc", config)] });
    expect(results[0]!.model).toEqual({ kind: "loaded", name: entry.folder });
    expect(models[0]!.title).toBe("zoo model of case 3, seed 1");
    const compiled = made("run-acdc", { model: { name: "tracr", sha256: "0" } });
    expect(reportContent({ results: [compiled] }).results[0]!.model).toEqual({
      kind: "compiled",
      case: "3",
    });
    const gone = made("run-acdc", { model: { name: "folder:1", sha256: "0" } });
    expect(reportContent({ results: [gone] }).results[0]!.model).toBeUndefined();
  });

  it("is refused for what is no result, or was changed", () => {
    const refused = (path: string) => {
      try {
        return reportContent({ results: [path] }).title;
      } catch (error) {
        return formatError(error);
      }
    };
    expect(refused(join(folder, "nowhere"))).toContain("there is no finished result here");
    expect(refused(join(folder, "nowhere"))).toContain("received nothing");
    const training = made("train-iit", { a: 4 }, { write: writeModel });
    writeFileSync(join(training, "config.json"), "{ }");
    expect(refused(training)).toContain("E_ARTIFACT: a stored result cannot be used");
  });
});
