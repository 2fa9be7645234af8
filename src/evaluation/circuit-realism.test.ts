import { describe, expect, it } from "vitest";
import { components, formatNode, fullGraph } from "../circuit/index.ts";
import { constant, referenceBackend, type Tensor, wasmBackend, where } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import { loadGolden } from "../training/golden.testing.ts";
import { caseThree } from "../training/tasks.testing.ts";
import { type HookName, run } from "../transformer/index.ts";
import { measureRealism, type RealismAblation, selfTask } from "./index.ts";
import { loadSubject } from "./subject.ts";

const ATOL = 0.05;

/** Realism of circuits in plain loops, by runs with hooks. */
function byHand({ trained, task }: ReturnType<typeof loadGolden>) {
  const backend = referenceBackend();
  const { config } = trained;
  const { positions, tokens, multiplicity, categorical } = task;
  const rows = Array.from({ length: multiplicity.length }, (_, r) =>
    tokens.slice(r * positions, (r + 1) * positions),
  );
  const hooks = Array.from({ length: config.nLayers }, (_, l): HookName[] => [
    `blocks.${l}.attn.hook_result`,
    `blocks.${l}.hook_mlp_out`,
  ]).flat();
  const clean = run(trained, backend, { tokens: rows, capture: hooks });
  const means = new Map(
    hooks.map((hook) => {
      const { data, shape } = clean.cache.get(hook)!;
      const size = shape.slice(1).reduce((a, b) => a * b, 1);
      const mean = new Float64Array(size);
      let all = 0;
      for (const [r, count] of Array.from(multiplicity).entries()) {
        all += count;
        for (let i = 0; i < size; i++) mean[i]! += count * data[r * size + i]!;
      }
      return [hook, mean.map((x) => x / all)];
    }),
  );
  const zeros = new Map([...means].map(([hook, mean]) => [hook, new Float64Array(mean.length)]));
  const subject = loadSubject(trained, task, backend);
  const width = config.dVocabOut;
  const answer = (values: ArrayLike<number>, at: number) => {
    const own = Array.from({ length: width }, (_, c) => values[at * width + c]!);
    return categorical ? own.indexOf(Math.max(...own)) : own[0]!;
  };
  const isRight = (x: number, label: number) =>
    categorical ? x === label : Math.abs(x - label) <= ATOL + 1e-5 * Math.abs(label);
  return (kept: ReadonlySet<string>, ablation: RealismAblation) => {
    const { logits } = runAblated(trained, rows, ablation === "mean" ? means : zeros, kept);
    let [right, lost] = [0, 0];
    for (const [r, count] of Array.from(multiplicity).entries()) {
      for (let p = 1; p < positions; p++) {
        const at = r * positions + p;
        const label = subject.labels[at]!;
        if (!isRight(answer(clean.logits.data, at), label)) continue;
        right += count;
        if (!isRight(answer(logits, at), label)) lost += count;
      }
    }
    return 1 - lost / right;
  };
}

/** Logits with all nodes that are not kept at given values, one patched run after the other. */
function runAblated(
  trained: ReturnType<typeof loadGolden>["trained"],
  rows: readonly ArrayLike<number>[],
  values: ReadonlyMap<HookName, Float64Array>,
  kept: ReadonlySet<string>,
) {
  const { config } = trained;
  const hookOf = (hook: HookName, own: Float64Array) => (x: Tensor) => {
    const replacement = constant(own, x.shape);
    if (!hook.includes("attn")) return kept.has(hook) ? x : replacement;
    const heads = Array.from({ length: config.nHeads }, (_, head) => `${hook}[${head}]`);
    const on = heads.map((text) => (kept.has(text) ? 0 : 1));
    return where(constant(on, [config.nHeads, 1]), replacement, x);
  };
  const hooks = new Map([...values].map(([hook, own]) => [hook, hookOf(hook, own)]));
  return { logits: run(trained, referenceBackend(), { tokens: rows, hooks }).logits.data };
}

describe("realism of circuits", () => {
  it.each([3, 13] as const)("is what plain loops give, of case %i", async (id) => {
    const golden = loadGolden(id);
    const { trained, task } = golden;
    const all = components(fullGraph(trained.config)).map(formatNode);
    const circuits = [2, 5, 8].map((size) => new Set(Key.fromSeed(size).sample(all, size)));
    const backend = await wasmBackend();
    const measured = await measureRealism(trained, task, circuits, { backend });
    const realismOf = byHand(golden);
    for (const [i, kept] of circuits.entries()) {
      for (const { ablation, score, ablated } of measured.circuits[i]!) {
        expect(ablated).toBe(all.length - kept.size);
        expect(score).toBeCloseTo(realismOf(kept, ablation), 12);
      }
    }
  });

  it("is 1 for everything, and for the truth of a compiled transformer", async () => {
    const task = caseThree();
    const { transformer } = task.highLevel;
    const all = components(fullGraph(transformer.config)).map(formatNode);
    const truth = new Set(["blocks.0.hook_mlp_out", "blocks.1.attn.hook_result[0]"]);
    const own = selfTask(task, transformer);
    const measured = await measureRealism(transformer, own, [new Set(all), truth, new Set()], {
      backend: await wasmBackend(),
      isExhaustive: true,
    });
    const scores = measured.circuits.map((one) => one.map(({ score }) => score));
    expect(scores[0]).toEqual([1, 1]);
    expect(scores[1]).toEqual([1, 1]);
    expect(scores[2]![0]).toBeLessThan(1);
    expect(measured).toMatchObject({ isExhaustive: true });
    expect(measured.circuits[1]![0]!.interval).toEqual({ low: 1, high: 1 });
    expect(measured.circuits[0]![0]!.accuracy).toBe(1);
  });

  it("of everything alone needs no ablated run", async () => {
    const { trained, task } = loadGolden(3);
    const all = new Set(components(fullGraph(trained.config)).map(formatNode));
    const options = { backend: await wasmBackend(), ablations: ["zero"] } as const;
    const { circuits } = await measureRealism(trained, task, [all], options);
    expect(circuits[0]![0]).toMatchObject({ ablated: 0, score: 1 });
  });

  it("refuses nodes that the transformer does not have", async () => {
    const { trained, task } = loadGolden(3);
    const circuit = new Set(["blocks.9.hook_mlp_out"]);
    const error = await measureRealism(trained, task, [circuit], {
      backend: referenceBackend(),
    }).catch(formatError);
    expect(error).toBe(
      "E_CIRCUIT: the transformer does not have a node of the circuit — expected heads and MLPs of 2 layers of 4 heads — received blocks.9.hook_mlp_out",
    );
  });
});
