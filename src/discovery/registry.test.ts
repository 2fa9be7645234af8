import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fullGraph, headCircuit } from "../circuit/index.ts";
import { referenceBackend, wasmBackend } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import { tinyTask } from "./fixtures.testing.ts";
import {
  allAlgorithms,
  circuitSelector,
  edgeScores,
  getAlgorithm,
  random,
  scoresOfEffects,
} from "./index.ts";

const context = { backend: referenceBackend() };

describe("the registry", () => {
  it("lists all algorithms by name", () => {
    const names = allAlgorithms().map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(["acdc", "eap", "exact", "random", "sp"]));
    for (const algorithm of allAlgorithms()) {
      expect(getAlgorithm(algorithm.name)).toBe(algorithm);
      expect(Object.isFrozen(algorithm)).toBe(true);
    }
  });

  it("suggests names for unknown ones", () => {
    const errorOf = (name: string) => {
      try {
        getAlgorithm(name);
      } catch (error) {
        return formatError(error);
      }
      return "found";
    };
    expect(errorOf("adcd")).toBe('E_ALGORITHM: no algorithm "adcd". Did you mean "acdc"?');
    expect(errorOf("subnetwork-probing")).toContain(
      'E_ALGORITHM: no algorithm "subnetwork-probing"',
    );
  });

  it("has algorithms whose options all have a description, and defaults", () => {
    for (const { options } of allAlgorithms()) {
      expect(z.safeParse(options, {}).success).toBe(true);
      for (const schema of Object.values(options.shape)) {
        expect(z.globalRegistry.get(schema as z.ZodType)?.description).toMatch(/^[A-Z].*[^.]$/);
      }
      expect(Object.keys(z.toJSONSchema(options).properties ?? {})).toEqual(
        Object.keys(options.shape),
      );
    }
  });

  it.each(allAlgorithms())("finds something with $name and no options", async (algorithm) => {
    const task = tinyTask();
    const fast = { backend: await wasmBackend() };
    const { circuit, scores, diagnostics } = await algorithm.discover(task, {}, fast);
    const { config } = task.transformer;
    const whole =
      algorithm.ranks === "nodes" ? headCircuit(config).nodes : fullGraph(config).indexOf;
    expect([...scores.keys()]).toEqual([...whole.keys()]);
    expect([...scores.values()].some(Number.isNaN)).toBe(false);
    expect(circuit === undefined).toBe(diagnostics.faithfulness === undefined);
    expect(algorithm.produces).toContain("scores");
  });
});

describe("options", () => {
  const errorOf = (name: string, options: Record<string, unknown>) =>
    getAlgorithm(name)
      .discover(tinyTask(), options, context)
      .then(() => "accepted", formatError);

  it("that are unknown are errors", async () => {
    expect(await errorOf("acdc", { treshold: 1 })).toBe(
      'E_OPTION: no option "treshold" (at treshold). Did you mean "threshold"?',
    );
  });

  it("of the wrong kind are errors that say what the option means", async () => {
    expect(await errorOf("acdc", { threshold: "1" })).toBe(
      'E_OPTION: the option "threshold" is not usable (at threshold) — expected a number, or a list of numbers — received "1". Remove an edge if the loss rises by less than this; several values (or paper, for the paper\'s 19) give a circuit each',
    );
    expect(await errorOf("eap", { loss: "kl" })).toContain(
      'E_OPTION: the option "loss" is not usable (at loss) — expected one of "kl_div"|"avg_diff"|"mae"|"mse" — received "kl"',
    );
    expect(await errorOf("acdc", { seed: -1 })).toContain("(at seed)");
  });

  it("select a circuit in one way, and from the edges there are", async () => {
    expect(await errorOf("random", { threshold: 0, edgeCount: 3 })).toBe(
      "E_OPTION: the options do not fit together — expected threshold or edgeCount, not both",
    );
    expect(await errorOf("random", { edgeCount: 47 })).toBe(
      "E_OPTION: there are not so many edges (at edgeCount) — expected at most 46 — received 47",
    );
    expect(await errorOf("random", { edgeCount: 46 })).toBe("accepted");
  });
});

describe("random scores", () => {
  it("depend on the seed and on nothing else", async () => {
    const scoresWith = async (options: Parameters<typeof random.discover>[1]) =>
      (await random.discover(tinyTask(), options, context)).scores;
    const first = await scoresWith({});
    expect(await scoresWith({ seed: 1234 })).toEqual(first);
    expect(await scoresWith({ seed: 1 })).not.toEqual(first);
    expect(await scoresWith({ threshold: 0.5 })).toEqual(first);
  });

  it("are between 0 and 1, and a threshold keeps its share", async () => {
    const { circuit, scores } = await random.discover(tinyTask(), { threshold: 0.5 }, context);
    expect([...scores.values()].every((score) => score >= 0 && score < 1)).toBe(true);
    expect(circuit!.edges.size).toBe([...scores.values()].filter((score) => score > 0.5).length);
  });
});

describe("selecting a circuit", () => {
  const graph = fullGraph({ nLayers: 1, nHeads: 1 });
  const scores = edgeScores(graph, [3, -1, 3, 0.1, 2, 3, 0, 0]);
  const texts = graph.edges.map(({ text }) => text);

  it("keeps edges above the threshold, strictly and in float32", async () => {
    const above = async (threshold: number) =>
      (await circuitSelector(graph, { threshold })(scores))[0]!.circuit.edges.size;
    const counts = await Promise.all([3, 2, 0.1, 0, -1, -2].map(above));
    expect(counts).toEqual([0, 3, 4, 5, 7, 8]);
  });

  it("keeps exactly so many edges, ties in the order of the graph", async () => {
    const best = async (edgeCount: number) =>
      new Set((await circuitSelector(graph, { edgeCount })(scores))[0]!.circuit.edges.keys());
    expect(await best(0)).toEqual(new Set());
    expect(await best(2)).toEqual(new Set([texts[0], texts[2]]));
    expect(await best(8)).toEqual(new Set(texts));
  });

  it("takes one way of selecting", () => {
    expect(() => circuitSelector(graph, { threshold: 0, edgeCount: 3 })).toThrow(
      "circuits are selected in one way",
    );
  });

  it("ranks by size, stretched to 0…1 if asked for", () => {
    const effects = Float64Array.of(-4, 1, 0, 2, 0, 0, 0, 0);
    const of = (absolute: boolean, normalize: boolean) =>
      [...scoresOfEffects(graph, effects, { absolute, normalize }).values()].slice(0, 4);
    expect(of(true, false)).toEqual([4, 1, 0, 2]);
    expect(of(false, false)).toEqual([-4, 1, 0, 2]);
    expect(of(true, true)).toEqual([1, 0.25, 0, 0.5]);
    expect(of(false, true)).toEqual([0, 5 / 6, 4 / 6, 1]);
    const equal = scoresOfEffects(graph, new Float64Array(8), { absolute: true, normalize: true });
    expect([...equal.values()]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
