import { describe, expect, it } from "vitest";
import {
  batchMean,
  compile,
  fill,
  gradients,
  mul,
  parameter,
  referenceBackend,
  sampleInput,
  scalar,
  square,
  sum,
  type Values,
} from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { TorchRandom } from "../rng/index.ts";
import {
  decodeWeights,
  expectClose,
  largestDifference,
  loadFixture,
  type SiitFixture,
  TINY,
  tinyTransformer,
} from "./fixtures.testing.ts";
import {
  constantTensors,
  forward,
  type HookName,
  initializeTransformer,
  makeTransformer,
  nodeHooks,
  parameterTensors,
  patchHead,
  run,
  type SwitchedNode,
  sourceName,
  switchedForward,
  switchInputs,
  switchName,
  switchValues,
  type Transformer,
  torchNormals,
  usedInputs,
} from "./index.ts";

const backend = referenceBackend();

/** One program, run once for each set of patched nodes. */
function patchedLogits(
  model: Transformer,
  base: readonly number[][],
  ablation: readonly number[][],
  nodeSets: readonly SwitchedNode[][],
  at = nodeHooks(model.config),
) {
  const positions = base[0]!.length;
  const tokens = sampleInput("tokens", [positions]);
  const { logits } = switchedForward(model.config, constantTensors(model), tokens, { at });
  const executable = backend.load(compile({ outputs: { logits } }));
  const { cache } = run(model, backend, { tokens: ablation, capture: at });
  const sources = [...cache].map(([hook, { data }]) => [sourceName(hook), data] as const);
  const inputs = { tokens: Float32Array.from(base.flat()), ...Object.fromEntries(sources) };
  return nodeSets.map((nodes) => {
    const scalars = switchValues(model.config, nodes, at);
    const data: Values = executable.run({ batch: base.length, inputs, scalars }).logits;
    return { shape: [base.length, ...logits.shape], data };
  });
}

/** The same by a hook that is built for this node alone. */
function hookedLogits(
  model: Transformer,
  base: readonly number[][],
  ablation: readonly number[][],
  { hook, head }: SwitchedNode,
): Values {
  const tokens = sampleInput("tokens", [base[0]!.length]);
  const { cache } = run(model, backend, { tokens: ablation, capture: [hook] });
  const { shape, data } = cache.get(hook)!;
  const source = sampleInput("source", shape.slice(1));
  const hooks = new Map([
    [hook, (x: typeof source) => (head === null ? source : patchHead(x, head, source))],
  ]);
  const { logits } = forward(model.config, constantTensors(model), tokens, { hooks });
  const program = compile({ outputs: { logits } });
  const inputs = { tokens: Float32Array.from(base.flat()), source: data };
  return backend.load(program).run({ batch: base.length, inputs: usedInputs(program, inputs) })
    .logits;
}

const BASE = [
  [0, 5, 3],
  [1, 1, 4],
];
const ABLATION = [
  [2, 5, 0],
  [4, 3, 1],
];

