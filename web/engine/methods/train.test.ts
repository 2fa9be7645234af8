import { expect, it } from "vitest";
import { engineOf, zooFiles } from "../engine.testing.ts";
import type { TrainProgress } from "./train.ts";

/** Seconds are for the others: few updates, often validated. */
const SHORT = { updates: 60, trainPairs: 640, validationPairs: 64, validationInterval: 20 };

it("trains a model that others can be asked about then, and tells how its weights grow", async () => {
  const { engine, close } = engineOf();
  const seen: TrainProgress[] = [];
  const { model, steps, end } = await engine.call(
    "train",
    { case: "3", name: "mine", recipe: SHORT },
    { onProgress: (progress) => seen.push(progress) },
  );
  expect(model.ref).toEqual({ kind: "loaded", name: "mine" });
  expect([steps, end]).toEqual([60, "exhausted"]);
  const records = seen.flatMap((one) => (one.kind === "epoch" ? [one.record] : []));
  expect(records.map(({ steps }) => steps)).toEqual([20, 40, 60]);
  const moments = seen.flatMap((one) => (one.kind === "moment" ? [one] : []));
  const last = moments.at(-1)!;
  expect(last).toMatchObject({ step: 60, total: 60, losses: records.at(-1)!.trainLosses });
  expect(last.norms.map(({ component }) => component)).toContain("blocks.1.attn.hook_result[2]");
  expect(moments[0]!.norms).not.toEqual(last.norms);
  close();
});

it("goes on where a training was stopped, to the same weights", async () => {
  const { engine, close } = engineOf();
  const recipe = { ...SHORT, updates: 4000, validationInterval: 50 };
  const input = { case: "3", name: "stopped", recipe };
  const controller = new AbortController();
  const stopped = await engine.call("train", input, {
    signal: controller.signal,
    onProgress: (progress) => {
      if (progress.kind === "epoch") controller.abort();
    },
  });
  expect(stopped.end).toBe("aborted");
  expect(stopped.steps).toBeLessThan(4000);
  const later = { ...recipe, updates: stopped.steps + 100, earlyStop: false };
  const goneOn = await engine.call("train", { ...input, recipe: later, resumes: true });
  expect(goneOn.steps).toBe(stopped.steps + 100);
  const atOnce = await engine.call("train", { ...input, name: "whole", recipe: later });
  expect(goneOn.best).toEqual(atOnce.best);
  await expect(
    engine.call("train", { ...input, name: "nobody's", resumes: true }),
  ).rejects.toMatchObject({ failure: { code: "E_STATE", expected: "stopped, whole" } });
  await expect(
    engine.call("train", { ...input, recipe: { ...later, strictWeight: 0 }, resumes: true }),
  ).rejects.toThrow("another recipe");
  close();
});

it("audits the nodes of a model: none outside of the truth matters in one of the zoo", async () => {
  const { engine, close } = engineOf();
  await engine.call("load", zooFiles("3-seed1"));
  const model = { kind: "loaded", name: "3-seed1" } as const;
  const { nodes, outside } = await engine.call("audit", { model });
  const shares = (inTruth: boolean) =>
    nodes.filter((node) => node.inTruth === inTruth).map(({ resample }) => resample.share);
  expect(shares(false)).toHaveLength(8);
  expect(Math.max(...shares(false))).toBeLessThan(0.001);
  expect(outside.resample.interval.high).toBeLessThan(0.005);
  expect(Math.min(...shares(true))).toBeGreaterThan(0.5);
  close();
});
