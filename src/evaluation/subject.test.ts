import { describe, expect, it } from "vitest";
import { referenceBackend } from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import type { TrainingTask } from "../training/index.ts";
import { caseThree } from "../training/tasks.testing.ts";
import { initializeTransformer, keyNormals, type Transformer } from "../transformer/index.ts";
import { loadSubject, selfTask } from "./subject.ts";

const task = caseThree();
const fresh = initializeTransformer(task.lowLevelConfig, keyNormals(Key.fromSeed(1)));

/** The weights that a subject declares sparse. */
function sparseWeights(model: Transformer, own: TrainingTask): string[] {
  const subject = loadSubject(model, own, referenceBackend(), { rows: [0] });
  const names = [...subject.tensors]
    .filter(([, { op }]) => op.kind === "constant" && op.sparse)
    .map(([key]) => key);
  subject.dispose();
  return names;
}

describe("a subject", () => {
  it("declares the matrices of a compiled transformer sparse, and none of another", () => {
    const { transformer } = task.highLevel;
    const compiled = sparseWeights(transformer, selfTask(task, transformer));
    expect(compiled).toContain("blocks.0.mlp.W_in");
    expect(compiled).toContain("unembed.W_U");
    expect(sparseWeights(fresh, task)).toEqual([]);
  });
});
