import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { getCase, groundTruthCircuit } from "../cases/index.ts";
import { folderModel } from "./folder.ts";

const published = fileURLToPath(new URL("../../test/fixtures/formats/published", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "published-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const copyOf = (id: string): string => {
  cpSync(join(published, id), folder, { recursive: true });
  return folder;
};

/** A pickle of a list of pairs of names. */
function edgesPickle(edges: readonly (readonly [string, string])[]): Uint8Array {
  const text = (value: string) => [0x8c, value.length, ...Buffer.from(value)];
  const pairs = edges.flatMap(([from, to]) => [...text(from), ...text(to), 0x86, 0x61]);
  return Uint8Array.of(0x80, 4, 0x5d, ...pairs, 0x2e);
}

describe("a folder with the files of a published model", () => {
  it("is a model with the circuit that lies beside it", () => {
    const case_ = getCase("3");
    const { transformer, truth, sameSize, remarks } = folderModel(copyOf("3"), { case_ });
    expect(transformer.config).toMatchObject({ nLayers: 2, nHeads: 4, dModel: 12, actFn: "gelu" });
    expect([...truth!.edges.keys()]).toEqual([...groundTruthCircuit(case_).edges.keys()]);
    expect([sameSize, remarks]).toEqual([false, []]);
  });

  it("is called with a suffix in older releases", () => {
    copyOf("3");
    renameSync(join(folder, "ll_model.pth"), join(folder, "ll_model_10110.pth"));
    renameSync(join(folder, "ll_model_cfg.pkl"), join(folder, "ll_model_cfg_10110.pkl"));
    expect(folderModel(folder).transformer.config.dModel).toBe(12);
  });

  it("holds one model", () => {
    copyOf("3");
    cpSync(join(folder, "ll_model.pth"), join(folder, "ll_model_510.pth"));
    expect(() => folderModel(folder)).toThrow("the folder holds no single published model");
    rmSync(join(folder, "ll_model.pth"));
    rmSync(join(folder, "ll_model_cfg.pkl"));
    expect(() => folderModel(folder)).toThrow("the folder holds no single published model");
  });

  it("has the circuit of the case where its own is that of the compiled transformer", () => {
    const case_ = getCase("13");
    const { truth, remarks } = folderModel(copyOf("13"), { case_ });
    expect([...truth!.edges.keys()]).toEqual([...groundTruthCircuit(case_).edges.keys()]);
    expect(remarks).toEqual([
      "edges.pkl is the circuit of another transformer (blocks.0.hook_mlp_out->blocks.0.hook_resid_post): that of the case is taken",
    ]);
    expect(folderModel(folder)).toMatchObject({ truth: undefined });
  });

  it("says how its circuit differs from that of the case", () => {
    const edges = [
      ["blocks.1.attn.hook_result[0]", "blocks.1.hook_resid_post"],
      ["hook_embed", "blocks.1.hook_v_input[0]"],
    ] as const;
    writeFileSync(join(copyOf("3"), "edges.pkl"), edgesPickle(edges));
    const { truth, remarks } = folderModel(folder, { case_: getCase("3") });
    expect([...truth!.edges.keys()]).toEqual([
      "blocks.0.hook_resid_pre->blocks.1.attn.hook_result[0]",
      "blocks.1.attn.hook_result[0]->blocks.1.hook_resid_post",
    ]);
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toContain("its own circuit, which is taken, differs from that of the case");
    expect(remarks[0]).toContain("only the case has");
  });

  it("has the circuit of the case without a circuit beside it", () => {
    rmSync(join(copyOf("3"), "edges.pkl"));
    rmSync(join(folder, "meta.json"));
    expect(folderModel(folder, { case_: getCase("3") }).truth?.edges.size).toBe(4);
    expect(folderModel(folder).truth).toBeUndefined();
  });
});
