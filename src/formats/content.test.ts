import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeContent, type FileContent } from "./content.ts";

const root = new URL("../../test/fixtures/formats/", import.meta.url);
const read = (file: string) => new Uint8Array(readFileSync(new URL(file, root)));
const text = (value: string) => new TextEncoder().encode(value);
const errorOf = (bytes: Uint8Array) => {
  try {
    return decodeContent(bytes, "x");
  } catch (error) {
    return error;
  }
};

const KINDS: readonly [file: string, kind: FileContent["kind"], format: string | undefined][] = [
  ["published/3/ll_model.pth", "weights", "torch"],
  ["published/13/ll_model.pth", "weights", "torch"],
  ["published/formats/legacy.pth", "weights", "torch"],
  ["published/3/ll_model_cfg.pkl", "config", undefined],
  ["published/13/ll_model_cfg.pkl", "config", undefined],
  ["published/3/edges.pkl", "edges", undefined],
  ["published/formats/result.pkl", "result", undefined],
  ["published/formats/result_na.pkl", "result", undefined],
  ["published/3/meta.json", "settings", undefined],
  ["stored.npz", "weights", "npz"],
  ["deflated.npz", "weights", "npz"],
  ["reference.safetensors", "weights", "safetensors"],
];

describe("the content of a file is told by its bytes", () => {
  it.each(KINDS)("%s", (file, kind, format) => {
    expect(decodeContent(read(file), file)).toMatchObject({ kind, ...(format && { format }) });
  });

  it.each<[json: string, kind: FileContent["kind"]]>([
    ['{"clean": [[0, 1]]}', "data"],
    ['\n {"clean": [[0, 1]]}', "data"],
    ['{"n_layers": 1, "d_model": 2}', "config"],
    ['{"schema": "interpbench/run-acdc@1", "case": "3"}', "document"],
    ["{}", "settings"],
  ])("%s", (json, kind) => {
    expect(decodeContent(text(json), "x")).toMatchObject({ kind });
  });
});

describe("other files are refused", () => {
  it.each([
    ["", "an empty file"],
    ["<!doctype html>", "an HTML page"],
    ["version https://git-lfs.github.com/spec/v1", "a Git LFS pointer"],
    ["[1]", "3 bytes of another kind"],
  ])("%j", (content, received) => {
    expect(errorOf(text(content))).toMatchObject({
      code: "E_FILE",
      received: expect.stringContaining(received),
    });
  });

  it("such as a whole module, whose classes are programs", () => {
    expect(errorOf(read("published/formats/module.pth"))).toMatchObject({ code: "E_PICKLE" });
  });

  it("such as a pickle of something else", () => {
    const number = Uint8Array.of(0x80, 4, 0x4b, 7, 0x2e);
    expect(errorOf(number)).toMatchObject({ code: "E_PICKLE", received: "7" });
  });

  it("truncated anywhere, with an error that says so", () => {
    for (const file of ["published/3/edges.pkl", "published/3/ll_model_cfg.pkl", "stored.npz"]) {
      const bytes = read(file);
      for (let end = 0; end < bytes.length; end += 7) {
        expect(errorOf(bytes.subarray(0, end)), `${file}: ${end}`).toMatchObject({
          code: expect.stringMatching(/^E_(FILE|PICKLE|ZIP|NPY)$/),
        });
      }
    }
  });
});
