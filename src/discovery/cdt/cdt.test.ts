import { describe, expect, it } from "vitest";
import { componentScores, fullGraph } from "../../circuit/index.ts";
import {
  compile,
  mul,
  referenceBackend,
  sampleInput,
  sub,
  wasmBackend,
} from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import {
  constantTensors,
  forward,
  type HookName,
  makeTransformer,
  usedInputs,
} from "../../transformer/index.ts";
import { TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import { cdt, type DiscoveryTask, nodeExact } from "../index.ts";
import { SIGNS } from "./choices.ts";
import { decomposedHooks, decomposition, type Parts } from "./decomposition.ts";
import { measureRelevances } from "./relevance.ts";
import { searchScores } from "./rounds.ts";

const backend = referenceBackend();
const tasks = Object.entries(TINY_TASKS);

/** Logits, and their parts, of a decomposition that starts with these parts of the embeddings. */
function decomposedLogits(task: DiscoveryTask, signs: (typeof SIGNS)[number], share: number) {
  const { transformer, positions, rows, cleanTokens } = task;
  const { config } = transformer;
  const weights = constantTensors(transformer);
  const tokens = sampleInput("tokens", [positions]);
  const { logits, cache } = forward(config, weights, tokens, { capture: decomposedHooks(config) });
  const at = (hook: HookName) => cache.get(hook)!;
  const pass = decomposition({ config, weights, at, signs });
  const scaled = sampleInput("share", []);
  const total = at("blocks.0.hook_resid_pre");
  let stream: Parts = { rel: mul(total, scaled), irrel: mul(total, sub(1, scaled)) };
  for (let block = 0; block < config.nLayers; block++) {
    stream = pass.behindHeads(block, stream, pass.heads(block, stream));
    stream = pass.behindMlp(stream, pass.mlp(block, stream));
  }
  const { rel, irrel } = pass.logits(stream);
  const executable = backend.load(compile({ outputs: { logits, rel, irrel } }));
  const inputs = {
    tokens: Float32Array.from(cleanTokens),
    share: new Float32Array(rows).fill(share),
  };
  return executable.run({ batch: rows, inputs: usedInputs(executable.program, inputs) });
}

/** A task whose transformer is linear in what its heads write: they look everywhere alike. */
function linearTask(): DiscoveryTask {
  const task = tinyTask({ dVocabOut: 3 });
  const { config, weights } = task.transformer;
  const isOff = (key: string) =>
    /attn\.[Wb]_[QK]$|mlp\.[Wb]_out$|attn\.b_[VO]$|unembed\.b_U$/.test(key);
  const linear = [...weights].map(([key, { shape, data }]) => {
    return [key, { shape, data: isOff(key) ? data.map(() => 0) : data }] as const;
  });
  return { ...task, transformer: makeTransformer(config, new Map(linear)) };
}

describe("a contextual decomposition", () => {
  it.each(tasks)("has parts that add up to the run: %s", (_, task) => {
    for (const signs of SIGNS) {
      const { logits, rel, irrel } = decomposedLogits(task, signs, 0.3);
      let isSplit = false;
      for (const [i, logit] of logits!.entries()) {
        expect(Math.abs(rel![i]! + irrel![i]! - logit)).toBeLessThan(
          1e-9 * Math.max(1, Math.abs(logit)),
        );
        if (signs === "resolve") expect(rel![i]! * irrel![i]!).toBeGreaterThanOrEqual(0);
        isSplit ||= rel![i] !== 0 && irrel![i] !== 0;
      }
      expect(isSplit).toBe(true);
    }
  });

  it.each(tasks)("is of nothing where nothing is relevant: %s", (_, task) => {
    const { rel } = decomposedLogits(task, "resolve", 0);
    expect(rel!.every((x) => x === 0)).toBe(true);
  });
});

describe("CD-T", () => {
  it("is the exact effect of replacing a node by its mean where all is linear", async () => {
    const task = linearTask();
    const context = { backend };
    const options = { signs: "keep", judge: "difference" } as const;
    const ablation = "meanPositional";
    const { effects } = await cdt.discover(task, options, context);
    const exact = await nodeExact.discover(task, { loss: "avg_diff", ablation }, context);
    let largest = 0;
    for (const [node, effect] of exact.effects!) {
      if (!Number.isFinite(effect)) continue;
      largest = Math.max(largest, Math.abs(effect));
      expect(effects!.get(node)).toBeCloseTo(effect, 7);
    }
    expect(largest).toBeGreaterThan(0.01);
    const each = await cdt.discover(task, { ...options, positions: "each" }, context);
    for (const [node, effect] of effects!) {
      if (Number.isFinite(effect)) expect(each.effects!.get(node)).toBeCloseTo(effect, 9);
    }
    expect(each.diagnostics.evaluations).toBe(1 + 6 * task.positions);
  });

  it.each(tasks)("gives shares from 0 to 1, the same on every backend: %s", async (_, task) => {
    const of = async (on: typeof backend) =>
      (await cdt.discover(task, { judge: "share" }, { backend: on })).scores;
    const [slow, fast] = [await of(backend), await of(await wasmBackend())];
    for (const [node, score] of slow) {
      if (!Number.isFinite(score)) continue;
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(Math.abs(fast.get(node)! - score)).toBeLessThan(1e-3);
    }
  });

  it("keeps the order of nodes that are never taken, though all of them work against the outputs", () => {
    const names = ["a0.h0", "a0.h1", "m0"];
    const of = names.map(() => [{ output: 0, shares: new Float64Array(3) }]);
    const sizes = Float64Array.of(-0.6, -1.1, -0.2);
    const scores = searchScores(sizes, { of, names } as never, { rounds: 2, perRound: 2 });
    expect([...scores.keys()].sort((a, b) => scores[b]! - scores[a]!)).toEqual([2, 0, 1]);
    expect(Math.max(...scores)).toBeLessThan(0);
  });

  it("follows the circuit backwards, round by round", async () => {
    const task = tinyTask({ nLayers: 3 });
    const found = await measureRelevances(
      task,
      { reference: "mean", signs: "resolve", judge: "share", positions: "together" },
      { backend },
    );
    const sizes = Float64Array.from(found.of, ([one]) => one!.output);
    const order = (scores: Float64Array) =>
      [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
    expect(order(searchScores(sizes, found, { rounds: 1, perRound: 9 }))).toEqual(order(sizes));
    const scores = searchScores(sizes, found, { rounds: 2, perRound: 2 });
    const first = order(sizes).slice(0, 2);
    expect(order(scores).slice(0, 2)).toEqual(first);
    const rest = order(sizes).slice(2);
    const of = (node: number) => {
      const share = (one: number) =>
        first.reduce((sum, target) => sum + found.of[one]![0]!.shares[target]!, 0);
      const block = (one: number) => found.names[one]!.split(".")[1];
      const all = [...sizes.keys()].filter((one) => block(one) === block(node));
      return share(node) / (all.reduce((sum, one) => sum + share(one), 0) || 1);
    };
    const second = rest
      .filter((node) => of(node) > 0)
      .sort((a, b) => of(b) - of(a))
      .slice(0, 2);
    expect(second.length).toBeGreaterThan(0);
    expect(order(scores).slice(2, 2 + second.length)).toEqual(second);
    expect(scores.filter((score) => score >= 1)).toHaveLength(2 + second.length);
    for (const [node, { shares }] of found.of.map(([one]) => one!).entries()) {
      expect(shares.slice(0, node + 1).every((share) => share === 0)).toBe(true);
    }
  });

  it("finds nothing in a head that always writes its mean", async () => {
    const task = tinyTask();
    const { config, weights } = task.transformer;
    const constant = new Map(
      [...weights].map(([key, { shape, data }]) => {
        const isValue = key === "blocks.1.attn.W_V";
        const half = data.length / 2;
        return [key, { shape, data: isValue ? data.map((x, i) => (i < half ? 0 : x)) : data }];
      }),
    );
    const { scores } = await cdt.discover(
      { ...task, transformer: makeTransformer(config, constant) },
      {},
      { backend },
    );
    expect(scores.get("blocks.1.attn.hook_result[0]")).toBeLessThan(1e-12);
    expect(scores.get("blocks.1.attn.hook_result[1]")).toBeGreaterThan(1e-3);
    expect([...scores.keys()]).toEqual([
      ...componentScores(fullGraph(config), new Float64Array(6)).keys(),
    ]);
  });

  it("needs answers, unless shares are asked for, and no corrupted inputs", async () => {
    const { targets: _t, corruptedTokens: _c, ...bare } = tinyTask();
    const of = (options: Parameters<typeof cdt.discover>[1]) =>
      cdt.discover(bare, options, { backend }).then(() => "accepted", formatError);
    expect(await of({})).toContain("E_TASK: the discovery task is not usable (at targets)");
    expect(await of({ judge: "share" })).toBe("accepted");
    expect(await of({ judge: "share", nodeCount: 2, ablation: "mean" })).toBe("accepted");
    expect(await of({ judge: "share", reference: "resample" })).toContain(
      "E_TASK: there is nothing to compare the inputs with",
    );
  });
});
