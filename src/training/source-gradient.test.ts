import { describe, expect, it } from "vitest";
import {
  add,
  type Binding,
  batchMean,
  compile,
  gradients,
  referenceBackend,
  type Tensor,
} from "../engine/index.ts";
import { asModelNodes, loadCapture, type ModelNode } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import {
  nodeHooks,
  sourceName,
  switchName,
  switchValues,
  usedInputs,
} from "../transformer/index.ts";
import { outsideNodes } from "./alignment.ts";
import { flattenWeights, flatWeights } from "./flat-weights.ts";
import { highLevelLabels } from "./high-level.ts";
import { initialTransformer } from "./initial-transformer.ts";
import { jointObjective, OBJECTIVE_INPUTS, type SourceFacts, sourcePoints } from "./objective.ts";
import { openPatchSet, patchSetOf } from "./patch-set.ts";
import { parseRecipe } from "./recipe.ts";
import { caseThree } from "./tasks.testing.ts";
import { objective, type PatchPlan, switchPrefix } from "./term-objective.ts";

const backend = referenceBackend();
const task = caseThree();
const { lowLevelConfig: config, positions, correspondence } = task;
const INITIAL = parseRecipe({ initialization: "width", seed: 3 });
const { weights } = await initialTransformer(task, INITIAL);
const start = Float64Array.from(flattenWeights(config, weights));
const PAIRS = 4;
const [base, source] = ["base", "source"].map((side) =>
  Key.fromSeed(8).fold(side).integers(PAIRS, task.multiplicity.length),
) as [Uint32Array, Uint32Array];
const tokens = backend.buffer(task.tokens);
const labels = backend.buffer(highLevelLabels(task, backend, tokens, [...base, ...source]));

const image = asModelNodes(correspondence[0]!.ll);
const outside = outsideNodes(config, correspondence);
const [head, mlp] = [outside[1]!, outside.at(-1)!];

/** What is exchanged, term by term or pair by pair. */
type Exchange =
  | { readonly iit: readonly ModelNode[]; readonly strict: readonly ModelNode[]; open: boolean }
  | { readonly pairs: readonly (readonly ModelNode[])[] };

function planOf({ iit, strict, open }: Extract<Exchange, { iit: unknown }>): PatchPlan {
  return new Map([
    ["iit", open ? openPatchSet(task, "iit") : patchSetOf(iit)],
    ["strict", open ? openPatchSet(task, "strict") : patchSetOf(strict)],
  ]);
}

/** The switches of pairs that each exchange nodes of their own, as sample inputs. */
function pairSwitches(pairs: readonly (readonly ModelNode[])[]): Record<string, Float32Array> {
  const each = pairs.map((nodes) => switchValues(config, nodes));
  return Object.fromEntries(
    nodeHooks(config).map((hook) => {
      const name = switchName(hook);
      return [name, Float32Array.from(each.flatMap((values) => [...values[name]!]))];
    }),
  );
}

/** The loss of an exchange on all pairs, and its slope in every weight. */
function measure(facts: SourceFacts, exchange: Exchange, weights: Float64Array = start) {
  const { flat, tensors } = flatWeights(config);
  const lossOf = (): Tensor => {
    if ("pairs" in exchange) return jointObjective(task, tensors, facts);
    return [...objective(task, tensors, planOf(exchange), facts).values()].reduce((a, b) =>
      add(a, b),
    );
  };
  const loss = batchMean(lossOf());
  const [slope] = gradients(loss, [flat]);
  const program = compile({ outputs: { loss, slope: slope! } });
  const capture = loadCapture({
    backend,
    model: { config, tensors, bindings: { weights } },
    tokens,
    positions,
    hooks: sourcePoints(task, nodeHooks(config)),
  });
  const captured = capture.run(source);
  const inputs: Record<string, Binding> = {
    weights,
    [OBJECTIVE_INPUTS.base]: { table: tokens, rows: base },
    [OBJECTIVE_INPUTS.source]: { table: tokens, rows: source },
    [OBJECTIVE_INPUTS.label]: { table: labels, rows: base },
    [OBJECTIVE_INPUTS.intervened]: { table: labels, rows: source },
    [OBJECTIVE_INPUTS.target]: { table: labels, rows: base },
    ...captured.bind(source, sourceName),
    ...("pairs" in exchange ? pairSwitches(exchange.pairs) : {}),
  };
  const scalars =
    "pairs" in exchange
      ? {}
      : Object.assign(
          {},
          ...[...planOf(exchange)].map(([term, { chosen }]) => {
            const nodes = exchange[term as "iit" | "strict"];
            const some = nodes.filter(({ hook }) => chosen.includes(hook));
            return switchValues(config, some, chosen, { prefix: switchPrefix(term) });
          }),
        );
  const options = { batch: PAIRS, inputs: usedInputs(program, inputs), scalars };
  const result = backend.load(program).run(options);
  return { loss: result.loss[0]!, slope: Float64Array.from(result.slope) };
}

