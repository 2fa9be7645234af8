import { describe, expect, it } from "vitest";
import {
  breadthFirst,
  childrenOf,
  type Expression,
  evaluate,
  isSelector,
  type RaspValue,
  validateStatic,
  valueKey,
  valuesEqual,
} from "../../rasp/index.ts";
import { formatProgram } from "../../report/index.ts";
import { Key } from "../../rng/index.ts";
import { forward } from "../../tracr/forward.testing.ts";
import {
  type CompiledProgram,
  compileRasp,
  compileWarnings,
  encodeTokens,
} from "../../tracr/index.ts";
import {
  correspondence,
  defineCase,
  fullCircuit,
  type GeneratedProgram,
  type GenerateOptions,
  generateProgram,
  groundTruthCircuit,
  nodeCorrespondence,
} from "../index.ts";

const keyOf = (seed: number) => Key.fromSeed(seed).fold("program");

const compile = ({ program, vocab, maxSeqLen, causal }: GeneratedProgram) =>
  compileRasp(program, { vocab, maxSeqLen: maxSeqLen - 1, causal });

/** Inputs of every length, the last ones of a single token. */
function inputsOf({ vocab, maxSeqLen }: GeneratedProgram, key: Key): RaspValue[][] {
  const lengths = Array.from({ length: maxSeqLen - 1 }, (_, i) => i + 1);
  const random = lengths.map((length) => key.fold("tokens").fold(length).choices(vocab, length));
  return [...random, new Array<RaspValue>(maxSeqLen - 1).fill(key.choice(vocab))];
}

/** How far an output is from being wrong: 1 is a clean decision, below 0 is a wrong one. */
interface Comparison {
  readonly margin: number;
  readonly input: readonly RaspValue[];
  readonly position: number;
  readonly expected: RaspValue;
  readonly logits: readonly number[];
}

/** Compares the compiled program with the interpreted one in float64, where it has a value. */
function compare(generated: GeneratedProgram, compiled: CompiledProgram, key: Key): Comparison[] {
  const { program, causal } = generated;
  const { config, inputEncoder, outputEncoder } = compiled;
  return inputsOf(generated, key).flatMap((input) => {
    const outputs = evaluate(program, input, { causal });
    const ids = encodeTokens(inputEncoder, ["BOS", ...input]);
    const logits = forward(compiled, ids).get("logits")!;
    return outputs.flatMap((expected, position): Comparison[] => {
      if (expected === null) return [];
      const start = (position + 1) * config.dVocabOut;
      const row = [...logits.subarray(start, start + config.dVocabOut)];
      const facts = { input, position, expected, logits: row };
      if (outputEncoder.kind === "numerical") {
        const error = Math.abs(row[0]! - Number(expected));
        return [{ ...facts, margin: 1 - error / TOLERANCE }];
      }
      const right = outputEncoder.values.findIndex((value) => valuesEqual(value, expected));
      const others = row.filter((_, i) => i !== right);
      return [{ ...facts, margin: row[right]! - Math.max(...others) }];
    });
  });
}

/** Largest error of a number. */
const TOLERANCE = 1e-4;
/** Smallest difference between the right class and any other; in a clean one-hot code it is 1. */
const MARGIN = 0.999;

function assertMadeExact(seed: number, options: GenerateOptions): void {
  const generated = generateProgram(keyOf(seed), options);
  assertExact(seed, { generated, compiled: compile(generated) });
}

function assertExact(seed: number, { generated, compiled }: Made): number {
  const key = keyOf(seed);
  expect(compileWarnings(compiled)).toEqual([]);
  const comparisons = compare(generated, compiled, key);
  const least = generated.categorical ? MARGIN : 0;
  const wrong = comparisons.filter(({ margin }) => !(margin >= least));
  if (wrong.length > 0) {
    const worst = wrong.reduce((a, b) => (b.margin < a.margin ? b : a));
    const text = formatProgram(compiled);
    expect.fail(
      `program ${seed}: ${wrong.length} of ${comparisons.length} outputs are off\n${JSON.stringify(worst)}\n${text}`,
    );
  }
  return comparisons.length;
}

const nodesOf = ({ program }: GeneratedProgram): readonly Expression[] =>
  breadthFirst(program).filter(({ kind }) => kind !== "tokens" && kind !== "indices");

function depthOf(expression: Expression): number {
  const below = Math.max(0, ...childrenOf(expression).map(depthOf));
  const counts = expression.kind !== "tokens" && expression.kind !== "indices";
  return counts && !isSelector(expression) ? below + 1 : below;
}

/** A program of the default size with what it compiles to. */
interface Made {
  readonly generated: GeneratedProgram;
  readonly compiled: CompiledProgram;
}

function make(seed: number): Made {
  const generated = generateProgram(keyOf(seed));
  return { generated, compiled: compile(generated) };
}

const outlineOf = ({ compiled }: Made) => formatProgram(compiled);

const made = Array.from({ length: 150 }, (_, seed) => make(seed));

