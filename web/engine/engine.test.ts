import { describe, expect, it } from "vitest";
import type { Parts } from "../../src/circuit/index.ts";
import { EngineError, failureOf } from "./client.ts";
import { engineOf, zooFile, zooFiles } from "./engine.testing.ts";
import type { CarriedInput } from "./methods/intervene.ts";

const model = { kind: "loaded", name: "3-seed1" } as const;
const files = () => zooFiles("3-seed1");

describe("the engine of a page", () => {
  it("loads a model of its files, and runs it", async () => {
    const { engine, close } = engineOf();
    const { config, truth } = await engine.call("load", files());
    expect(truth!.edges).toHaveLength(4);
    const { tokens: vocabulary, bosId } = await engine.call("case", { id: "3" });
    const ids = ["x", "a", "x", "b"].map((t) => vocabulary.find(({ value }) => value === t)!.id);
    const tokens = [[bosId, ...ids]];
    const pattern = "blocks.1.attn.hook_pattern";
    const { logits, at } = await engine.call("run", { model, tokens, capture: [pattern] });
    const fractions = [1, 1 / 2, 2 / 3, 1 / 2];
    for (const [i, fraction] of fractions.entries()) {
      expect(logits.data[i + 1]).toBeCloseTo(fraction, 1);
    }
    expect(at[pattern]!.shape).toEqual([1, config.nHeads, 5, 5]);
    close();
  });

  it("exchanges a node, beside what the program says", async () => {
    const { engine, close } = engineOf();
    await engine.call("load", files());
    const { bosId, tokens: vocabulary } = await engine.call("case", { id: "3" });
    const idsOf = (text: string) => [
      bosId,
      ...Array.from(text, (letter) => vocabulary.find(({ value }) => value === letter)!.id),
    ];
    const nodes = ["blocks.1.attn.hook_result[2]"];
    const on = (carried: CarriedInput, parts: Parts = { nodes }) =>
      engine.call("intervene", { model, tokens: idsOf("xaba"), parts, carried });
    const { before, after, program } = await on({ kind: "input", tokens: idsOf("axxb") });
    expect(before.shape).toEqual([1, 5, 1]);
    const near = (wanted: readonly number[]) => wanted.map((x) => expect.closeTo(x, 1));
    expect([...before.data].slice(1)).toEqual(near([1, 1 / 2, 1 / 3, 1 / 4]));
    expect([...after.data].slice(1)).toEqual(near([0, 1 / 2, 2 / 3, 1 / 2]));
    expect(program!.after).toMatchObject({ kind: "outputs", labels: ["frac_prevs_1"] });
    const zeroed = await on({ kind: "zero" });
    expect(Math.abs(zeroed.after.data[1]! - zeroed.before.data[1]!)).toBeGreaterThan(0.2);
    expect(zeroed.program!.after).toEqual({ kind: "none", reason: "value" });
    const mean = await on({ kind: "mean" }, { nodes: ["blocks.0.attn.hook_result[0]"] });
    expect([...mean.after.data].slice(1)).toEqual(near([...before.data].slice(1)));
    close();
  });

  it("says what nodes do, what they add to the logits, and what their weights are", async () => {
    const { engine, close } = engineOf();
    await engine.call("load", files());
    const effects = await engine.call("effects", { model });
    const audit = JSON.parse(zooFile("3-seed1", "audit.json").toString());
    for (const [i, { resample, mean, zero }] of effects.nodes.entries()) {
      const audited = audit.nodes[i];
      expect(resample).toBeCloseTo(audited.resample, 1);
      expect([mean, zero]).toEqual([audited.mean, audited.zero]);
    }
    const tokens = [0, 5, 2, 3, 2];
    const { writers, values, logits } = await engine.call("contributions", { model, tokens });
    const [, ...size] = values.shape;
    expect(size).toEqual(logits.shape);
    for (const [i, logit] of logits.data.entries()) {
      const total = writers.reduce(
        (sum, _, u) => sum + values.data[u * logits.data.length + i]!,
        0,
      );
      expect(total).toBeCloseTo(logit, 5);
    }
    const node = "blocks.0.hook_mlp_out";
    const compiled = { kind: "compiled", case: "3" } as const;
    const [input] = await engine.call("weights", { model: compiled, node });
    expect(input).toMatchObject({ rows: ["tokens:x"], columns: ["neuron 0"] });
    expect(await engine.call("weights", { model, node })).toEqual([]);
    close();
  });

  it("asks for every variable once, in an order that a seed decides", async () => {
    const { engine, close } = engineOf();
    await engine.call("load", files());
    const play = (seed: number) => engine.call("game", { model, seed });
    const { choices, rounds } = await play(1);
    // Exchanges of either variable of a chain come out the same; that of nothing does not.
    expect(choices).toEqual([
      { labels: ["is_x_3"], sameAs: 0 },
      { labels: ["frac_prevs_1"], sameAs: 0 },
      { labels: [], sameAs: 2 },
    ]);
    const asked = rounds.map(({ answer }) => answer);
    expect([...asked].sort()).toEqual([0, 1, 2]);
    const nodeOf = (answer: number) => rounds[asked.indexOf(answer)]!.nodes;
    expect(nodeOf(0)).toEqual(["blocks.0.hook_mlp_out"]);
    expect(nodeOf(1)).toEqual(["blocks.1.attn.hook_result[2]"]);
    expect(await play(1)).toEqual(await play(1));
    const orders = await Promise.all([1, 2, 3, 4].map(play));
    const texts = orders.map((one) => one.rounds.map(({ answer }) => answer).join());
    expect(new Set(texts).size).toBeGreaterThan(1);
    close();
  });

  it("draws the same inputs of a case for a seed", async () => {
    const { engine, close } = engineOf();
    const draw = (seed: number) => engine.call("draw", { case: "3", seed, count: 5 });
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
    expect((await draw(1)).map((input) => input.length)).toEqual([4, 4, 4, 4, 4]);
    close();
  });

  it("runs a program expression by expression", async () => {
    const { engine, close } = engineOf();
    const { steps, output } = await engine.call("trace", { case: "3", input: ["x", "a", "x"] });
    expect(steps.map(({ label }) => label)).toContain("is_x_3");
    expect(steps.at(-1)).toEqual({ label: output, kind: "sequence", values: [1, 1 / 2, 2 / 3] });
    close();
  });

  it("tells how far a discovery is, and can be stopped", async () => {
    const { engine, close } = engineOf();
    await engine.call("load", files());
    const input = { model, algorithm: "acdc", options: { threshold: 0.025 }, seed: 1, size: 100 };
    const seen: number[] = [];
    const found = await engine.call("discover", input, {
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    expect(found.score!.edges).toMatchObject({ tp: 3, fp: 0, fn: 1 });
    expect(seen.at(-1)).toBe(1);

    const controller = new AbortController();
    const stopped = engine.call(
      "discover",
      { ...input, size: 10_000 },
      {
        signal: controller.signal,
      },
    );
    controller.abort();
    await expect(stopped).rejects.toMatchObject({ failure: { isStopped: true } });
    close();
  });

  it("reports errors with what was expected and where", async () => {
    const { engine, close } = engineOf();
    const whole = files();
    const truncated = { ...whole, weights: whole.weights.slice(0, 100) };
    const error = await engine.call("load", truncated).then(
      () => undefined,
      (error) => error,
    );
    expect(error).toBeInstanceOf(EngineError);
    expect(error.failure).toMatchObject({ code: "E_SAFETENSORS", isStopped: false });
    expect(error.failure.at).toContain("3-seed1/model.safetensors");
    await expect(engine.call("case", { id: "999" })).rejects.toThrow('no case "999"');
    close();
  });
});

it("tells what the engine reported of an error, of any other its text", () => {
  const failure = { code: "E_CASE", message: 'no case "999"', isStopped: false } as const;
  expect(failureOf(new EngineError(failure))).toBe(failure);
  const other = { code: undefined, isStopped: false };
  expect(failureOf(new TypeError("no"))).toEqual({ ...other, message: "TypeError: no" });
  expect(failureOf("gone")).toEqual({ ...other, message: "gone" });
});
