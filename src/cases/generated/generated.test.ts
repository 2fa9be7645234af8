import { beforeAll, describe, expect, it } from "vitest";
import { type Backend, referenceBackend, wasmBackend } from "../../engine/index.ts";
import {
  aggregate,
  childrenOf,
  EQ,
  evaluate,
  evaluateAll,
  functionText,
  indices,
  map,
  named,
  type RaspValue,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  tokens,
  valuesEqual,
} from "../../rasp/index.ts";
import { Key } from "../../rng/index.ts";
import { extractGraph } from "../../tracr/index.ts";
import { described, unaryFunctions } from "../generate/functions.ts";
import { generateProgram } from "../generate/generate-program.ts";
import {
  allCases,
  type CaseSeries,
  countInputs,
  enumerateInputs,
  generateData,
  groundTruthCircuit,
  openSeries,
  silentNodes,
} from "../index.ts";
import { allInputs, behaviourOf } from "./behaviour.ts";
import { BEHAVIOURS } from "./catalogue-behaviours.generated.ts";
import { behavioursOf } from "./catalogue-behaviours.ts";
import { programRuns, readsOf } from "./effects.ts";
import { parseFamily } from "./family.ts";
import { programForm } from "./form.ts";
import { taskWords } from "./words.ts";
import { unworthy } from "./worth.ts";

const small = { seed: "5", family: parseFamily("") };

let backend: Backend;
let series: CaseSeries;
beforeAll(async () => {
  backend = await wasmBackend();
  series = await openSeries(small, { backend });
});

/** A short hash of a text: of what is to be the same everywhere. */
const hashOf = (text: string) =>
  [
    ...Key.fromSeed(0)
      .fold(text)
      .integers(2, 2 ** 32),
  ]
    .map((word) => word.toString(16))
    .join("");

describe("cases of a seed", () => {
  it("are the same everywhere, whatever backend sees that they are exact", async () => {
    const sources = [0, 1, 2, 3, 4, 5].map((number) => series.at(number).source);
    expect(hashOf(sources.join())).toBe("7f50dc76ade59d7a");
    const other = await openSeries(small, { backend: referenceBackend() });
    expect(other.at(2).source).toBe(sources[2]);
  });

  it("are of the sizes and kinds that are asked for", async () => {
    const family = parseFamily("causal-numerical");
    const { case_ } = (await openSeries({ seed: "5", family }, { backend })).at(0);
    expect(case_).toMatchObject({ causal: true, categorical: false, maxSeqLen: 5 });
    expect(case_.id).toBe("generated-5-causal-numerical-0");
    expect(hashOf(case_.task)).toBe("8025bf890dcbab3");
  });

  it("differ with the seed, and with the secret that stands for it", async () => {
    const texts = await Promise.all(
      [small, { ...small, seed: "6" }].map(
        async (name) => (await openSeries(name, { backend })).at(0).source,
      ),
    );
    const secret = (await openSeries(small, { backend, secret: "x" })).at(0).source;
    expect(new Set([...texts, secret]).size).toBe(3);
  });

  it("are compiled exactly, have no silent nodes but those of positions, and differ in form and behaviour", () => {
    const seen = new Set<string>();
    for (let number = 0; number < 8; number++) {
      const { case_ } = series.at(number);
      const data = generateData(case_, { key: Key.fromSeed(0), size: Number(countInputs(case_)) });
      expect(silentNodes(case_, data), case_.task).toEqual([]);
      expect(groundTruthCircuit(case_).edges.size).toBeGreaterThan(2);
      const program = case_.program();
      const { vocab, categorical, causal } = case_;
      seen.add(programForm(program, vocab));
      const outputs = (input: readonly RaspValue[]) => evaluate(program, input, { causal });
      seen.add(behaviourOf({ vocab, categorical, length: case_.maxSeqLen - 1, outputs }));
    }
    expect(seen.size).toBe(16);
    expect(BEHAVIOURS.some((one) => seen.has(one))).toBe(false);
  });
});