describe("a switched forward pass", () => {
  const model = tinyTransformer({ normalization: "LNPre", nHeads: 3 });

  it("has switches for every head and MLP", () => {
    expect(nodeHooks({ ...TINY, nLayers: 0 })).toEqual([]);
    expect(nodeHooks(TINY)).toEqual([
      "blocks.0.attn.hook_result",
      "blocks.0.mlp.hook_post",
      "blocks.1.attn.hook_result",
      "blocks.1.mlp.hook_post",
    ]);
    const switches = switchInputs(TINY, 3);
    expect([...switches.values()].map(({ on }) => on.shape)).toEqual([[2], [], [2], []]);
    expect([...switches.values()].map(({ source }) => source.shape)).toEqual([
      [3, 2, 5],
      [3, 7],
      [3, 2, 5],
      [3, 7],
    ]);
  });

  it("is the ordinary one with all switches at 0", () => {
    const [off] = patchedLogits(model, BASE, ABLATION, [[]]);
    const plain = run(model, backend, { tokens: BASE }).logits;
    expect(off!.shape).toEqual(plain.shape);
    expect(largestDifference(off!.data, plain.data)).toBeLessThan(1e-12);
  });

  it("patches each node like a hook made for it, without another program", () => {
    const nodes = nodeHooks(model.config).flatMap((hook): SwitchedNode[] =>
      hook.endsWith("post")
        ? [{ hook, head: null }]
        : [0, 1, 2, null].map((head) => ({ hook, head })),
    );
    const plain = run(model, backend, { tokens: BASE }).logits.data;
    const all = patchedLogits(
      model,
      BASE,
      ABLATION,
      nodes.map((node) => [node]),
    );
    for (const [i, node] of nodes.entries()) {
      const expected = hookedLogits(model, BASE, ABLATION, node);
      expect(largestDifference(all[i]!.data, expected)).toBeLessThan(1e-12);
      expect(largestDifference(expected, plain)).toBeGreaterThan(1e-3);
    }
  });

  it("can switch any hook point, per head where there are heads", () => {
    const at: HookName[] = ["hook_embed", "blocks.0.hook_q_input", "blocks.1.attn.hook_pattern"];
    const nodes: SwitchedNode[] = [
      { hook: "hook_embed", head: null },
      { hook: "blocks.0.hook_q_input", head: 1 },
      { hook: "blocks.1.attn.hook_pattern", head: null },
    ];
    const bidirectional = tinyTransformer({ attentionDir: "bidirectional" });
    const sets = nodes.map((node) => [node]);
    const all = patchedLogits(bidirectional, BASE, ABLATION, sets, at);
    for (const [i, node] of nodes.entries()) {
      const expected = hookedLogits(bidirectional, BASE, ABLATION, node);
      expect(largestDifference(all[i]!.data, expected)).toBeLessThan(1e-12);
    }
  });

  it("gives the same whether or not the patched head results are captured", () => {
    const hook = "blocks.0.attn.hook_result";
    const tokens = sampleInput("tokens", [3]);
    const weights = constantTensors(model);
    const switches = switchInputs(model.config, 3, [hook]);
    const outputs = {
      short: forward(model.config, weights, tokens, { switches }).logits,
      long: forward(model.config, weights, tokens, { switches, capture: [hook] }).logits,
    };
    const { data } = run(model, backend, { tokens: ABLATION, capture: [hook] }).cache.get(hook)!;
    const inputs = { tokens: Float32Array.from(BASE.flat()), [sourceName(hook)]: data };
    const scalars = { [switchName(hook)]: [0, 1, 0.25] };
    const result = backend.load(compile({ outputs })).run({ batch: 2, inputs, scalars });
    expect(largestDifference(result.short, result.long)).toBeLessThan(1e-12);
  });

  it("sends no gradient into what it has replaced", () => {
    const { config } = model;
    const weights = parameterTensors(config);
    const switched = switchedForward(config, weights, sampleInput("tokens", [3]));
    const loss = batchMean(sum(square(switched.logits)));
    const [gradient] = gradients(loss, [weights.get("blocks.1.attn.W_O")!]);
    const program = compile({ outputs: { gradient: gradient! } });
    const { cache } = run(model, backend, { tokens: ABLATION, capture: nodeHooks(config) });
    const inputs = {
      tokens: Float32Array.from(BASE.flat()),
      ...Object.fromEntries([...model.weights].map(([key, { data }]) => [key, data])),
      ...Object.fromEntries([...cache].map(([hook, { data }]) => [sourceName(hook), data])),
    };
    const scalars = switchValues(config, [{ hook: "blocks.1.attn.hook_result", head: 1 }]);
    const values = backend
      .load(program)
      .run({ batch: 2, inputs: usedInputs(program, inputs), scalars }).gradient;
    const perHead = [0, 1, 2].map((h) =>
      Math.max(...values.slice(h * 15, (h + 1) * 15).map(Math.abs)),
    );
    expect(perHead[1]).toBe(0);
    expect(Math.min(perHead[0]!, perHead[2]!)).toBeGreaterThan(1e-3);
  });

  it("refuses nodes without a switch, and switches that do not fit", () => {
    const values = (node: SwitchedNode) => errorOf(() => switchValues(TINY, [node]));
    expect(values({ hook: "blocks.0.hook_mlp_out", head: null })).toContain(
      "E_HOOK: the node has no switch",
    );
    expect(values({ hook: "blocks.0.attn.hook_result", head: 2 })).toContain(
      "received blocks.0.attn.hook_result[2]",
    );
    expect(values({ hook: "blocks.0.mlp.hook_post", head: 0 })).toContain("[0]");
    const build = (hook: HookName, on: number[], source: number[]) => {
      const choice = { on: scalar("on", on), source: sampleInput("source", source) };
      const switches = new Map([[hook, choice]]);
      return errorOf(() =>
        forward(TINY, parameterTensors(TINY), sampleInput("tokens", [3]), { switches }),
      );
    };
    expect(build("blocks.0.attn.hook_result", [3], [3, 2, 5])).toBe(
      'E_HOOK: the switch of "blocks.0.attn.hook_result" has the wrong shape — expected [] or [2], one per head — received [3]',
    );
    expect(build("blocks.0.attn.hook_result", [2], [3, 5])).toContain("expected [3, 2, 5]");
    expect(build("blocks.0.mlp.hook_post", [2], [3, 7])).toContain("expected [] — received [2]");
    expect(build("blocks.0.attn.hook_result", [], [3, 2, 5])).toBe("accepted");
  });

  it("takes a parameter for a switch and learns it", () => {
    const on = parameter("on", [3]);
    const source = fill(0, [3, 3, 5]);
    const tokens = sampleInput("tokens", [3]);
    const switches = new Map([["blocks.1.attn.hook_result" as const, { on, source }]]);
    const { logits } = forward(model.config, constantTensors(model), tokens, { switches });
    const loss = batchMean(sum(mul(logits, logits)));
    const program = compile({ outputs: { loss, slope: gradients(loss, [on])[0]! } });
    const executable = backend.load(program);
    const at = (values: number[]) =>
      executable.run({
        batch: 2,
        inputs: { tokens: Float32Array.from(BASE.flat()), on: Float64Array.from(values) },
      });
    const { slope } = at([0.2, 0.5, 0.9]);
    for (const h of [0, 1, 2]) {
      const shifted = (by: number) =>
        at([0.2, 0.5, 0.9].map((x, i) => (i === h ? x + by : x))).loss[0]!;
      const difference = (shifted(1e-4) - shifted(-1e-4)) / 2e-4;
      expect(Math.abs(slope[h]! - difference)).toBeLessThan(1e-5 * Math.abs(difference) + 1e-7);
    }
  });
});

