import { describe, expect, it } from "vitest";
import { fullGraph } from "../../circuit/index.ts";
import {
  batchSum,
  compile,
  crossEntropy,
  gradients,
  referenceBackend,
  sampleInput,
  sum,
  wasmBackend,
} from "../../engine/index.ts";
import { errorOf } from "../../errors/error-of.testing.ts";
import { formatError } from "../../errors/index.ts";
import {
  atKeptPositions,
  attentionScale,
  blockHook,
  constantTensors,
  forward,
  type HookName,
  run,
  usedInputs,
} from "../../transformer/index.ts";
import { naiveAblated, TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import {
  attributeEdges,
  CLEAN_END,
  type DiscoveryTask,
  eap,
  maskPath,
  measurePositions,
  parseOptions,
  peap,
} from "../index.ts";
import { keptTargets } from "../task/task.ts";

const context = { backend: referenceBackend() };
const tasks = Object.entries(TINY_TASKS);
const loss = (task: { categorical: boolean }) => (task.categorical ? "kl_div" : "mse");

describe("effects at positions", () => {
  it.each(tasks)("add up to those of EAP, whatever the spans: %s", async (_, task) => {
    const expected = await attributeEdges(task, loss(task), maskPath(CLEAN_END), context);
    for (const spans of [undefined, [0], [0, 2]]) {
      const options = { loss: loss(task), within: "sum", spans } as const;
      const { edges } = await measurePositions(task, options, context);
      for (const { index, edge, text } of fullGraph(task.transformer.config).edges) {
        const [from, to] = text.split("->");
        const own = edges.filter((one) => one.from === from && one.to === to);
        expect(own.map(({ span }) => span)).toEqual(spans ?? [0, 1, 2]);
        const sum = own.reduce((total, { score }) => total + score, 0);
        expect(Math.abs(sum - expected[index]!), String(edge)).toBeLessThan(
          1e-9 * Math.max(1, Math.abs(sum)),
        );
      }
    }
  });

  it("are those of a span's positions: sums, means, sizes, or the largest size", async () => {
    const task = tinyTask();
    const of = async (within: "sum" | "mean" | "sizes" | "largest", spans?: number[]) =>
      (await measurePositions(task, { loss: "kl_div", within, spans }, context)).edges.map(
        ({ score }) => score,
      );
    const each = await of("sum");
    const [sum, mean, sizes, largest] = [
      await of("sum", [1]),
      await of("mean", [1]),
      await of("sizes", [1]),
      await of("largest", [1]),
    ];
    for (const [i, total] of sum.entries()) {
      const [, a = 0, b = 0] = each.slice(3 * i, 3 * i + 3);
      expect(total).toBeCloseTo(a + b, 12);
      expect(mean[i]).toBeCloseTo((a + b) / 2, 12);
      expect(sizes[i]).toBeCloseTo(Math.abs(a) + Math.abs(b), 12);
      expect(largest[i]).toBeCloseTo(Math.max(Math.abs(a), Math.abs(b)), 12);
    }
  });
});

/** The gradient of each row's loss in what heads compute, `[row, pos, head, dHead]`. */
function zSlopes(task: DiscoveryTask): ArrayLike<number> {
  const { transformer, positions, rows } = task;
  const { config } = transformer;
  const z = blockHook(0, "attn.hook_z");
  const { logits, cache } = forward(
    config,
    constantTensors(transformer),
    sampleInput("tokens", [positions]),
    { capture: [z] },
  );
  const kept = atKeptPositions(task, logits);
  const right = sampleInput("right", [kept.shape[0]!]);
  const [slope] = gradients(batchSum(sum(crossEntropy(kept, right))), [cache.get(z)!]);
  const executable = context.backend.load(compile({ outputs: { slope: slope! } }));
  const inputs = {
    tokens: Float32Array.from(task.cleanTokens),
    right: keptTargets(task, "targets", "the test"),
  };
  return executable.run({ batch: rows, inputs: usedInputs(executable.program, inputs) }).slope!;
}

describe("what heads take from other positions", () => {
  it.each(tasks)("is nothing from later ones, in a causal transformer: %s", async (_, task) => {
    const { crossings } = await measurePositions(
      task,
      { loss: loss(task), within: "sum" },
      context,
    );
    const { attentionDir, nLayers, nHeads } = task.transformer.config;
    const pairs = attentionDir === "causal" ? 6 : 9;
    expect(crossings).toHaveLength(nLayers * nHeads * 3 * pairs);
    if (attentionDir !== "causal") return;
    expect(crossings.every(({ source, target }) => source <= target)).toBe(true);
  });

  it.each([
    ["causal", "sum", [0, 1, 2]],
    ["causal", "sum", [0, 1]],
    ["causal", "mean", [0]],
    ["causal", "sizes", [0, 2]],
    ["bidirectional", "mean", [0, 1]],
    ["bidirectional", "largest", [1]],
  ] as const)(
    "is the change of z where values, keys or queries are other ones, times its gradient: %s, %s, spans from %j",
    async (attentionDir, within, spans) => {
      const task = tinyTask({ nLayers: 1, attentionDir });
      const { rows, positions, transformer } = task;
      const { config } = transformer;
      const options = { loss: "kl_div", within, spans } as const;
      const { crossings } = await measurePositions(task, options, context);
      const hooks = ["q", "k", "v"].map((name) =>
        blockHook(0, `attn.hook_${name}` as "attn.hook_q"),
      );
      const tokens = Array.from({ length: rows }, (_, row) =>
        task.cleanTokens.slice(row * positions, (row + 1) * positions),
      );
      const clean = run(transformer, context.backend, { tokens, capture: hooks }).cache;
      const other = naiveAblated(task, context.backend, "resample", hooks);
      const { nHeads, dHead } = config;
      const at = (table: ArrayLike<number>, row: number, p: number, h: number) =>
        Array.from(
          { length: dHead },
          (_, e) => table[((row * positions + p) * nHeads + h) * dHead + e]!,
        );
      const dot = (a: readonly number[], b: readonly number[]) =>
        a.reduce((sum, x, i) => sum + x * b[i]!, 0);
      const softmax = (x: readonly number[]) => {
        const e = x.map((one) => Math.exp(one - Math.max(...x)));
        return e.map((one) => one / e.reduce((a, b) => a + b));
      };
      const [Q, K, V] = hooks.map((hook: HookName) => clean.get(hook)!.data);
      const scale = attentionScale(config, 0);
      /** Where the span that begins at a position ends. */
      const endOf = (start: number) => spans.find((other) => other > start) ?? positions;
      const isIn = (start: number, position: number) =>
        position >= start && position < endOf(start);
      /** The pattern of a query, perhaps with the queries or keys of another run at the keys of a span. */
      const mixed = (
        row: number,
        head: number,
        query: number,
        changed?: { source: number; by: "q" | "k" },
      ) => {
        const seen = attentionDir === "causal" ? query + 1 : positions;
        const scores = Array.from({ length: seen }, (_, key) => {
          const by = changed && isIn(changed.source, key) ? changed.by : undefined;
          const q = at(by === "q" ? other.get(hooks[0]!)! : Q!, row, query, head);
          const k = at(by === "k" ? other.get(hooks[1]!)! : K!, row, key, head);
          return dot(q, k) / scale;
        });
        return softmax(scores);
      };
      const slopes = zSlopes(task);
      const ofRow = (row: number, h: number, query: number, input: string, source: number) => {
        const slope = at(slopes, row, query, h);
        const pattern = mixed(row, h, query);
        const worth = (key: number) => dot(slope, at(V!, row, key, h));
        if (input === "v") {
          const moved = (key: number) => dot(slope, at(other.get(hooks[2]!)!, row, key, h));
          const gains = pattern.map((share, key) => share * (moved(key) - worth(key)));
          return gains.reduce((sum, gain, key) => sum + (isIn(source, key) ? gain : 0), 0);
        }
        const changed = mixed(row, h, query, { source, by: input as "q" | "k" });
        return changed.reduce((sum, share, key) => sum + (share - pattern[key]!) * worth(key), 0);
      };
      const together = {
        sum: (xs: number[]) => xs.reduce((a, b) => a + b, 0),
        mean: (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length,
        sizes: (xs: number[]) => xs.reduce((a, b) => a + Math.abs(b), 0),
        largest: (xs: number[]) => Math.max(...xs.map(Math.abs)),
      }[within];
      const pairs =
        attentionDir === "causal" ? (spans.length * (spans.length + 1)) / 2 : spans.length ** 2;
      expect(crossings).toHaveLength(config.nHeads * 3 * pairs);
      for (const { head, input, source, target, score } of crossings) {
        const h = Number(/\[(\d)\]$/.exec(head)![1]);
        const effects = Array.from({ length: endOf(target) - target }, (_, i) => {
          const of = (row: number) => ofRow(row, h, target + i, input, source);
          return (
            Array.from({ length: rows }, (_row, row) => of(row)).reduce((a, b) => a + b) / rows
          );
        });
        expect(Math.abs(score - together(effects))).toBeLessThan(1e-9);
      }
    },
  );
});

describe("PEAP", () => {
  it("ranks edges by the sizes of their effects at all spans, with the signed sum beside it", async () => {
    const task = tinyTask();
    const { scores, effects, positions } = await peap.discover(task, {}, context);
    const plain = await eap.discover(task, {}, context);
    let more = 0;
    for (const [text, effect] of plain.effects!) {
      expect(effects!.get(text)).toBeCloseTo(effect, 10);
      expect(scores.get(text)!).toBeGreaterThanOrEqual(Math.abs(effect) - 1e-12);
      if (scores.get(text)! > 1.001 * Math.abs(effect)) more++;
    }
    expect(more).toBeGreaterThan(5);
    expect(positions!.spans).toEqual([0, 1, 2]);
    const together = await peap.discover(task, { spans: [0] }, context);
    for (const [text, score] of together.scores) {
      expect(score).toBeCloseTo(Math.abs(plain.effects!.get(text)!), 10);
    }
  });

  it("agrees between the backends", async () => {
    const task = tinyTask();
    const fast = await peap.discover(task, {}, { backend: await wasmBackend() });
    const slow = await peap.discover(task, {}, context);
    const largest = Math.max(...slow.scores.values());
    for (const [text, score] of slow.scores) {
      expect(Math.abs(fast.scores.get(text)! - score)).toBeLessThan(1e-5 * largest);
    }
  });

  it("knows where spans can begin", async () => {
    const of = (spans: number[]) =>
      peap.discover(tinyTask(), { spans }, context).catch(formatError);
    expect(await of([0, 3])).toBe(
      "E_OPTION: these are no beginnings of spans (at spans) — expected ascending positions from 0 to 2 — received 0, 3",
    );
  });

  it.each([
    [2, 1],
    [0, 1, 1],
  ])("refuses beginnings that do not ascend before anything is run: %j", (...spans) => {
    expect(errorOf(() => parseOptions(peap.options, { spans }))).toContain(
      "ascending positions, from 0",
    );
  });
});