describe("functions of generated programs", () => {
  it("compute what their texts say", () => {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 40; seed++) {
      const key = Key.fromSeed(seed);
      const { program, vocab, causal } = generateProgram(key, { maxNodes: 16 });
      const { sequences } = evaluateAll(program, key.choices(vocab, 4), { causal });
      for (const one of sequences.keys()) {
        if (one.kind !== "map" && one.kind !== "sequenceMap") continue;
        const said = new Function("x", "y", `return ${functionText(one.f)};`);
        const [x, y] = childrenOf(one).map((child) => sequences.get(child as SOp)!);
        for (const [position, value] of sequences.get(one)!.entries()) {
          const [a, b] = [x![position], y?.[position]];
          if (a === null || b === null) continue;
          expect(valuesEqual(said(a, b), value), `${one.name} of ${a} and ${b}`).toBe(true);
          seen.set(one.name, (seen.get(one.name) ?? 0) + 1);
        }
      }
    }
    expect(seen.size).toBeGreaterThan(25);
  });
});

describe("the form of a program", () => {
  const isToken = (token: string) =>
    named(
      map(
        described((x: RaspValue) => x === token, `x === "${token}"`, ""),
        tokens,
      ),
      "is",
    );
  const both = (x: SOp, y: SOp) =>
    sequenceMap(
      described((a: RaspValue, b: RaspValue) => Boolean(a && b), "x && y", "", {
        isSymmetric: true,
      }),
      x,
      y,
    );
  const vocab = ["a", "b", "c"];

  it("is one for programs that differ in names of tokens, names, and the order of operands", () => {
    const program = both(isToken("a"), selectorWidth(select(tokens, tokens, EQ)));
    const other = named(both(selectorWidth(select(tokens, tokens, EQ)), isToken("c")), "other");
    expect(programForm(program, vocab)).toBe(programForm(other, vocab));
    expect(programForm(program, ["a"])).not.toBe(programForm(other, ["a"]));
  });

  it("is another where different tokens are meant", () => {
    const twice = both(isToken("a"), isToken("a"));
    expect(programForm(twice, vocab)).not.toBe(
      programForm(both(isToken("a"), isToken("b")), vocab),
    );
  });
});

describe("the behaviour of a program", () => {
  const of = (program: SOp, vocab: readonly RaspValue[] = ["a", "b", "c"], categorical = true) =>
    behaviourOf({ vocab, length: 3, categorical, outputs: (input) => evaluate(program, input) });
  const is = (token: string) => map((x) => x === token, tokens);

  it("is one for programs that are made in other ways, and for other names of tokens and classes", () => {
    expect(of(is("a"))).toBe(of(map((x) => (x === "c" ? "yes" : "no"), tokens)));
    expect(of(is("a"))).not.toBe(of(map((x) => x === "a" || x === "b" || null, tokens)));
    expect(of(aggregate(select(indices, indices, EQ), tokens))).toBe(of(tokens));
  });

  it("does not exchange numbers", () => {
    const isOf = (number: number) =>
      of(
        map((x) => x === number, tokens),
        [0, 1, 2],
      );
    expect(isOf(0)).not.toBe(isOf(1));
  });

  it("of the catalogue is what is stored", () => {
    const some = allCases().filter(({ id }) => ["7", "14", "44"].includes(id));
    const found = behavioursOf(some);
    expect(found.length).toBeGreaterThan(4);
    for (const one of found) expect(BEHAVIOURS).toContain(one);
  });
});

