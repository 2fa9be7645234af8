import { describe, expect, it } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import { asModelNodes, runSteps } from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { switchValues } from "../transformer/index.ts";
import type { BatchSpec } from "./batches.ts";
import { loadHighLevel } from "./high-level.ts";
import { jointEpochBatches } from "./joint-batches.ts";
import { makePairs } from "./pairs.ts";
import { parseRecipe, type RecipeInput } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";
import { caseThree } from "./tasks.testing.ts";
import { TERMS } from "./terms.ts";

const three = caseThree();
const backend = await wasmBackend();
const key = Key.fromSeed(4);

function specOf(changes: RecipeInput = {}, task: TrainingTask = three): BatchSpec {
  const recipe = parseRecipe({
    joint: true,
    siitSampling: "mixed",
    trainPairs: 600,
    validationPairs: 20,
    batchSize: 64,
    ...changes,
  });
  const split = makePairs(task, recipe, key.fold("pairs"));
  const targets = loadHighLevel(task, split.pairs, backend, backend.buffer(task.tokens));
  return { task, recipe, terms: TERMS, split, targets, key };
}

const usual = specOf();

const epochOf = (spec: BatchSpec, epoch = 0) => {
  const { count, draw } = runSteps(jointEpochBatches(spec, epoch));
  return Array.from({ length: count }, (_, i) => runSteps(draw(i)));
};

const valuesIn = (batches: ReturnType<typeof epochOf>, hook: `blocks.${number}.mlp.hook_post`) =>
  batches.flatMap(({ switches }) => [...switches.get(hook)!]);

describe("the batches of a joint epoch", () => {
  it("have every pair once, in an order and with nodes of their own", () => {
    const spec = usual;
    const [first, again, second] = [epochOf(spec), epochOf(spec), epochOf(spec, 1)];
    expect(first).toHaveLength(10);
    expect(first.at(-1)!.base).toHaveLength(600 - 9 * 64);
    expect(first).toEqual(again);
    expect(first[0]!.base).not.toEqual(second[0]!.base);
    const all = (batches: ReturnType<typeof epochOf>) =>
      batches.flatMap(({ base }) => [...base]).sort((a, b) => a - b);
    expect(all(first)).toEqual(all(second));
    expect(all(first)).toEqual([...spec.split.pairs.base.subarray(0, 600)].sort((a, b) => a - b));
  });

  it("exchange each variable, or none, in a third of the pairs", () => {
    const share = valuesIn(epochOf(usual), "blocks.0.mlp.hook_post").filter((x) => x === 1);
    expect(Math.abs(share.length / 600 - 1 / 3)).toBeLessThan(0.06);
  });

  it("aim at the intervened output where a variable is exchanged, else at the label", () => {
    const spec = usual;
    const { task, targets, split } = spec;
    const labels = targets.labels.read();
    const width = task.positions;
    const numbers = new Map(
      Array.from({ length: 600 }, (_, id) => [
        `${split.pairs.base[id]}>${split.pairs.source[id]}`,
        id,
      ]),
    );
    const wanted = task.correspondence.map((_, variable) => {
      const binding = targets.intervened(
        variable,
        Uint32Array.from({ length: 600 }, (_, i) => i),
      );
      if (!("table" in binding) || !("read" in binding.table)) throw new Error("not kept");
      const all = binding.table.read();
      return (id: number) =>
        all.subarray(binding.rows[id]! * width, (binding.rows[id]! + 1) * width);
    });
    const images = task.correspondence.map(({ ll }) => {
      const [node] = asModelNodes(ll);
      return (switches: ReadonlyMap<string, Float32Array>, pair: number) =>
        switches.get(node!.hook)![node!.head === null ? pair : 4 * pair + node!.head] === 1;
    });
    const seen = [0, 0, 0];
    for (const { base, source, switches, targets: aims, cases } of epochOf(spec)) {
      for (let pair = 0; pair < base.length; pair++) {
        const variable = images.findIndex((isExchanged) => isExchanged(switches, pair));
        const id = numbers.get(`${base[pair]}>${source[pair]}`)!;
        const expected =
          variable < 0
            ? labels.subarray(base[pair]! * width, (base[pair]! + 1) * width)
            : wanted[variable]!(id);
        expect([...aims.subarray(pair * width, (pair + 1) * width)]).toEqual([...expected]);
        expect(cases.iit[pair]).toBe(variable < 0 ? 0 : 1);
        seen[variable + 1]!++;
      }
    }
    expect(Math.min(...seen)).toBeGreaterThan(100);
  });

  it("count every pair as a case of one term", () => {
    for (const { base, cases, switches } of epochOf(usual)) {
      for (let pair = 0; pair < base.length; pair++) {
        const { iit, strict, behavior } = cases;
        expect(iit[pair]! + strict[pair]! + behavior[pair]!).toBe(1);
        const isExchanged = [...switches.values()].some((on) => {
          const width = on.length / base.length;
          return on.subarray(pair * width, (pair + 1) * width).includes(1);
        });
        expect(behavior[pair]).toBe(isExchanged ? 0 : 1);
      }
    }
  });

  it("leave out what is not trained", () => {
    const spec = usual;
    const natural = epochOf({ ...spec, terms: ["behavior"] });
    expect(
      natural.every(({ switches }) => [...switches.values()].every((on) => !on.includes(1))),
    ).toBe(true);
    const labels = spec.targets.labels.read();
    const { base, targets } = natural[0]!;
    expect([...targets.subarray(0, 5)]).toEqual([
      ...labels.subarray(5 * base[0]!, 5 * base[0]! + 5),
    ]);
  });

  it("exchange all heads of a layer for a variable that takes them all", () => {
    const whole = three.correspondence.map((variable, i) =>
      i === 1 ? { ...variable, ll: [{ hook: "blocks.1.attn.hook_result", head: null }] } : variable,
    );
    const task = { ...three, correspondence: whole };
    const [{ switches }] = epochOf(specOf({ siitSampling: "individual" }, task)) as [
      ReturnType<typeof epochOf>[number],
    ];
    const on = switches.get("blocks.1.attn.hook_result")!;
    const all = Object.values(switchValues(task.lowLevelConfig, []))[0]!.length;
    const rows = Array.from({ length: on.length / all }, (_, i) =>
      on.subarray(all * i, all * i + all),
    );
    const sums = new Set(rows.map((row) => row.reduce((a, b) => a + b, 0)));
    expect(sums).toEqual(new Set([0, 4]));
  });
});
