import { describe, expect, it } from "vitest";
import { fullGraph } from "../../circuit/index.ts";
import { referenceBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { Key } from "../../rng/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import {
  allAlgorithms,
  eap,
  exact,
  getAlgorithm,
  informationFlow,
  meanInterval,
  parseBase,
  resampledTask,
} from "../index.ts";

const context = { backend: referenceBackend() };
const task = tinyTask();
const graph = fullGraph(task.transformer.config);
const discover = (name: string, options: Record<string, unknown>, of = task) =>
  getAlgorithm(name).discover(of, options, context);
const errorOf = (name: string, options: Record<string, unknown>) =>
  discover(name, options).then(() => "accepted", formatError);

describe("a resample", () => {
  it("has as many inputs, drawn with replacement, each with all that belongs to it", () => {
    const weighted = tinyTask({}, { multiplicity: [1, 3, 2, 1, 7] });
    const drawn = resampledTask(weighted, Key.fromSeed(3));
    const counts = Array.from(drawn.multiplicity!);
    expect(counts.reduce((a, b) => a + b)).toBe(14);
    expect(counts.every((count) => count > 0)).toBe(true);
    const rowsOf = ({ cleanTokens, corruptedTokens, targets, positions, rows }: typeof weighted) =>
      Array.from({ length: rows }, (_, row) =>
        [cleanTokens, corruptedTokens, targets!]
          .map((table) =>
            Array.from(table)
              .slice(row * positions, (row + 1) * positions)
              .join(),
          )
          .join(" | "),
      );
    expect(drawn.rows).toBe(counts.length);
    for (const row of rowsOf(drawn as typeof weighted)) expect(rowsOf(weighted)).toContain(row);
  });

  it("draws each input as often as it stands for, on average", () => {
    const weighted = tinyTask({}, { multiplicity: [1, 3, 2, 1, 7] });
    let most = 0;
    const key = Key.fromSeed(8);
    const last = Array.from(weighted.cleanTokens.slice(-3)).join();
    for (let i = 0; i < 400; i++) {
      const { rows, cleanTokens, multiplicity } = resampledTask(weighted, key.fold(i));
      for (let row = 0; row < rows; row++) {
        const own = Array.from(cleanTokens.slice(row * 3, row * 3 + 3)).join();
        if (own === last) most += multiplicity![row]!;
      }
    }
    // Seven of fourteen draws; the mean of 400 has a standard error of 0.094.
    expect(Math.abs(most / 400 - 7)).toBeLessThan(0.4);
  });
});

describe("the interval of a mean", () => {
  it("is 1.96 standard errors wide on either side", () => {
    const { mean, halfWidth } = meanInterval([1, 2, 3, 4]);
    expect(mean).toBe(2.5);
    expect(halfWidth).toBeCloseTo((1.96 * Math.sqrt(5 / 3)) / 2, 12);
    expect(meanInterval([0.5, 0.5, 0.5]).halfWidth).toBe(0);
  });

  it("contains 0 for symmetric noise in about 95 of 100 cases", () => {
    const key = Key.fromSeed(1);
    let inside = 0;
    for (let i = 0; i < 1000; i++) {
      const { mean, halfWidth } = meanInterval([...key.fold(i).normal(40)]);
      if (Math.abs(mean) <= halfWidth) inside++;
    }
    expect(Math.abs(inside - 943)).toBeLessThan(25);
  });
});