describe("effects of reads", () => {
  const program = sequenceMap(
    (x: RaspValue, y: RaspValue) => Number(x) * Number(y),
    named(selectorWidth(select(tokens, tokens, EQ)), "count"),
    named(
      map((x) => (x === "a" ? 1 : 0), tokens),
      "is_a",
    ),
  );

  it("are those of running it with other values", () => {
    const inputs = allInputs(["a", "b"], 3);
    const runs = programRuns(program, inputs, false);
    const [count, isA] = [program.fst, program.snd];
    for (const [read, at] of [
      [count, 0],
      [isA, 1],
    ] as const) {
      for (let base = 0; base < inputs.length; base++) {
        for (let source = 0; source < inputs.length; source++) {
          const own = [count, isA].map((sop) => evaluate(sop, inputs[base]!));
          const other = [...own];
          other[at] = evaluate(read, inputs[source]!);
          const product = ([x, y]: readonly (readonly RaspValue[])[]) =>
            x!.map((value, i) => Number(value) * Number(y![i]));
          const shows = product(own).some((value, i) => !valuesEqual(value, product(other)[i]!));
          expect(runs.shows({ reader: program, read }, base, source)).toBe(shows);
        }
      }
    }
  });

  it("are there for each read once", () => {
    expect(readsOf(program).map(({ read }) => read.name)).toEqual([
      "tokens",
      "tokens",
      "count",
      "is_a",
    ]);
  });
});

describe("a program is not worth it", () => {
  const judge = (program: SOp, vocab: readonly RaspValue[] = ["a", "b", "c"]) => {
    const runs = programRuns(program, allInputs(vocab, 3), false);
    const facts = { maxSeqLen: 4, minSeqLen: 2, causal: false, categorical: true };
    return unworthy({ program, vocab, ...facts }, runs, Key.fromSeed(1));
  };
  const previous = (sop: SOp) =>
    named(
      aggregate(
        named(
          select(indices, indices, (k, q) => k === Number(q) - 1),
          "is_previous",
        ),
        sop,
      ),
      "previous",
    );
  const count = named(selectorWidth(named(select(tokens, tokens, EQ), "sel_eq")), "count");
  const isA = named(
    map(
      described((x: RaspValue) => x === "a", 'x === "a"', ""),
      tokens,
    ),
    "is_a",
  );

  it.each([
    ["that looks at single tokens", isA, "the output depends on the token at its position alone"],
    [
      "that nearly always gives the same",
      map((x) => x === 3 && "all", count),
      "it nearly always gives the same",
    ],
    ["that often has no value", previous(previous(tokens)), "it often has no value"],
    [
      "that looks at nothing that varies",
      selectorWidth(named(select(indices, tokens, EQ), "sel_eq")),
      "that sel_eq reads tokens makes no difference",
    ],
    [
      "that reads what makes no difference",
      sequenceMap((x) => x, count, previous(tokens)),
      "that previous reads tokens makes no difference",
    ],
    [
      "that computes something twice",
      sequenceMap((x, y) => `${x}${y}`, previous(tokens), previous(tokens)),
      "it computes the same thing twice",
    ],
    [
      "that moves nothing",
      sequenceMap((x, y) => `${x}${y}`, aggregate(select(indices, indices, EQ), tokens), count),
      "it computes the same thing twice",
    ],
    [
      "with functions that are one",
      map(
        (x) => x,
        map((x) => Number(x) > 1, count, { simplify: false }),
        { simplify: false },
      ),
      "two of its functions are one",
    ],
  ] as const)("%s", (_, program, reason) => {
    expect(judge(program)).toBe(reason);
  });

  it("and else it is", () => {
    expect(judge(count)).toBeUndefined();
    expect(judge(previous(tokens))).toBeUndefined();
  });
});

describe("words", () => {
  it("say what a program outputs, and explain what is long", () => {
    const count = named(selectorWidth(select(tokens, tokens, EQ)), "count");
    const [large] = unaryFunctions("number", "symbol", []).filter(({ name }) => name === "size");
    const program = named(map(large!.f, count), large!.name);
    expect(taskWords(count, true)).toBe(
      "At every position, the number of positions up to here where the token equals the token here.",
    );
    expect(taskWords(program, false)).toBe(
      'At every position, "large" if count_2 is above 1, else "small"; count_2 is the number of positions where the token equals the token here.',
    );
    expect(extractGraph(program).nodes.has("count_2")).toBe(true);
  });

  it("are those of every input of a case", () => {
    const { case_ } = series.at(0);
    expect(enumerateInputs(case_)).toHaveLength(256);
  });
});