const ATTACHED = { sourceGradient: true };
const DETACHED = { sourceGradient: false };

const EXCHANGES: readonly (readonly [string, Exchange])[] = [
  ["one program per set of nodes", { iit: image, strict: [head], open: false }],
  ["MLPs that every run exchanges", { iit: image, strict: [mlp], open: false }],
  ["nodes chosen per run", { iit: image, strict: [head, mlp], open: true }],
  ["nodes chosen per pair", { pairs: [[], [...image, head], [head, mlp], image] }],
];

describe.each(EXCHANGES)("with gradients through the source, %s", (_, exchange) => {
  it("have the loss of the detached form", () => {
    const [attached, detached] = [ATTACHED, DETACHED].map((facts) => measure(facts, exchange));
    expect(Math.abs(attached!.loss - detached!.loss)).toBeLessThan(1e-12);
    const differences = attached!.slope.map((x, i) => Math.abs(x - detached!.slope[i]!));
    expect(Math.max(...differences)).toBeGreaterThan(1e-3);
  });

  it("have the slope that finite differences give", () => {
    const { slope } = measure(ATTACHED, exchange);
    const step = 1e-5;
    for (let seed = 0; seed < 3; seed++) {
      const direction = Key.fromSeed(seed).normal(start.length);
      const along = slope.reduce((sum, x, i) => sum + x * direction[i]!, 0);
      const at = (factor: number) =>
        measure(
          ATTACHED,
          exchange,
          start.map((w, i) => w + factor * direction[i]!),
        ).loss;
      const difference = (at(step) - at(-step)) / (2 * step);
      expect(Math.abs(difference - along)).toBeLessThan(1e-6 * Math.max(1, Math.abs(along)));
    }
  });
});

describe("the joint loss", () => {
  it.each([ATTACHED, DETACHED])("is the mean of those of its pairs alone (%o)", (facts) => {
    const [nothing, both, strict] = [[], [...image, head], [head, mlp]];
    const mixed = measure(facts, { pairs: [nothing, both, strict, both] }).loss;
    const alike = [nothing, both, strict].map(
      (nodes) => (pair: number) =>
        measure(facts, {
          pairs: Array.from({ length: PAIRS }, (_, i) => (i === pair ? nodes : [])),
        }).loss,
    );
    const own = measure(facts, { pairs: [[], [], [], []] }).loss;
    const sum = [alike[1]!(1), alike[2]!(2), alike[1]!(3)].reduce((a, b) => a + b - own, 0);
    expect(Math.abs(mixed - (own + sum))).toBeLessThan(1e-12);
  });

  it("is the strict one where all pairs exchange the same outside nodes", () => {
    const nodes = [head, mlp];
    const joint = measure(ATTACHED, { pairs: [nodes, nodes, nodes, nodes] });
    const both = measure(ATTACHED, { iit: [], strict: nodes, open: true });
    const none = measure(ATTACHED, { iit: [], strict: [], open: true });
    const label = measure(ATTACHED, { pairs: [[], [], [], []] });
    // The IIT term is the same in both, and so is the strict one without nodes.
    expect(Math.abs(both.loss - none.loss - (joint.loss - label.loss))).toBeLessThan(1e-12);
  });
});
