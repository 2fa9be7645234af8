import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Case,
  getCase,
  groundTruthCircuit,
  lowLevelConfig,
  withShape,
} from "../cases/index.ts";
import {
  type Circuit,
  circuitTexts,
  equalCircuits,
  expandToQkv,
  fullGraph,
  type GraphShape,
  graphCircuit,
} from "../circuit/index.ts";
import { formatError } from "../errors/index.ts";
import { encodeCircuit, encodeModel } from "../formats/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { initializeTransformer, type TransformerConfig } from "../transformer/index.ts";
import { compiledModel } from "./compiled.ts";
import { vocabularyOf, writeModel } from "./files.ts";
import { findModel } from "./find.ts";
import type { ModelRequest } from "./found.ts";
import { hubSettings } from "./hub/settings.ts";
import { hashOfCase } from "./identity.ts";
import { inspect } from "./inspect/inspect.ts";
import type { ModelSource } from "./source.ts";

const case_ = getCase("3");
const compiled = compiledModel(case_);
const trained = initializeTransformer(lowLevelConfig(case_), (count) =>
  new Float32Array(count).fill(0.1),
);

let root: string;
let store: Store;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "find-"));
  store = openStore(root);
});
afterAll(() => rmSync(root, { recursive: true }));

/** Stores a model as the result of a job; gives the store's name for it. */
function stored(kind: string, config: object): string {
  const about = { case: { sha256: hashOfCase(case_) } };
  const draft = store.begin({ kind, case: "3", config: { ...about, ...config } });
  const isCompiled = kind === "compile";
  writeModel(draft, {
    transformer: isCompiled ? compiled.transformer : trained,
    truth: isCompiled ? compiled.truth : groundTruthCircuit(case_),
    vocabulary: vocabularyOf(case_),
  });
  return store.nameOf(draft.finish({ case: "3" }));
}

const weights = (iitWeight: number, behaviorWeight: number, strictWeight: number) => ({
  recipe: { iitWeight, behaviorWeight, strictWeight },
});

const find = (source: ModelSource, request: Partial<ModelRequest> = {}) =>
  findModel(source, { case_, store, folder: root, ...request });

const errorOf = (source: ModelSource, request: Partial<ModelRequest> = {}) =>
  find(source, request).then(() => "found", formatError);

describe("a case with several shapes", () => {
  const ioi = getCase("ioi");
  const paper = withShape(ioi, "paper");
  const folderOf = (one: Case, changes: Partial<TransformerConfig> = {}): string => {
    const path = mkdtempSync(join(root, "model-"));
    const small = { nLayers: 6, nHeads: 4, dModel: 4, dHead: 1, dMlp: 4, ...changes };
    const config = { ...lowLevelConfig(one), ...small };
    const model = encodeModel(initializeTransformer(config, (count) => new Float32Array(count)));
    writeFileSync(join(path, "config.json"), model.config);
    writeFileSync(join(path, "model.safetensors"), model.weights);
    return path;
  };

  it("takes the shape that a model has", async () => {
    for (const one of [ioi, paper]) {
      const source = { kind: "folder", path: folderOf(one) } as const;
      const { case_, truth } = await find(source, { case_: ioi });
      expect(case_).toEqual(one);
      expect([...truth!.edges.keys()]).toEqual([...groundTruthCircuit(ioi).edges.keys()]);
    }
  });

  it("keeps a shape that is asked for", async () => {
    const path = folderOf(paper);
    const request = { case_: ioi, isShapeGiven: true };
    expect(await errorOf({ kind: "folder", path }, request)).toContain(
      `E_MODEL: the model does not fit case "ioi" (at ${path}: dVocab) — expected 114 — received 50257`,
    );
  });

  it("does not take a model of no shape of it", async () => {
    const path = folderOf(ioi, { nCtx: 17 });
    expect(await errorOf({ kind: "folder", path }, { case_: ioi })).toContain(
      `(at ${path}: nCtx) — expected 16 — received 17`,
    );
  });
});