describe("generated programs", () => {
  it("compute the same compiled and interpreted (150 programs)", () => {
    let compared = 0;
    for (const [seed, one] of made.entries()) compared += assertExact(seed, one);
    expect(compared).toBeGreaterThan(1500);
  });

  it("do so when they are large, and when they are as small as can be", () => {
    for (let seed = 0; seed < 30; seed++) assertMadeExact(seed, { maxDepth: 9, maxNodes: 40 });
    for (let seed = 0; seed < 30; seed++) {
      assertMadeExact(seed, { maxDepth: 1, maxNodes: 1, maxSeqLen: 3 });
      assertMadeExact(seed, { maxDepth: 2, maxNodes: 2, maxSeqLen: 3, categorical: false });
    }
  });

  it("are the same for the same key and options", () => {
    for (let seed = 0; seed < 20; seed++) {
      const [one, two] = [made[seed]!, make(seed)];
      expect(outlineOf(one)).toBe(outlineOf(two));
      expect({ ...one.generated, program: 0 }).toEqual({ ...two.generated, program: 0 });
    }
  });

  it("differ from key to key, and their outputs from input to input", () => {
    const some = made.slice(0, 100);
    expect(new Set(some.map(outlineOf)).size).toBeGreaterThan(95);
    for (const [seed, { generated }] of some.entries()) {
      const { program, vocab, maxSeqLen, causal } = generated;
      const inputs = keyOf(seed).fold("many").split(50);
      const outputs = inputs.map((key) =>
        evaluate(program, key.choices(vocab, maxSeqLen - 1), { causal }),
      );
      const differs = Array.from({ length: maxSeqLen - 1 }, (_, position) => {
        const values = outputs.map((output) => output[position]!).filter((value) => value !== null);
        return new Set(values.map(valueKey)).size > 1;
      });
      expect(differs, `program ${seed}`).toContain(true);
    }
  });

  it("keep to their bounds, and contain nothing that does not compile", () => {
    for (let seed = 0; seed < 200; seed++) {
      const maxDepth = 2 + (seed % 5);
      const maxNodes = 2 + (seed % 17);
      const generated = generateProgram(keyOf(seed), { maxDepth, maxNodes, maxValues: 6 });
      expect(nodesOf(generated).length, `program ${seed}`).toBeLessThanOrEqual(maxNodes);
      expect(depthOf(generated.program), `program ${seed}`).toBeLessThanOrEqual(maxDepth);
      expect(validateStatic(generated.program)).toEqual([]);
    }
  });

  it("are of every kind: each construct, both outputs, both directions of attention", () => {
    const programs = made.map(({ generated }) => generated);
    const kinds = new Set(programs.flatMap((generated) => nodesOf(generated).map((n) => n.kind)));
    expect([...kinds].sort()).toEqual([
      "aggregate",
      "linearSequenceMap",
      "map",
      "select",
      "selectorWidth",
      "sequenceMap",
    ]);
    for (const key of ["causal", "categorical"] as const) {
      expect(new Set(programs.map((generated) => generated[key])).size).toBe(2);
    }
    const names = new Set(programs.flatMap((generated) => nodesOf(generated).map((n) => n.name)));
    for (const name of ["previous", "moved", "looked_up", "count", "fraction", "weighted_sum"]) {
      expect(names).toContain(name);
    }
  });

  it("are cases, whose truth holds every variable and lies within the full graph", () => {
    for (const [seed, { generated, compiled }] of made.slice(0, 60).entries()) {
      const { program } = generated;
      const facts = { id: `random-${seed}`, task: "A random program." };
      const case_ = defineCase({ ...facts, ...generated, program: () => program });
      const truth = groundTruthCircuit(case_, {}, compiled);
      const all = fullCircuit(case_, {}, compiled);
      for (const edge of truth.edges.keys()) expect(all.edges.has(edge), edge).toBe(true);
      const places = nodeCorrespondence(correspondence(case_, {}, compiled));
      for (const node of [...places.values()].flat()) {
        expect(truth.nodes.has(node), `program ${seed}: ${node}`).toBe(true);
      }
    }
  });

  it("obey options, and refuse bounds that leave no program", () => {
    const options = { maxSeqLen: 4, causal: true, categorical: false } as const;
    expect(generateProgram(keyOf(0), options)).toMatchObject(options);
    for (const [bad, text] of [
      [{ maxDepth: 0 }, "maxDepth leaves no program to generate"],
      [{ maxNodes: 0.5 }, "maxNodes leaves no program to generate"],
      [{ maxValues: 5 }, "maxValues leaves no program to generate"],
      [{ maxSeqLen: 8 }, "maxSeqLen leaves no program to generate"],
      [{ maxDepth: 1, categorical: false }, "maxDepth leaves no program to generate"],
    ] as const) {
      expect(() => generateProgram(keyOf(0), bad)).toThrow(
        expect.objectContaining({ code: "E_OPTION", message: text }),
      );
    }
  });
});