describe.each([
  { id: 3, hook: "blocks.1.attn.hook_result", ll: 2 },
  { id: 13, hook: "blocks.0.attn.hook_result", ll: 0 },
] as const)("an interchange intervention in case $id", ({ id, hook, ll }) => {
  const fixture = loadFixture<SiitFixture>(`siit-${id}`);
  const { baseTokens, ablationTokens } = fixture;

  it("gives the original's outputs in the low-level model", () => {
    const model = initializeTransformer(fixture.config, torchNormals(new TorchRandom(0)));
    const nodes = [[{ hook, head: ll }]];
    const [patched] = patchedLogits(model, baseTokens, ablationTokens, nodes);
    expectClose(patched!, fixture.intervenedLl, 1e-5);
  });

  it("gives the original's outputs in the high-level model", () => {
    const model = makeTransformer(fixture.hlConfig, decodeWeights(fixture.hlWeights));
    const [patched] = patchedLogits(model, baseTokens, ablationTokens, [[{ hook, head: 0 }]]);
    if (fixture.hlConfig.dVocabOut === 1) {
      expectClose(patched!, fixture.intervenedHl, 1e-5);
    } else {
      const { dVocabOut } = fixture.hlConfig;
      const classes = Array.from({ length: patched!.data.length / dVocabOut }, (_, i) => {
        const row = [...patched!.data.slice(i * dVocabOut, (i + 1) * dVocabOut)];
        return row.indexOf(Math.max(...row));
      });
      expectClose(
        { shape: fixture.intervenedHl.shape, data: Float64Array.from(classes) },
        fixture.intervenedHl,
        1e-9,
      );
    }
  });
});
