import { describe, expect, it } from "vitest";
import { type Backend, wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { makeTransformer } from "../../transformer/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { allAlgorithms, type DiscoveryTask, getAlgorithm } from "../index.ts";

const context = { backend: await wasmBackend() };

/** A task with some values of one weight replaced by what `change` makes of them. */
function withWeight(
  task: DiscoveryTask,
  key: string,
  change: (value: number, at: number) => number,
): DiscoveryTask {
  const { config, weights } = task.transformer;
  const { shape, data } = weights.get(key)!;
  const changed = new Map([...weights, [key, { shape, data: data.map(change) }]]);
  return { ...task, transformer: makeTransformer(config, changed) };
}

const errorOf = (name: string, task: DiscoveryTask, options: Record<string, unknown> = {}) =>
  getAlgorithm(name)
    .discover(task, options, context)
    .then(() => "accepted", formatError);

describe.each(allAlgorithms().map(({ name }) => name))("%s", (name) => {
  it("refuses weights that are not finite, and names the tensor", async () => {
    const broken = withWeight(tinyTask(), "blocks.1.attn.W_K", (x, at) => (at === 5 ? NaN : x));
    expect(await errorOf(name, broken)).toMatch(
      /^E_NUMBER: the weight "blocks.1.attn.W_K" holds values that are not finite \(at blocks.1.attn.W_K\[0, 1, 2\]\)/,
    );
  });
});

describe.each(["acdc", "eap", "exact", "sp"])("%s", (name) => {
  const task = tinyTask({ actFn: "relu" });

  it("refuses a run that overflows, and names the first hook, run and row", async () => {
    const steep = withWeight(task, "blocks.0.mlp.W_in", (x) => 1e38 * x);
    const large = withWeight(steep, "blocks.0.mlp.W_out", (x) => 1e3 * x);
    expect(await errorOf(name, large, name === "sp" ? { epochs: 2 } : {})).toMatch(
      /^E_NUMBER: a forward pass gives values that are not finite \(at blocks.0.[a-z_.]+, row \d of the clean inputs, position \d\)/,
    );
  });

  it("refuses one that overflows on a single corrupted input", async () => {
    const { dVocab, dModel } = task.transformer.config;
    const clean = task.cleanTokens.map((id) => Math.min(id, dVocab - 2));
    const corrupted = task.corruptedTokens.map((id, i) => (i === 7 ? dVocab - 1 : Math.min(id, 3)));
    const lone = { ...task, cleanTokens: clean, corruptedTokens: corrupted };
    const large = withWeight(lone, "embed.W_E", (x, at) =>
      Math.floor(at / dModel) === dVocab - 1 ? 3e38 : x,
    );
    expect(await errorOf(name, large, name === "sp" ? { epochs: 2 } : {})).toMatch(
      /\(at blocks.0.[a-z_.]+, row 2 of the corrupted inputs, position [12]\)/,
    );
  });
});

describe("EAP", () => {
  it("runs the same inputs once to see whether they are finite, and others again", async () => {
    let runs = 0;
    const load: Backend["load"] = (program) => {
      const executable = context.backend.load(program);
      const runInSteps: typeof executable.runInSteps = (options) => {
        runs++;
        return executable.runInSteps(options);
      };
      return { ...executable, runInSteps };
    };
    const backend = { ...context.backend, load };
    const runsFor = async (task: DiscoveryTask) => {
      runs = 0;
      await getAlgorithm("eap").discover(task, { loss: "kl_div" }, { backend });
      return runs;
    };
    const task = tinyTask();
    const first = await runsFor(task);
    expect(await runsFor(task)).toBe(first - 1);
    expect(await runsFor({ ...task, outputPositions: "last" })).toBe(first - 1);
    expect(await runsFor({ ...task, cleanTokens: task.cleanTokens.slice() })).toBe(first);
    expect(await runsFor(withWeight(task, "embed.W_E", (x) => x))).toBe(first);
  });

  it("refuses effects that overflow where the runs do not", async () => {
    const numbers = tinyTask({ dVocabOut: 1, nLayers: 1 });
    const targets = Array.from(numbers.targets!, (x) => 1e32 * x);
    const steep = withWeight({ ...numbers, targets }, "unembed.W_U", () => 1e30);
    const answer = await errorOf("eap", steep, { loss: "mse", integratedGradSteps: 1 });
    expect(answer).toMatch(/^E_NUMBER: an effect is not a finite number \(at /);
  });
});
