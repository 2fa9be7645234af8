import { describe, expect, it } from "vitest";
import {
  type Backend,
  compile,
  referenceBackend,
  sampleInput,
  type Values,
  wasmBackend,
} from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { TINY, tinyTransformer } from "./fixtures.testing.ts";
import {
  baseName,
  constantTensors,
  type HookName,
  hookShape,
  nodeHooks,
  patchedForward,
  patchedValues,
  restartAt,
  run,
  type SwitchedNode,
  sourceName,
  switchedForward,
  switchValues,
  type Transformer,
  type TransformerConfig,
  takenAt,
  usedInputs,
  writtenAt,
} from "./index.ts";

/** Each with the most by which taking nodes from the source at another point may differ. */
const BACKENDS: readonly (readonly [string, () => Backend | Promise<Backend>, number])[] = [
  ["reference", referenceBackend, 1e-12],
  ["wasm (simd)", () => wasmBackend({ variant: "simd" }), 1e-5],
  ["wasm (relaxed)", () => wasmBackend({ variant: "relaxed" }), 1e-5],
];

/** More than a tile of them. */
const ROWS = Array.from({ length: 20 }, (_, i) => [i % 6, (5 * i + 1) % 6, (i >> 1) % 6]);
const SOURCES = ROWS.toReversed();
const POSITIONS = 3;

/** One node of each kind in each block, all heads of a block, and nodes of different blocks. */
const NODE_SETS: readonly (readonly SwitchedNode[])[] = [
  [{ hook: "blocks.0.attn.hook_result", head: 1 }],
  [{ hook: "blocks.0.mlp.hook_post", head: null }],
  [{ hook: "blocks.1.attn.hook_result", head: 0 }],
  [{ hook: "blocks.1.attn.hook_result", head: null }],
  [{ hook: "blocks.1.mlp.hook_post", head: null }],
  [
    { hook: "blocks.1.mlp.hook_post", head: null },
    { hook: "blocks.0.mlp.hook_post", head: null },
    { hook: "blocks.1.attn.hook_result", head: 1 },
  ],
];

const written = (config: TransformerConfig) => (hook: HookName) => writtenAt(config, hook);
const taken = (config: TransformerConfig) => (hook: HookName) => takenAt(config, hook);

const hooksOf = (nodes: readonly SwitchedNode[]) => [...new Set(nodes.map(({ hook }) => hook))];

type Named = Readonly<Record<string, Values>>;

/** What a run captures, by the name that `name` gives a hook point. */
function captured(
  model: Transformer,
  backend: Backend,
  tokens: readonly number[][],
  capture: readonly HookName[],
  name: (hook: HookName) => string,
): Named {
  const { cache } = run(model, backend, { tokens, capture });
  return Object.fromEntries([...cache].map(([hook, { data }]) => [name(hook), data]));
}

/** The pass from the tokens, with switches at some hook points, on for the nodes that lie there. */
function wholePass(
  model: Transformer,
  backend: Backend,
  sources: Named,
  nodes: readonly SwitchedNode[],
  at: readonly HookName[],
): Values {
  const tokens = sampleInput("tokens", [POSITIONS]);
  const { logits } = switchedForward(model.config, constantTensors(model), tokens, { at });
  const program = compile({ outputs: { logits } });
  return backend.load(program).run({
    batch: ROWS.length,
    inputs: usedInputs(program, { tokens: Float32Array.from(ROWS.flat()), ...sources }),
    scalars: switchValues(model.config, nodes, at),
  }).logits;
}

/** The same from the first patched node on. */
function restartedPass(
  model: Transformer,
  backend: Backend,
  sources: Named,
  nodes: readonly SwitchedNode[],
  at: readonly HookName[],
): Values {
  const { config } = model;
  const { start, given } = restartAt(config, at);
  const inputs = new Map(
    at.map((hook) => [hook, sampleInput(sourceName(hook), hookShape(config, hook, POSITIONS))]),
  );
  const { logits } = patchedForward(config, constantTensors(model), POSITIONS, inputs);
  const program = compile({ outputs: { logits } });
  return backend.load(program).run({
    batch: ROWS.length,
    inputs: usedInputs(program, {
      ...captured(model, backend, ROWS, [start, ...given], baseName),
      ...sources,
    }),
    scalars: patchedValues(config, nodes),
  }).logits;
}

describe.each(BACKENDS)("a restarted pass on %s", (_, make, tolerance) => {
  it.each(["none", "LNPre"] as const)(
    "gives the bits of the whole pass with normalization %s",
    async (normalization) => {
      const backend = await make();
      const model = tinyTransformer({ normalization });
      const own = run(model, backend, { tokens: ROWS }).logits.data;
      const all = nodeHooks(model.config);
      const ways = [(hook: HookName) => hook, written(model.config), taken(model.config)];
      const points = [...new Set(ways.flatMap((way) => all.map(way)))];
      const sources = captured(model, backend, SOURCES, points, sourceName);
      for (const nodes of NODE_SETS) {
        const atNodes = wholePass(model, backend, sources, nodes, all);
        expect(atNodes).not.toEqual(own);
        for (const way of ways) {
          const moved = nodes.map(({ hook, head }) => ({ hook: way(hook), head }));
          const whole = wholePass(model, backend, sources, moved, all.map(way));
          expect(restartedPass(model, backend, sources, nodes, hooksOf(moved))).toEqual(whole);
          for (const [i, logit] of whole.entries()) {
            expect(Math.abs(logit - atNodes[i]!)).toBeLessThan(tolerance);
          }
        }
      }
    },
  );
});

describe("where a pass restarts", () => {
  it("is the first patched sublayer, in whatever order they are named", () => {
    const names = nodeHooks(TINY).toReversed();
    expect(restartAt(TINY, names)).toEqual({
      start: "blocks.0.hook_resid_pre",
      given: ["blocks.0.attn.hook_z"],
    });
    for (const hook of ["blocks.1.mlp.hook_post", "blocks.1.hook_mlp_out"] as const) {
      expect(restartAt(TINY, [hook])).toEqual({ start: "blocks.1.hook_resid_mid", given: [] });
    }
  });

  it("is not defined without nodes, or for other hook points", () => {
    expect(errorOf(() => restartAt(TINY, []))).toContain(
      "E_HOOK: only heads and MLPs are nodes that can be patched",
    );
    expect(
      errorOf(() => restartAt(TINY, ["blocks.0.mlp.hook_post", "blocks.0.hook_attn_out"])),
    ).toContain("received blocks.0.hook_attn_out");
  });
});
