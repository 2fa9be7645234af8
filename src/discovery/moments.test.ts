import { describe, expect, it } from "vitest";
import { edgeTexts } from "../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import { naiveLosses, quickOptions, TINY_TASKS, tinyTask } from "./fixtures.testing.ts";
import {
  type Algorithm,
  allAlgorithms,
  type DiscoveryMoment,
  eap,
  eapIgActivations,
  type MasksMoment,
  type PathMoment,
} from "./index.ts";

const backend = await wasmBackend();
const all = allAlgorithms();
const watchedAs = (kind: DiscoveryMoment["kind"]) =>
  all.filter(({ watchable }) => watchable === kind);

/** What an algorithm finds while it is watched, and what it tells; masks are looked at in every moment. */
async function watch(
  algorithm: Algorithm,
  options: Record<string, unknown> = quickOptions(algorithm),
) {
  const moments: DiscoveryMoment[] = [];
  const seen: ReturnType<MasksMoment["look"]>[] = [];
  const found = await algorithm.discover(tinyTask(), options, {
    backend,
    onMoment: (moment) => {
      moments.push(moment);
      if (moment.kind === "masks") seen.push(moment.look());
    },
  });
  return { found, moments, seen };
}

describe("an algorithm that is watched", () => {
  it.each(all)("finds the same bits, and tells what it says that it does: $name", async (one) => {
    const { found, moments } = await watch(one);
    const unwatched = await one.discover(tinyTask(), quickOptions(one), { backend });
    expect(found.scores).toEqual(unwatched.scores);
    expect(found.effects).toEqual(unwatched.effects);
    expect(found.diagnostics).toEqual(unwatched.diagnostics);
    const kinds = new Set(moments.map(({ kind }) => kind));
    expect([...kinds]).toEqual(one.watchable === undefined ? [] : [one.watchable]);
  });
});

describe("moments on a path", () => {
  it.each(watchedAs("path"))("add up to the effects: $name", async (one) => {
    const { found, moments } = await watch(one);
    const points = moments as PathMoment[];
    expect(points.map(({ index }) => index)).toEqual([...points.keys()]);
    expect(points[0]!.total).toBe(points.length);
    if (found.effects === undefined) return;
    for (const [text, effect] of found.effects) {
      const sum = points.reduce(
        (total, { weight, effects }) => total + weight * effects.get(text)!,
        0,
      );
      expect(sum).toBe(effect);
    }
  });

  it.each(Object.entries(TINY_TASKS))("have the losses of its ends: %s", async (_, task) => {
    const points: PathMoment[] = [];
    const loss = task.categorical ? "kl_div" : "mse";
    await eap.discover(
      task,
      { loss, integratedGradSteps: 2 },
      {
        backend,
        onMoment: (moment) => points.push(moment as PathMoment),
      },
    );
    expect(points.map(({ alpha }) => alpha)).toEqual([0, 0.5, 1]);
    const lossOf = naiveLosses(task, referenceBackend());
    for (const { alpha, loss: told } of points) {
      const naive = lossOf(loss, () => 1 - alpha!);
      expect(Math.abs(told - naive)).toBeLessThan(2e-6 * Math.max(1, Math.abs(naive)));
    }
  });

  it("say what moves, and credit nothing else where the book says so", async () => {
    const { moments } = await watch(eapIgActivations, { steps: 1, flavour: "textbook" });
    const points = moments as PathMoment[];
    expect(new Set(points.map(({ moves }) => moves)).size).toBe(points.length / 2);
    for (const { moves, effects } of points) {
      const credited = [...effects].filter(([, effect]) => effect !== 0).map(([text]) => text);
      expect(credited.every((text) => text.startsWith(moves!))).toBe(true);
    }
  });
});

describe("moments of masks", () => {
  it.each(watchedAs("masks"))("end with what is found: $name", async (one) => {
    const { found, moments, seen } = await watch(one);
    const steps = moments as MasksMoment[];
    expect(steps.map(({ step }) => step)).toEqual(steps.map((_, i) => i + 1));
    expect(steps.at(-1)!.step).toBe(steps[0]!.steps);
    expect(steps.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    const last = seen.at(-1)!;
    expect(last.scores).toEqual(found.scores);
    if (one.ranks !== "nodes") {
      expect(edgeTexts(last.circuit!)).toEqual(edgeTexts(found.findings[0]!.unpruned));
    }
  });

  it("say which of several settings they are of, and the sparsity that is wanted", async () => {
    const pruning = all.find(({ name }) => name === "edge-pruning")!;
    const { moments } = await watch(pruning, { edgeSparsity: [0.4, 0.8], steps: 10 });
    const steps = moments as MasksMoment[];
    expect(steps.map(({ setting }) => setting)).toEqual([
      ...new Array(10).fill(0),
      ...new Array(10).fill(1),
    ]);
    expect(steps[0]).toMatchObject({ settings: 2, wanted: 0 });
    expect(steps.at(-1)!.wanted).toBeCloseTo(0.8, 12);
    expect(steps[9]!.wanted).toBeCloseTo(0.4, 12);
  });
});
