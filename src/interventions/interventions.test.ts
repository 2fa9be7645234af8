import { describe, expect, it } from "vitest";
import { compile, sampleInput, type Values, wasmBackend } from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import { drawPairs, outsideNodes } from "../training/index.ts";
import { caseThree } from "../training/tasks.testing.ts";
import {
  constantTensors,
  forward,
  initializeTransformer,
  keyNormals,
  nodeHooks,
  sourceName,
  switchedForward,
  switchValues,
  takenAt,
} from "../transformer/index.ts";
import { loadInterventions, type Pairs } from "./interventions.ts";
import type { ModelNode } from "./nodes.ts";

const backend = await wasmBackend();
const task = caseThree();
const { lowLevelConfig: config, positions } = task;
const model = initializeTransformer(config, keyNormals(Key.fromSeed(1)));
const tensors = constantTensors(model);
const tokens = backend.buffer(task.tokens);
const hooks = nodeHooks(config);
const taken = hooks.map((hook) => takenAt(config, hook));

/** More than one tile of pairs, some inputs in several of them. */
const pairs = drawPairs(task.multiplicity, 50, Key.fromSeed(2));
const outside = outsideNodes(config, task.correspondence);

/** Logits of the pass from the tokens, with a switch wherever nodes can be taken from the source. */
function wholePass({ base, source }: Pairs, nodes: readonly ModelNode[]): Values {
  const input = sampleInput("tokens", [positions]);
  const captured = forward(config, tensors, input, { capture: taken }).cache;
  const capturing = backend.load(compile<string>({ outputs: Object.fromEntries(captured) }));
  const { logits } = switchedForward(config, tensors, input, { at: taken });
  const batch = base.length;
  const sources = Object.entries(
    capturing.run({ batch, inputs: { tokens: { table: tokens, rows: source } } }),
  );
  return backend.load(compile({ outputs: { logits } })).run({
    batch,
    inputs: {
      tokens: { table: tokens, rows: base },
      ...Object.fromEntries(
        sources.map(([hook, values]) => [sourceName(hook as (typeof taken)[number]), values]),
      ),
    },
    scalars: switchValues(
      config,
      nodes.map(({ hook, head }) => ({ hook: takenAt(config, hook), head })),
      taken,
    ),
  }).logits;
}

function load(options: { readonly keep?: Pairs; readonly budget?: number } = {}) {
  return loadInterventions({
    backend,
    model: { config, tensors, bindings: {} },
    tokens,
    positions,
    hooks,
    logitsAt: "all",
    read: (logits) => ({ logits }),
    ...options,
  });
}

/** The logits of all pairs, and in how many pieces they came. */
function patchAll(options: Parameters<typeof load>[0], nodes: readonly ModelNode[], most?: number) {
  const interventions = load(options);
  const pieces = [...interventions.pieces(pairs, most)].map(({ offset }) => offset);
  const logits: number[] = [];
  for (const piece of interventions.pieces(pairs, most)) logits.push(...piece.patch(nodes).logits);
  interventions.dispose();
  return { logits, pieces };
}

describe("interventions", () => {
  it("give the bits of whole passes, for single nodes and several at once", () => {
    for (const nodes of [...outside.map((node) => [node]), outside]) {
      expect(patchAll({}, nodes).logits).toEqual([...wholePass(pairs, nodes)]);
    }
  });

  it("give the same when runs are kept, and when the pairs do not fit at once", () => {
    const whole = [...wholePass(pairs, [outside[0]!])];
    const kept = patchAll({ keep: pairs }, [outside[0]!]);
    expect([kept.pieces, kept.logits]).toEqual([[0], whole]);
    const inPieces = patchAll({ budget: 15_000 }, [outside[0]!]);
    expect(inPieces.pieces.length).toBeGreaterThan(1);
    expect(inPieces.logits).toEqual(whole);
    const oneByOne = patchAll({ budget: 1 }, [outside[0]!]);
    expect([oneByOne.pieces.length, oneByOne.logits]).toEqual([50, whole]);
    const atMost = patchAll({}, [outside[0]!], 20);
    expect([atMost.pieces, atMost.logits]).toEqual([[0, 20, 40], whole]);
  });

  it("can be made on some pairs of a piece", () => {
    const numbers = Uint32Array.of(40, 3, 3);
    const [nodes, whole] = [[outside[5]!], wholePass(pairs, [outside[5]!])];
    const width = whole.length / 50;
    const interventions = load();
    for (const piece of interventions.pieces(pairs)) {
      const { logits } = piece.pick(numbers).patch(nodes);
      const expected = [...numbers].flatMap((i) => [...whole.subarray(i * width, (i + 1) * width)]);
      expect([...logits]).toEqual(expected);
    }
    interventions.dispose();
  });

  it("are refused where no node is named", () => {
    const interventions = load();
    for (const piece of interventions.pieces(pairs)) {
      expect(() => piece.patch([])).toThrow("only heads and MLPs are nodes that can be patched");
    }
    interventions.dispose();
  });
});
