import { describe, expect, it } from "vitest";
import {
  batchMean,
  compile,
  gradients,
  referenceBackend,
  sampleInput,
  square,
  stopGradient,
  sum,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import { largestDifference, tinyTransformer } from "./fixtures.testing.ts";
import {
  forward,
  type Hook,
  type HookName,
  hookShape,
  interchangeHooks,
  interchangePoint,
  nodeHooks,
  parameterTensors,
  run,
  type SwitchedNode,
  switchInputs,
  switchValues,
  type Transformer,
  usedInputs,
} from "./index.ts";

const backend = referenceBackend();
const BASE = [
  [1, 2, 0],
  [3, 1, 4],
  [5, 5, 2],
];
const SOURCE = BASE.map((row) => row.toReversed());
const POSITIONS = 3;

/** The logits of an interchange, the loss they have, and its slope in every weight. */
function outcome(
  { weights }: Transformer,
  tensors: ReadonlyMap<string, Tensor>,
  logits: Tensor,
  inputs: Readonly<Record<string, Values>>,
  scalars: Readonly<Record<string, Float32Array>>,
): Record<string, Values> {
  const loss = batchMean(sum(square(logits)));
  const slopes = gradients(loss, [...tensors.values()]);
  const named = Object.fromEntries([...tensors.keys()].map((key, i) => [key, slopes[i]!]));
  const program = compile<string>({ outputs: { ...named, logits } });
  const values = Object.fromEntries([...weights].map(([key, { data }]) => [key, data]));
  const tokens = Float32Array.from(BASE.flat());
  return backend.load(program).run({
    batch: BASE.length,
    inputs: usedInputs(program, { tokens, ...values, ...inputs }),
    scalars: Object.fromEntries(
      Object.entries(scalars).filter(([name]) => program.inputs.has(name)),
    ),
  });
}

/** Hook points switched to the other run's captured values, which are constants. */
function bySwitches(model: Transformer, nodes: readonly SwitchedNode[]) {
  const { config } = model;
  const tensors = parameterTensors(config);
  const hooks = nodeHooks(config);
  const { cache } = run(model, backend, { tokens: SOURCE, capture: hooks });
  const inputs = switchInputs(config, POSITIONS, hooks);
  const switches = new Map(
    [...inputs].map(([hook, { on, source }]) => [hook, { on, source: stopGradient(source) }]),
  );
  const tokens = sampleInput("tokens", [POSITIONS]);
  const { logits } = forward(config, tensors, tokens, { switches });
  const sources = [...cache].map(([hook, { data }]) => [`source:${hook}`, data] as const);
  const scalars = switchValues(config, nodes, hooks);
  return outcome(model, tensors, logits, Object.fromEntries(sources), scalars);
}

/** The same by interchange from the points before; `always` leaves no choice for MLPs. */
function byInterchange(model: Transformer, nodes: readonly SwitchedNode[], always: boolean) {
  const { config } = model;
  const tensors = parameterTensors(config);
  const at = always ? [...new Set(nodes.map(({ hook }) => hook))] : nodeHooks(config);
  const points = at.map((hook) => interchangePoint(config, hook));
  const { cache } = run(model, backend, { tokens: SOURCE, capture: points });
  const inputs = switchInputs(config, POSITIONS, at);
  const hooks = new Map<HookName, Hook>(
    at.flatMap((hook) => {
      const point = interchangePoint(config, hook);
      const source = sampleInput(`source:${point}`, hookShape(config, point, POSITIONS));
      const isMlp = hook.endsWith("hook_post");
      const on = always && isMlp ? "always" : inputs.get(hook)!.on;
      return interchangeHooks(config, tensors, { hook, source, on });
    }),
  );
  const tokens = sampleInput("tokens", [POSITIONS]);
  const { logits } = forward(config, tensors, tokens, { hooks });
  const sources = [...cache].map(([hook, { data }]) => [`source:${hook}`, data] as const);
  const scalars = switchValues(config, nodes, at);
  return outcome(model, tensors, logits, Object.fromEntries(sources), scalars);
}

const NODE_SETS: readonly (readonly [string, readonly SwitchedNode[]])[] = [
  ["a head", [{ hook: "blocks.1.attn.hook_result", head: 1 }]],
  ["all heads of a block", [{ hook: "blocks.0.attn.hook_result", head: null }]],
  ["an MLP", [{ hook: "blocks.0.mlp.hook_post", head: null }]],
  [
    "a head and an MLP",
    [
      { hook: "blocks.0.attn.hook_result", head: 0 },
      { hook: "blocks.1.mlp.hook_post", head: null },
    ],
  ],
];

describe.each(["none", "LNPre"] as const)(
  "an interchange with normalization %s",
  (normalization) => {
    const model = tinyTransformer({ normalization });

    it.each(NODE_SETS)("of %s has a switch's logits and slopes", (_, nodes) => {
      const wanted = bySwitches(model, nodes);
      const own = bySwitches(model, []);
      expect(largestDifference(wanted.logits!, own.logits!)).toBeGreaterThan(1e-3);
      for (const always of [false, true]) {
        const received = byInterchange(model, nodes, always);
        for (const [name, values] of Object.entries(wanted)) {
          expect(largestDifference(received[name]!, values), name).toBeLessThan(1e-12);
        }
      }
    });

    it("of an MLP leaves its input weights without a slope, but not its output weights", () => {
      const slopes = byInterchange(model, NODE_SETS[2]![1], true);
      const largest = (key: string) => Math.max(...slopes[key]!.map(Math.abs));
      expect(largest("blocks.0.mlp.W_in")).toBe(0);
      expect(largest("blocks.0.mlp.W_out")).toBeGreaterThan(1e-3);
    });
  },
);