describe("findModel", () => {
  it("compiles the program of a case", async () => {
    const model = await find({ kind: "tracr" });
    expect(model).toMatchObject({ storedName: "tracr", origin: { kind: "compiled" }, parents: [] });
    expect(model.sha256).toBe(compiled.sha256);
  });

  it("finds the newest that was trained with such weights, and knows how", async () => {
    const at = join(root, "train-iit", "3");
    expect(await errorOf({ kind: "siit" })).toBe(
      `E_MODEL: case "3" has no trained model "siit" (at ${at}). Train it, or take the compiled one (tracr) if the case has a program.`,
    );
    const siit = stored("train-iit", weights(1, 1, 0.4));
    const natural = stored("train-iit", weights(0, 1, 0));
    const origin = { kind: "trained", folder: join(root, siit) };
    for (const source of [{ kind: "siit" }, { kind: "siit", weights: "510" }] as const) {
      expect(await find(source)).toMatchObject({ storedName: "siit", origin, parents: [siit] });
    }
    expect(await find({ kind: "natural" })).toMatchObject({
      storedName: "natural",
      parents: [natural],
    });
    expect(await errorOf({ kind: "siit", weights: "7" }, { advice: { untrained: "Try." } })).toBe(
      `E_MODEL: case "3" has no trained model "siit:7" (at ${at}) — received models with weights 510, 100. Try.`,
    );
  });

  it("reads results and folders, which have the same hash wherever they lie", async () => {
    const name = stored("train-iit", weights(1, 1, 0.16));
    const result = await find({ kind: "result", name });
    expect(result).toMatchObject({ storedName: "siit", parents: [name] });
    cpSync(join(root, name), join(root, "copy"), { recursive: true });
    const copy = await find({ kind: "folder", path: "copy" });
    expect(copy).toMatchObject({
      storedName: `folder:${result.sha256.slice(0, 12)}`,
      origin: { kind: "trained", folder: join(root, "copy") },
      parents: [],
    });
    rmSync(join(root, "copy", "result.json"));
    expect(await find({ kind: "folder", path: "copy" })).toMatchObject({
      sha256: result.sha256,
      origin: { kind: "folder" },
    });
  });

  it("merges queries, keys and values of a circuit in a folder, which must be the transformer's", async () => {
    const path = join(root, "qkv");
    cpSync(join(root, stored("train-iit", weights(1, 1, 0.5))), path, { recursive: true });
    const truth = groundTruthCircuit(case_);
    const write = (circuit: Circuit, shape: GraphShape) => {
      const document = { circuit, granularity: "qkv", shape, dModel: 12 } as const;
      const facts = { scores: undefined, provenance: undefined };
      writeFileSync(join(path, "circuit.json"), encodeCircuit({ ...document, ...facts }));
    };
    write(expandToQkv(truth, fullGraph(trained.config)), trained.config);
    const found = await find({ kind: "folder", path });
    expect(equalCircuits(found.truth!, truth)).toBe(true);
    expect(inspect(path)).toMatchObject({ circuit: circuitTexts(truth) });
    const deeper = { nLayers: 3, nHeads: 4 };
    write(graphCircuit(fullGraph(deeper)), deeper);
    expect(await errorOf({ kind: "folder", path })).toContain(
      `E_CIRCUIT_FILE: the circuit is one of another transformer (at ${path}/circuit.json) — ` +
        "expected edges of 2 layers of 4 heads — received blocks.0.hook_resid_pre->blocks.2",
    );
  });

  it("knows a compiled model by its origin, not by where it lies", async () => {
    const name = stored("compile", {});
    for (const source of [
      { kind: "result", name },
      { kind: "folder", path: name },
    ] as const) {
      expect(await find(source)).toMatchObject({
        origin: { kind: "compiled" },
        sha256: compiled.sha256,
      });
    }
    const nobody = await find({ kind: "folder", path: name }, { case_: undefined });
    expect(nobody.origin.kind).toBe("folder");
  });

  it("refuses what cannot be had, and what does not fit", async () => {
    const hub = { settings: hubSettings({ HF_HUB_OFFLINE: "1", HF_HUB_CACHE: "nowhere" }) };
    expect(await errorOf({ kind: "hub", repository: "a/b", folder: "3" }, { hub })).toContain(
      "E_HUB: the model is not in the cache, and the network is off (at hf:a/b/3)",
    );
    expect(await errorOf({ kind: "interp-bench" }, { hub })).toContain(
      "(at hf:cybershiptrooper/InterpBench/3)",
    );
    expect(await errorOf({ kind: "natural" }, { case_: undefined })).toBe(
      "E_MODEL: this model is one of a case, and no case is named — expected a case, or a model folder — received natural",
    );
    const name = stored("train-iit", weights(1, 1, 1));
    expect(await errorOf({ kind: "result", name }, { case_: getCase("13") })).toContain(
      `E_MODEL: the model does not fit case "13" (at ${name}: dVocab)`,
    );
    expect(await errorOf({ kind: "result", name: "train-iit/3/none" })).toContain("E_ARTIFACT");
    expect(await errorOf({ kind: "result", name: "../3" })).toContain("E_NAME");
    expect(await errorOf({ kind: "folder", path: "nowhere" })).toMatch(
      /^E_MODEL: a file of the model cannot be read .* Training a model and compiling one write such folders\.$/,
    );
  });
});
