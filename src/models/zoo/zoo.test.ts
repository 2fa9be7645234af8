import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getCase, groundTruthCircuit, lowLevelConfig } from "../../cases/index.ts";
import { formatError } from "../../errors/index.ts";
import { encodeCircuit, encodeModel } from "../../formats/index.ts";
import { Key } from "../../rng/index.ts";
import { openStore } from "../../store/index.ts";
import { initializeTransformer, keyNormals } from "../../transformer/index.ts";
import { findModel } from "../find.ts";
import { foundModel } from "../found.ts";
import { hashOfCase } from "../identity.ts";
import type { ModelSource } from "../source.ts";
import { packagedZoo, readZoo, readZooFile, ZOO_INDEX } from "./index-file.ts";
import { recordZooModel, writeZooModel } from "./write.ts";

const case_ = getCase("3");
let zoo: string;
beforeAll(() => {
  zoo = mkdtempSync(join(tmpdir(), "zoo-"));
});
afterAll(() => rmSync(zoo, { recursive: true }));

/** Puts a fresh transformer into the zoo; gives its hash. */
function add(seed: number, caveats: readonly string[] = []): string {
  const config = lowLevelConfig(case_);
  const transformer = initializeTransformer(config, keyNormals(Key.fromSeed(seed)));
  const truth = groundTruthCircuit(case_);
  const model = encodeModel(transformer);
  const circuit = encodeCircuit({
    circuit: truth,
    granularity: "head",
    shape: config,
    dModel: config.dModel,
    scores: undefined,
    provenance: {},
  });
  const { sha256 } = foundModel(
    { transformer, truth, sameSize: false },
    { kind: "folder", folder: "" },
  );
  const files = {
    "model.safetensors": model.weights,
    "config.json": model.config,
    "circuit.json": circuit,
  };
  writeZooModel(zoo, {
    entry: {
      id: "3",
      seed,
      sha256,
      case: hashOfCase(case_),
      backend: "wasm",
      updates: 0,
      seconds: 0,
      accuracies: { accuracy: 0.5, iia: 0.5, strictAccuracy: null, jointStrictAccuracy: null },
      exhaustive: true,
      pairs: 65_536,
      caveats: [...caveats],
    },
    files: new Map(
      Object.entries(files).map(([name, content]) => [
        name,
        typeof content === "string" ? Buffer.from(content) : content,
      ]),
    ),
  });
  return sha256;
}

const find = (source: ModelSource) =>
  findModel(source, { case_, store: openStore(join(zoo, "results")), folder: zoo, zoo });
const refused = (source: ModelSource) => find(source).then(() => "found", formatError);

describe("a zoo", () => {
  it("has nothing where there is no index", async () => {
    expect(readZoo(zoo).models).toEqual([]);
    expect(await refused({ kind: "zoo" })).toMatch(
      /^E_MODEL: the zoo has no such model of case "3"/,
    );
  });

  it("gives the model of a seed, or the first, with what to know of it", async () => {
    const second = add(2, ["its IIA is 12 %"]);
    const first = add(1);
    expect(readZoo(zoo).models.map(({ folder }) => folder)).toEqual(["3-seed1", "3-seed2"]);
    const found = await find({ kind: "zoo" });
    expect(found).toMatchObject({ sha256: first, storedName: "zoo:seed1", remarks: [] });
    expect(found.origin).toEqual({ kind: "zoo", folder: join(zoo, "3-seed1") });
    expect(await find({ kind: "zoo", seed: 2 })).toMatchObject({
      sha256: second,
      storedName: "zoo:seed2",
      remarks: ["its IIA is 12 %"],
    });
    expect(await refused({ kind: "zoo", seed: 3 })).toMatch(
      /E_MODEL.* expected zoo:seed1 or zoo:seed2 — received seed 3/,
    );
  });

  it("stands in for a trained model where that is asked for", async () => {
    expect(await find({ kind: "siit", orZoo: true })).toMatchObject({ storedName: "zoo:seed1" });
    expect(await refused({ kind: "siit" })).toMatch(/^E_MODEL: case "3" has no trained model/);
  });

  it("has the same bytes when it is written again", () => {
    const index = readFileSync(join(zoo, ZOO_INDEX), "utf8");
    add(1);
    expect(readFileSync(join(zoo, ZOO_INDEX), "utf8")).toBe(index);
  });

  it("says what came of a model that is not kept, until it is", async () => {
    const { models } = readZoo(zoo);
    const { folder: _, files: __, ...record } = models.find(({ seed }) => seed === 2)!;
    recordZooModel(zoo, record);
    expect(readZoo(zoo)).toMatchObject({ models, records: [] });
    recordZooModel(zoo, { ...record, seed: 5 });
    recordZooModel(zoo, { ...record, seed: 4, updates: 7 });
    expect(readZoo(zoo).records.map(({ seed }) => seed)).toEqual([4, 5]);
    expect(await refused({ kind: "zoo", seed: 4 })).toMatch(
      /E_MODEL.*It was trained, but is not kept\. Make it anew: zoo build 3 --seeds 4 --zoo FOLDER/,
    );
    add(4);
    expect(readZoo(zoo).records.map(({ seed }) => seed)).toEqual([5]);
    expect(await find({ kind: "zoo", seed: 4 })).toMatchObject({ storedName: "zoo:seed4" });
  });

  it("refuses what was changed, and an index that is none", async () => {
    const path = join(zoo, "3-seed2", "config.json");
    const config = readFileSync(path, "utf8");
    writeFileSync(path, config.replace("gelu", "relu"));
    expect(await refused({ kind: "zoo", seed: 2 })).toMatch(
      /^E_ZOO: a file of the zoo is missing or was changed \(at .*3-seed2.config\.json\) — expected SHA-256 \w{64} — received SHA-256/,
    );
    rmSync(path);
    expect(await refused({ kind: "zoo", seed: 2 })).toMatch(/^E_ZOO.*config\.json.* received /);
    writeFileSync(join(zoo, ZOO_INDEX), '{"schema": "interpbench/zoo@1", "models": [{}]}');
    expect(await refused({ kind: "zoo" })).toMatch(/^E_ZOO.*index\.json/);
    writeFileSync(join(zoo, ZOO_INDEX), "{");
    expect(await refused({ kind: "zoo" })).toMatch(/^E_ZOO: the index of the zoo cannot be read/);
  });
});

describe("the zoo of this package", () => {
  const { models, records } = readZoo(packagedZoo());
  const sizeOf = (folder: string, name: string) => statSync(join(packagedZoo(), folder, name)).size;

  it("is what its index says, and small", () => {
    let total = 0;
    for (const entry of models) {
      const names = Object.keys(entry.files);
      for (const name of names) readZooFile(packagedZoo(), entry, name);
      const size = names.reduce((sum, name) => sum + sizeOf(entry.folder, name), 0);
      expect(size).toBeLessThan(1e6);
      total += size;
    }
    expect(total).toBeLessThan(16e6);
  });

  it("has models of the cases that there are", () => {
    const seen = new Map<string, string>();
    for (const { id, case: hash } of [...models, ...records]) {
      const own = seen.get(id) ?? hash;
      expect(own).toBe(hash);
      seen.set(id, own);
      expect(getCase(id).id).toBe(id);
    }
    for (const id of ["3", "13"]) {
      if (seen.has(id)) expect(seen.get(id)).toBe(hashOfCase(getCase(id)));
    }
  });
});
