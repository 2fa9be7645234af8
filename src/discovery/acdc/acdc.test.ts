import { beforeAll, describe, expect, it } from "vitest";
import { circuitFromTexts, evaluateCircuit, formatEdge } from "../../circuit/index.ts";
import { type Backend, referenceBackend, wasmBackend } from "../../engine/index.ts";
import { STORED_CASES, type StoredCaseId, storedDiscovery } from "../fixtures.testing.ts";
import { type AcdcOutcome, acdc, acdcSweep, circuitFaithfulness } from "../index.ts";

/** Closer to its threshold than this, rounding decides about an edge. */
const UNDECIDED = 1e-6;

/** Thresholds for which the original came closer than that: its zero, in all cases. */
const UNDECIDED_RUNS: Readonly<Record<StoredCaseId, readonly number[]>> = {
  "3": [0],
  "4": [0],
  "7": [0],
  "13": [0],
  "18": [0],
};

const wasm = await wasmBackend();

/** The kept edges as places in the stored order. */
function keptPlaces({ circuit }: AcdcOutcome, order: readonly (readonly [string, string])[]) {
  const texts = order.map(([from, to]) => `${from}->${to}`);
  return [...texts.keys()].filter((place) => circuit.edges.has(texts[place]!));
}

describe.each(STORED_CASES)("ACDC on case %s, all thresholds in one pass", (id) => {
  const { task, stored } = storedDiscovery(id);
  let outcomes: readonly AcdcOutcome[] = [];
  beforeAll(async () => {
    const thresholds = stored.acdc.map(({ threshold }) => threshold);
    ({ outcomes } = await acdcSweep(task, thresholds, { backend: wasm }));
  });
  const decided = stored.acdc.filter(({ threshold }) => !UNDECIDED_RUNS[id].includes(threshold));

  it("leaves out only thresholds at which the original was undecided", () => {
    const close = stored.acdc.filter(({ closestDecision }) => closestDecision < UNDECIDED);
    expect(close.map(({ threshold }) => threshold)).toEqual(UNDECIDED_RUNS[id]);
    expect(decided).toHaveLength(6);
  });

  it("keeps the edges that the original keeps, in its order", () => {
    for (const { threshold, kept } of decided) {
      const outcome = outcomes.find((candidate) => candidate.threshold === threshold)!;
      expect(keptPlaces(outcome, stored.order)).toEqual(kept);
    }
  });

  it("comes to the original's faithfulness", () => {
    for (const [i, { faithfulness }] of stored.acdc.entries()) {
      const tolerance = 1e-6 * Math.max(1, faithfulness);
      expect(Math.abs(outcomes[i]!.faithfulness - faithfulness)).toBeLessThan(tolerance);
    }
  });

  it("measures what the factored forward pass measures for its circuits", async () => {
    for (const { circuit, faithfulness } of outcomes) {
      const whole = await circuitFaithfulness(task, circuit, { backend: wasm });
      expect(Math.abs(faithfulness - whole)).toBeLessThan(1e-6 * Math.max(1, whole));
    }
  });

  it("comes as close to its thresholds as the original", () => {
    for (const [i, { closestDecision }] of stored.acdc.entries()) {
      expect(Math.abs(outcomes[i]!.closestDecision - closestDecision)).toBeLessThan(5e-7);
    }
  });

  it("agrees on every decided edge even where others are undecided", () => {
    for (const [i, { kept }] of stored.acdc.entries()) {
      const { circuit, changes, threshold } = outcomes[i]!;
      for (const [place, [from, to]] of stored.order.entries()) {
        const text = `${from}->${to}`;
        if (Math.abs(changes.get(text)! - threshold) < UNDECIDED) continue;
        expect([text, circuit.edges.has(text)]).toEqual([text, kept.includes(place)]);
      }
    }
  });

  it("scores as the original does", () => {
    const truth = circuitFromTexts(
      stored.truth.map((text) => text.split("->") as [string, string]),
    );
    for (const { threshold, rates } of decided) {
      const { circuit } = outcomes.find((candidate) => candidate.threshold === threshold)!;
      const score = evaluateCircuit(circuit, truth, task.transformer.config);
      for (const kind of ["nodes", "edges"] as const) {
        expect(score[kind].tpr).toBeCloseTo(rates[kind].tpr!, 12);
        expect(score[kind].fpr).toBeCloseTo(rates[kind].fpr!, 12);
      }
    }
  });
});

describe("ACDC on the reference backend", () => {
  it("keeps the same edges of case 3", async () => {
    const { task, stored } = storedDiscovery("3");
    const run = stored.acdc.find(({ threshold }) => threshold === 0.025)!;
    const context = { backend: referenceBackend() };
    const { outcomes } = await acdcSweep(task, [0.025], context);
    expect(keptPlaces(outcomes[0]!, stored.order)).toEqual(run.kept);
    expect(Math.abs(outcomes[0]!.faithfulness - run.faithfulness)).toBeLessThan(1e-7);
  });
});

describe("the algorithm acdc", () => {
  const { task } = storedDiscovery("3");
  const discover = (backend: Backend = wasm) =>
    acdc.discover(task, { threshold: 0.01 }, { backend });

  it("is the sweep with one threshold", async () => {
    const { circuit, scores, effects, diagnostics } = await discover();
    const { outcomes, evaluations } = await acdcSweep(task, [0.01], { backend: wasm });
    expect(circuit).toEqual(outcomes[0]!.circuit);
    expect(effects).toEqual(outcomes[0]!.changes);
    expect(diagnostics).toEqual({
      evaluations,
      backwardPasses: 0,
      faithfulness: outcomes[0]!.faithfulness,
      closestDecision: outcomes[0]!.closestDecision,
    });
    for (const [text, score] of scores) {
      expect(score).toBe(circuit!.edges.has(text) ? Number.POSITIVE_INFINITY : 0.01);
    }
  });

  it("gives the same bytes every time", async () => {
    const bytes = ({ circuit, effects, diagnostics }: Awaited<ReturnType<typeof discover>>) =>
      JSON.stringify([[...circuit!.edges.values()].map(formatEdge), [...effects!], diagnostics]);
    const first = bytes(await discover());
    expect(bytes(await discover())).toBe(first);
    expect(bytes(await discover(await wasmBackend()))).toBe(first);
  });
});
