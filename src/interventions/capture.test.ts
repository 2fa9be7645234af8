import { describe, expect, it } from "vitest";
import { referenceBackend } from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import { caseThree } from "../training/tasks.testing.ts";
import { constantTensors, initializeTransformer, keyNormals } from "../transformer/index.ts";
import { loadCapture } from "./capture.ts";

const backend = referenceBackend();
const { lowLevelConfig: config, positions, tokens } = caseThree();
const model = initializeTransformer(config, keyNormals(Key.fromSeed(1)));

const load = () =>
  loadCapture({
    backend,
    model: { config, tensors: constantTensors(model), bindings: {} },
    tokens: backend.buffer(tokens),
    positions,
    hooks: ["hook_embed"],
  });

describe("captured runs", () => {
  it("are made once for each input, and found again by its row", () => {
    const capture = load();
    const runs = capture.run(Uint32Array.of(7, 3, 7));
    const bound = runs.bind(Uint32Array.of(3, 7, 7), (hook) => hook).hook_embed!;
    expect([...bound.rows]).toEqual([1, 0, 0]);
    expect(bound.table).toHaveLength(2 * positions * config.dModel);
    expect(capture.size(Uint32Array.of(7, 3, 7))).toBe(2 * capture.perRow);
  });

  it("stay apart, even after others were disposed of twice", () => {
    const capture = load();
    const first = capture.run(Uint32Array.of(1));
    for (let i = 0; i < 2; i++) first.dispose();
    const [second, third] = [Uint32Array.of(7, 3), Uint32Array.of(3, 7)].map((rows) =>
      capture.run(rows),
    );
    const places = [second, third].map((runs) => [
      ...runs!.bind(Uint32Array.of(7, 3), (hook) => hook).hook_embed!.rows,
    ]);
    expect(places).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});
