import { describe, expect, it } from "vitest";
import { type Backend, referenceBackend, wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import {
  STORED_CASES,
  type StoredDiscovery,
  storedDiscovery,
  tinyTask,
} from "../fixtures.testing.ts";
import { circuitFaithfulness, type EdgeScores, eap, type TASK_LOSSES } from "../index.ts";

const wasm = await wasmBackend();

/** Every score within 1e-5 of the largest one, and those above 1e-3 of it within 1e-4 of themselves. */
function expectScores(
  found: EdgeScores,
  expected: readonly number[],
  { order }: StoredDiscovery,
): void {
  const largest = Math.max(...expected.map(Math.abs));
  expect(found.size).toBe(expected.length);
  for (const [place, [from, to]] of order.entries()) {
    const [score, wanted] = [found.get(`${from}->${to}`)!, expected[place]!];
    expect(Math.abs(score - wanted)).toBeLessThan(1e-5 * largest);
    if (Math.abs(wanted) < 1e-3 * largest) continue;
    expect(Math.abs(score - wanted)).toBeLessThan(1e-4 * Math.abs(wanted));
  }
}

describe.each(STORED_CASES)("EAP on case %s", (id) => {
  const { task, stored } = storedDiscovery(id);

  it.each(stored.losses)("gives the original's scores for %s", async (loss) => {
    const { effects } = await eap.discover(task, { loss }, { backend: wasm });
    expectScores(effects!, stored.eap[loss], stored);
  });

  it.each(stored.losses)("gives the original's integrated gradients for %s", async (loss) => {
    const options = { loss, integratedGradSteps: 10 };
    const { effects, diagnostics } = await eap.discover(task, options, { backend: wasm });
    expectScores(effects!, stored.ig10sum[loss], stored);
    expect(diagnostics.backwardPasses).toBe(11);
  });
});

describe("the options of EAP", () => {
  it("have no room for steps without end", () => {
    const parse = (integratedGradSteps: number) =>
      eap.options.safeParse({ threshold: 0, integratedGradSteps }).success;
    expect([1, 10_000, 10_001, 1e9, 1e15].map(parse)).toEqual([true, true, false, false, false]);
  });
});

describe("EAP on the reference backend", () => {
  const { task, stored } = storedDiscovery("3");

  it.each(stored.losses)("gives the original's scores of case 3 for %s", async (loss) => {
    const { effects } = await eap.discover(task, { loss }, { backend: referenceBackend() });
    expectScores(effects!, stored.eap[loss], stored);
  });
});

describe("the algorithm eap", () => {
  const backend = referenceBackend();

  it("uses kl_div for classes and mae for numbers", async () => {
    const effects = async (dVocabOut: number, loss?: (typeof TASK_LOSSES)[number]) =>
      (await eap.discover(tinyTask({ dVocabOut }), { loss }, { backend })).effects;
    expect(await effects(8)).toEqual(await effects(8, "kl_div"));
    expect(await effects(1)).toEqual(await effects(1, "mae"));
  });

  it("gives scores without a circuit unless one is selected", async () => {
    const { circuit, scores, effects, diagnostics } = await eap.discover(
      tinyTask(),
      {},
      { backend },
    );
    expect(circuit).toBeUndefined();
    expect(diagnostics).toEqual({ evaluations: 2, backwardPasses: 1, faithfulness: undefined });
    for (const [text, effect] of effects!) expect(scores.get(text)).toBe(Math.abs(effect));
    expect([...effects!.values()].some((effect) => effect < 0)).toBe(true);
  });

  it("selects exactly edgeCount edges and measures their circuit", async () => {
    const task = tinyTask();
    const { circuit, scores, diagnostics } = await eap.discover(
      task,
      { edgeCount: 7 },
      { backend },
    );
    expect(circuit!.edges.size).toBe(7);
    const weakest = Math.min(...[...circuit!.edges.keys()].map((text) => scores.get(text)!));
    expect([...scores.values()].filter((score) => score > weakest)).toHaveLength(6);
    expect(diagnostics.faithfulness).toBe(await circuitFaithfulness(task, circuit!, { backend }));
  });

  it("gives the same bytes every time", async () => {
    const bytes = async (on: Backend) => {
      const options = { threshold: 0.01, integratedGradSteps: 3 };
      const { scores, effects, diagnostics } = await eap.discover(
        storedDiscovery("13").task,
        options,
        { backend: on },
      );
      return JSON.stringify([[...scores], [...effects!], diagnostics]);
    };
    const first = await bytes(wasm);
    expect(await bytes(wasm)).toBe(first);
    expect(await bytes(await wasmBackend())).toBe(first);
  });

  it("says which targets are missing, and which losses fit", async () => {
    const { targets: _, ...without } = tinyTask();
    const errorOf = (task: typeof without, options: Parameters<typeof eap.discover>[1]) =>
      eap.discover(task, options, { backend }).catch(formatError);
    expect(await errorOf(without, {})).toBe(
      'E_TASK: the discovery task is not usable (at targets) — expected [row, pos] targets, which the loss "kl_div" needs — received nothing. In a file of prompts they are the key "targets".',
    );
    expect(await errorOf(tinyTask(), { loss: "mae" })).toBe(
      'E_LOSS: the loss "mae" does not fit the task — expected faithfulness or kl_div or avg_diff, for classes — received mae',
    );
    const wide = tinyTask({}, { categorical: false });
    expect(await errorOf(wide, { loss: "mse" })).toBe(
      'E_LOSS: the loss "mse" is for a single output — expected dVocabOut 1 — received 8',
    );
  });
});
