import { expect, it } from "vitest";
import { formatNode } from "../circuit/index.ts";
import { compile, referenceBackend, sizeOf, wasmBackend } from "../engine/index.ts";
import { lowLevelNodes } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import {
  constantTensors,
  type HookName,
  initializeTransformer,
  keyNormals,
  run,
  sourceHooks,
  type Transformer,
} from "../transformer/index.ts";
import { outsideNodes } from "./alignment.ts";
import { jointObjective, OBJECTIVE_INPUTS } from "./objective.ts";
import { FAST_RECIPE } from "./presets.ts";
import { parseRecipe } from "./recipe.ts";
import { silenceLoss } from "./silence.ts";
import { caseThree } from "./tasks.testing.ts";
import { train } from "./train.ts";

const task = caseThree();
const { lowLevelConfig: config, correspondence, positions } = task;
const transformer = initializeTransformer(config, keyNormals(Key.fromSeed(7)));
const rowOf = (row: number) => task.tokens.slice(positions * row, positions * (row + 1));

/** The loss of a pair that exchanges nothing. */
function lossOn(silenceWeight: number, base: ArrayLike<number>, source: ArrayLike<number>): number {
  const facts = { sourceGradient: true, edgeExchange: true };
  const further = silenceLoss(task, silenceWeight);
  const loss = jointObjective(task, constantTensors(transformer), facts, further);
  const executable = referenceBackend().load(compile({ outputs: { loss } }));
  const inputs = [...executable.program.inputs.values()];
  const zeros = inputs.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))] as const);
  return executable.run({
    batch: 1,
    inputs: {
      ...Object.fromEntries(zeros),
      [OBJECTIVE_INPUTS.base]: Float32Array.from(base),
      [OBJECTIVE_INPUTS.source]: Float32Array.from(source),
    },
  }).loss[0]!;
}

/** What the nodes of a model write on an input: `[pos][d]` by node. */
function written(
  tokens: ArrayLike<number>,
  model: Transformer = transformer,
): ReadonlyMap<string, number[][]> {
  const capture = sourceHooks(config);
  const { cache } = run(model, referenceBackend(), { tokens: [Array.from(tokens)], capture });
  return new Map(
    lowLevelNodes(config).map((node) => {
      const { hook, head } = node;
      const { data } = cache.get(hook.replace("mlp.hook_post", "hook_mlp_out") as HookName)!;
      const heads = head === null ? 1 : config.nHeads;
      const at = (pos: number, d: number) => data[(pos * heads + (head ?? 0)) * config.dModel + d]!;
      return [
        formatNode(node),
        Array.from({ length: positions }, (_, pos) =>
          Array.from({ length: config.dModel }, (_, d) => at(pos, d)),
        ),
      ];
    }),
  );
}

it("adds to the loss how differently outside nodes write on the two inputs", () => {
  const [base, source] = [rowOf(17), rowOf(201)];
  const [own, other] = [written(base), written(source)];
  let moved = 0;
  for (const node of outsideNodes(config, correspondence).map(formatNode)) {
    for (const [pos, values] of own.get(node)!.entries()) {
      for (const [d, x] of values.entries()) moved += (x - other.get(node)![pos]![d]!) ** 2;
    }
  }
  expect(moved).toBeGreaterThan(1);
  const plain = lossOn(0, base, source);
  expect(lossOn(0.3, base, source) - plain).toBeCloseTo((0.3 * moved) / positions, 10);
  expect(lossOn(0.3, base, base)).toBeCloseTo(lossOn(0, base, base), 12);
});

it("silences outside nodes where a recipe says so", async () => {
  const backend = await wasmBackend();
  const distanceAfter = async (silenceWeight: number) => {
    const changes = { silenceWeight, updates: 60, trainPairs: 2048, validationPairs: 64, seed: 1 };
    const recipe = parseRecipe({ ...FAST_RECIPE, ...changes });
    const { transformer: trained } = await train(task, recipe, { backend });
    const [own, other] = [written(rowOf(17), trained), written(rowOf(201), trained)];
    const outside = outsideNodes(config, correspondence).map(formatNode);
    return Math.max(
      ...outside.flatMap((node) =>
        own
          .get(node)!
          .flatMap((values, pos) => values.map((x, d) => Math.abs(x - other.get(node)![pos]![d]!))),
      ),
    );
  };
  expect(await distanceAfter(1)).toBeLessThan((await distanceAfter(0)) / 2);
});
