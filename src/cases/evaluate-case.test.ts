import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatNode } from "../circuit/index.ts";
import { wasmBackend } from "../engine/index.ts";
import {
  aggregate,
  EQ,
  indices,
  map,
  named,
  numerical,
  type SOp,
  select,
  selectorWidth,
  TRUE,
  tokens,
} from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import { makeTransformer } from "../transformer/index.ts";
import {
  evaluateCase,
  exactnessFindings,
  generateData,
  generateProgram,
  highLevelModel,
  makeCase,
  measureExactness,
  originalData,
  readProgram,
  runCase,
  silentNodes,
} from "./index.ts";

const wasm = await wasmBackend();

/* Programs that say something else when positions see all others. */

const soFar = () => named(selectorWidth(select(tokens, tokens, TRUE)), "so_far");

const shareSoFar = () => {
  const isX = named(numerical(map((t) => (t === "x" ? 1 : 0), tokens)), "is_x");
  return named(numerical(aggregate(select(tokens, tokens, TRUE), isX, 0)), "share");
};

/** Without the mask several tokens would be averaged, which have no mean. */
const sameToken = () =>
  named(
    aggregate(
      select(indices, indices, (k: number, q: number) => k >= q),
      tokens,
    ),
    "self",
  );

const occurrence = () => named(selectorWidth(select(tokens, tokens, EQ)), "occurrence");

const causalCase = (program: () => SOp, categorical = true) =>
  makeCase({
    id: "own",
    task: "Own.",
    program,
    vocab: ["x", "y"],
    maxSeqLen: 6,
    causal: true,
    categorical,
  });

describe("the program of a causal case", () => {
  it.each([
    ["counts", soFar, true],
    ["averages", shareSoFar, false],
    ["moves", sameToken, true],
    ["compares", occurrence, true],
  ])("%s only what its transformer sees", (_, program, categorical) => {
    const case_ = causalCase(program, categorical);
    const { random, structured } = measureExactness(case_, wasm);
    for (const agreement of [random, structured]) {
      expect(agreement).toMatchObject({ stopped: 0, positions: agreement.inputs * 5 });
      if ("mistakes" in agreement) expect(agreement.mistakes).toBe(0);
      else expect(agreement.deviation).toBeLessThan(1e-6);
    }
    expect(exactnessFindings(case_, wasm)).toEqual([]);
    const { rasp, compiled } = runCase(case_, ["x", "y", "x", "x", "y"]);
    for (const [i, value] of compiled.entries()) {
      if (categorical) expect(value).toBe(rasp[i]);
      else expect(value).toBeCloseTo(Number(rasp[i]), 6);
    }
  });

  it("is evaluated under the mask, and otherwise without", () => {
    const case_ = causalCase(soFar);
    expect(evaluateCase(case_, ["x", "y", "x"])).toEqual([1, 2, 3]);
    expect(evaluateCase({ ...case_, causal: false }, ["x", "y", "x"])).toEqual([3, 3, 3]);
    const { program, trace } = readProgram(case_);
    expect(trace(["x", "y"]).sequences.get(program)).toEqual([1, 2]);
  });

  it("has the silent nodes of its own reading: a count of all positions so far never varies", () => {
    const case_ = causalCase(occurrence);
    const data = generateData(case_, { key: Key.fromSeed(1), size: 20 });
    expect(silentNodes(case_, data)).toEqual([]);
    const everywhere = makeCase({ ...case_, program: soFar });
    expect(silentNodes(everywhere, data).map(formatNode)).toEqual([
      "blocks.0.attn.hook_result[0]",
      "blocks.0.mlp.hook_post",
    ]);
  });

  it("decides whether the outputs of the original's data differ", () => {
    const one = makeCase({ ...causalCase(sameToken), minSeqLen: 2, maxSeqLen: 3 });
    expect(originalData(one, { minSamples: 2, maxSamples: 5 }).count).toBe(5);
  });

  it("agrees with its transformer for random programs of both kinds", () => {
    for (let seed = 0; seed < 16; seed++) {
      const generated = generateProgram(Key.fromSeed(seed), { causal: seed % 2 === 0 });
      const case_ = makeCase({
        ...generated,
        id: `random-${seed}`,
        task: "Random.",
        program: () => generated.program,
      });
      const { random } = measureExactness(case_, wasm);
      if ("mistakes" in random) expect([seed, random.mistakes]).toEqual([seed, 0]);
      else expect(random.deviation).toBeLessThan(0.002);
    }
  });
});

describe("a transformer whose outputs are NaN", () => {
  const exactnessOf = (case_: ReturnType<typeof causalCase>) => {
    const model = highLevelModel(case_);
    const { config, weights } = model.transformer;
    const spoilt = [...weights].map(
      ([key, { shape, data }]) => [key, { shape, data: data.map(() => Number.NaN) }] as const,
    );
    const transformer = makeTransformer(config, new Map(spoilt));
    return measureExactness(case_, wasm, { ...model, transformer }).random;
  };

  it("is wrong at every position, of classes and of numbers", () => {
    const classes = exactnessOf(causalCase(soFar));
    expect(classes).toMatchObject({ mistakes: classes.positions, margin: Number.NaN });
    expect(exactnessOf(causalCase(shareSoFar, false))).toMatchObject({ deviation: Number.NaN });
  });
});

describe("programs of cases", () => {
  it("are run by one route, which knows how they are read", () => {
    const src = fileURLToPath(new URL("..", import.meta.url));
    const offenders = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/\.test(ing)?\.ts$/.test(file))
      .filter((file) => !/^(rasp|tracr|engine)[\\/]/.test(file))
      .filter((file) => {
        const text = readFileSync(`${src}/${file}`, "utf8");
        const imports = text.match(/import \{[^}]*\} from "[./]*\/rasp\/[^"]*"/g) ?? [];
        return imports.some((one) =>
          /\b(evaluate|evaluateAll|validateDynamic|validate)\b/.test(one),
        );
      });
    // The generators of random programs run parts of programs before there is a case.
    expect(offenders.filter((file) => !/^cases\/generated?\//.test(file))).toEqual([
      "cases/evaluate-case.ts",
    ]);
  });
});
