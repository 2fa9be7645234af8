import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { getCase } from "../../cases/index.ts";
import { findModel, folderModel } from "../../models/index.ts";
import { jobContext } from "../context.ts";
import { DEFAULT_ENGINE } from "../engine.ts";
import { runPlan } from "../run-job.ts";
import { zooGraph, zooNames } from "./plans.ts";

const [small, large] = ["3", "39"].map((id) => ({ case_: getCase(id), seed: 2 })) as [
  { case_: ReturnType<typeof getCase>; seed: number },
  { case_: ReturnType<typeof getCase>; seed: number },
];

it("audits what is kept beside a natural model: large ones in half precision, others as they were trained", () => {
  const graph = zooGraph([small, large], DEFAULT_ENGINE);
  expect(Object.keys(graph)).toEqual([
    "train 3 seed 2",
    "natural 3",
    "audit 3 seed 2",
    "train 39 seed 2",
    "natural 39",
    "half 39 seed 2",
    "audit 39 seed 2",
  ]);
  const madeOf = (name: string) => graph[name]!.subject.model;
  expect(madeOf("half 39 seed 2")).toEqual({ kind: "result", name: "train 39 seed 2" });
  for (const work of [small, large]) {
    const { audit, kept, natural } = zooNames(work);
    expect(graph[audit]!.parents).toEqual([natural]);
    expect(madeOf(audit)).toEqual({ kind: "result", name: kept });
  }
});

it("rounds every weight of a model, and keeps its circuit", async () => {
  const folder = mkdtempSync(join(tmpdir(), "half-"));
  try {
    const { case_ } = small;
    const context = jobContext(folder);
    const subject = { case: { id: case_.id }, model: { kind: "tracr" } } as const;
    const { artifact } = await runPlan({ kind: "half", subject }, context);
    const { store } = context;
    const whole = await findModel({ kind: "tracr" }, { case_, store, folder });
    const half = folderModel(artifact.folder);
    expect(half.truth).toEqual(whole.truth);
    expect([...half.transformer.weights.keys()]).toEqual([...whole.transformer.weights.keys()]);
    for (const [key, { data }] of whole.transformer.weights) {
      const rounded = half.transformer.weights.get(key)!.data;
      expect([...rounded]).toEqual([...data].map(toHalf));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** The nearest number with eleven binary digits; right where numbers are of usual size, or 0. */
function toHalf(x: number): number {
  if (x === 0) return x;
  const step = 2 ** (Math.floor(Math.log2(Math.abs(x))) - 10);
  const [below, rest] = [Math.floor(x / step), x / step - Math.floor(x / step)];
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return (isUp ? below + 1 : below) * step;
}
