import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { connectEngine, EngineError } from "./client.ts";
import { makeHandlers } from "./handlers.ts";
import type { Port } from "./protocol.ts";
import { serveEngine } from "./serve.ts";

/** An engine at the other end of a channel, as a page has it. */
function engineOf() {
  const { port1, port2 } = new MessageChannel();
  serveEngine(port1 as unknown as Port, makeHandlers());
  const engine = connectEngine(port2 as unknown as Port);
  port1.start();
  port2.start();
  return { engine, close: () => port1.close() };
}

const model = { kind: "loaded", name: "3-seed1" } as const;
const fileOf = (name: string) =>
  readFileSync(new URL(`../../models/3-seed1/${name}`, import.meta.url));
const files = () => ({
  name: "3-seed1",
  case: "3",
  config: fileOf("config.json").toString(),
  weights: new Uint8Array(fileOf("model.safetensors")),
  circuit: fileOf("circuit.json").toString(),
});

describe("the engine of a page", () => {
  it("loads a model of its files, runs it and cuts parts of it", async () => {
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
    const cut = (nodes: readonly string[]) =>
      engine.call("ablate", { model, tokens, nodes, ablation: "zero" });
    const { clean, ablated } = await cut(["blocks.1.attn.hook_result[2]"]);
    expect(clean.data[1]).toBeCloseTo(logits.data[1]!, 5);
    expect(Math.abs(ablated.data[1]! - clean.data[1]!)).toBeGreaterThan(0.2);
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

  it("trains a model that others can be asked about then", async () => {
    const { engine, close } = engineOf();
    const recipe = { updates: 20, trainPairs: 640, validationPairs: 64, validationInterval: 20 };
    const records: number[] = [];
    const trained = await engine.call(
      "train",
      { case: "3", name: "mine", recipe },
      {
        onProgress: (progress) => {
          if (progress.kind === "epoch") records.push(progress.record.steps);
        },
      },
    );
    expect(records).toEqual([20]);
    expect(trained.model.ref).toEqual({ kind: "loaded", name: "mine" });
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