describe("the bootstrap ranking", () => {
  it("puts edges first whose interval excludes 0, and orders both by the mean", async () => {
    const options = { of: "eap:loss=kl_div", resamples: 5, seed: 2 };
    const { scores, effects, diagnostics, rankedBy } = await discover("bootstrap", options);
    const key = Key.fromSeed(2).fold("bootstrap");
    const runs = await Promise.all(
      [0, 1, 2, 3, 4].map((i) =>
        eap.discover(resampledTask(task, key.fold(i)), { loss: "kl_div" }, context),
      ),
    );
    const certain = new Set<boolean>();
    const largest = Math.max(...[...effects!.values()].map(Math.abs));
    for (const { text } of graph.edges) {
      const { mean, halfWidth } = meanInterval(runs.map((run) => run.effects!.get(text)!));
      expect(effects!.get(text)).toBeCloseTo(mean, 12);
      const isCertain = Math.abs(mean) > halfWidth;
      certain.add(isCertain);
      expect(scores.get(text)).toBeCloseTo(Math.abs(mean) / largest + (isCertain ? 1 : 0), 12);
    }
    expect(certain.size).toBe(2);
    expect(diagnostics.backwardPasses).toBe(5);
    expect(rankedBy).toBe("size of the mean, certain ones first");
  });

  it("depends on the seed, and is the same every time", async () => {
    const scoresWith = async (seed: number) =>
      [...(await discover("bootstrap", { seed, resamples: 2 })).scores.values()].join();
    expect(await scoresWith(1)).toBe(await scoresWith(1));
    expect(await scoresWith(1)).not.toBe(await scoresWith(2));
  });
});

describe("the parallel ensemble", () => {
  it("of a ranking with itself is that ranking", async () => {
    const alone = await exact.discover(task, {}, context);
    for (const combine of ["mean", "min", "max"]) {
      const options = { of: ["exact", "exact"], combine, scale: "none" };
      expect([...(await discover("parallel-ensemble", options)).scores]).toEqual([
        ...alone.ranking,
      ]);
    }
  });

  it("combines what rankings say, on their own scales or on one", async () => {
    const [a, b] = [
      (await exact.discover(task, { loss: "kl_div" }, context)).ranking,
      (await informationFlow.discover(task, {}, context)).ranking,
    ];
    const of = ["exact:loss=kl_div", "ifr"];
    const weighted = { of, combine: "weighted", weights: [2, -1], scale: "none" };
    const sum = (await discover("parallel-ensemble", weighted)).scores;
    const most = (await discover("parallel-ensemble", { of, combine: "max", scale: "reader" }))
      .scores;
    const sums = (ranking: typeof a, reader: number) =>
      graph.edges
        .filter(({ destination }) => destination === reader)
        .reduce((total, { text }) => total + Math.abs(ranking.get(text)!), 0);
    for (const { text, destination } of graph.edges) {
      const [x, y] = [a.get(text)!, b.get(text)!];
      expect(sum.get(text)).toBeCloseTo(2 * x - y, 12);
      const shares = [x / sums(a, destination), y / sums(b, destination)];
      expect(most.get(text)).toBeCloseTo(Math.max(...shares), 12);
    }
  });

  it("is of algorithms and options that there are, and of as many weights", async () => {
    const of = (text: string) => errorOf("parallel-ensemble", { of: [text] });
    expect(await of("eep")).toContain('E_ALGORITHM: no algorithm "eep". Did you mean "eap"');
    expect(await of("eap:steps=3")).toContain('E_OPTION: no option "steps"');
    expect(await of("eap:steps")).toContain("expected option=value — received steps");
    expect(await of("node-exact")).toContain("received node-exact, which ranks nodes");
    expect(await of("eap:loss=mae")).toContain("E_LOSS");
    expect(await of("truth")).toBe("accepted");
    expect(await errorOf("parallel-ensemble", { of: ["ifr"], combine: "weighted" })).toContain(
      "E_OPTION: the weights do not fit the rankings (at weights) — expected 1, one for each ranking — received none",
    );
    expect(await errorOf("parallel-ensemble", { of: ["ifr"], weights: [1] })).toContain(
      "expected none, with combine mean — received 1",
    );
  });

  it("refuses before the first run what one of them cannot do", async () => {
    const { corruptedTokens: _, ...bare } = task;
    const found = getAlgorithm("parallel-ensemble").discover(bare, { of: ["ifr", "eap"] }, context);
    expect(await found.catch(formatError)).toContain('which the ablation "resample" needs');
  });
});

describe("an algorithm that others are made of", () => {
  it("is named with its options, as JSON where they can be", () => {
    const { algorithm, options } = parseBase(
      "eap:integratedGradSteps=3:absolute=false:loss=kl_div",
      allAlgorithms(),
    );
    expect(algorithm).toBe(eap);
    expect(options).toMatchObject({ integratedGradSteps: 3, absolute: false, loss: "kl_div" });
  });
});
