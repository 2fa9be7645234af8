import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Mt19937, NumpyRandom, PythonRandom, TorchRandom } from "./index.ts";

function fixture<T>(name: string): T {
  const url = new URL(`../../test/fixtures/rng/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as T;
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

interface Golden {
  readonly python: {
    readonly random: number[];
    readonly getrandbits_5: number[];
    readonly randint_4_10: number[];
    readonly randint_10_10: number[];
    readonly choice_abcde: string;
    readonly choices_10_k5: number[];
    readonly sample_11_9: number[];
    readonly sample_30_9: number[];
    readonly sample_300_9: number[];
    readonly sample_5_2: number[];
    readonly shuffle_12: number[];
    readonly after_random: number;
  };
  readonly numpy: {
    readonly choice_3_size9: number[];
    readonly choice_26_size9: number[];
    readonly choice_1_size3: number[];
    readonly shuffle_12: number[];
    readonly after_random_sample: number;
  };
}

const golden = Object.entries(fixture<Record<string, Golden | string>>("golden")).filter(
  (entry): entry is [string, Golden] => typeof entry[1] !== "string",
);

describe("Mt19937", () => {
  it("gives the published first words for seed 5489 and for the published key", () => {
    const plain = Mt19937.fromWord(5489);
    expect([plain.word(), plain.word(), plain.word()]).toEqual([3499211612, 581869302, 3890346734]);
    const keyed = Mt19937.fromArray([0x123, 0x234, 0x345, 0x456]);
    expect([keyed.word(), keyed.word(), keyed.word()]).toEqual([1067595299, 955945823, 477289528]);
  });

  it("gives the published ten thousandth word", () => {
    const words = Mt19937.fromWord(5489);
    for (let i = 1; i < 10_000; i++) words.word();
    expect(words.word()).toBe(4123659995);
  });

  it("refuses seeds it cannot hold", () => {
    expect(() => Mt19937.fromArray([])).toThrow("no seed words");
    expect(() => Mt19937.fromWord(2 ** 32)).toThrow("does not fit in 32 bits");
    expect(() => Mt19937.fromWord(-1)).toThrow("does not fit in 32 bits");
  });
});

describe("PythonRandom", () => {
  it.each(golden)("repeats Python's calls after random.seed(%s)", (seed, { python }) => {
    const random = new PythonRandom(Number(seed));
    expect(range(5).map(() => random.random())).toEqual(python.random);
    expect(range(8).map(() => random.getrandbits(5))).toEqual(python.getrandbits_5);
    expect(range(10).map(() => random.randint(4, 10))).toEqual(python.randint_4_10);
    expect(range(3).map(() => random.randint(10, 10))).toEqual(python.randint_10_10);
    const letters = range(20).map(() => random.choice([..."abcde"]));
    expect(letters.join("")).toBe(python.choice_abcde);
    expect(random.choices(range(10), 5)).toEqual(python.choices_10_k5);
    expect(random.sample(range(11), 9)).toEqual(python.sample_11_9);
    expect(random.sample(range(30), 9)).toEqual(python.sample_30_9);
    expect(random.sample(range(300), 9)).toEqual(python.sample_300_9);
    expect(random.sample(range(5), 2)).toEqual(python.sample_5_2);
    const items = range(12);
    random.shuffle(items);
    expect(items).toEqual(python.shuffle_12);
    expect(random.random()).toBe(python.after_random);
  });

  it("seeds from the magnitude of any integer, in 32-bit limbs", () => {
    const { seeds } = fixture<{ seeds: Record<string, { random: number[] }> }>("python");
    for (const [seed, { random }] of Object.entries(seeds)) {
      const python = new PythonRandom(BigInt(seed));
      expect(range(3).map(() => python.random())).toEqual(random);
    }
    expect(new PythonRandom(-5).random()).toBe(new PythonRandom(5).random());
  });

  it("starts again when seeded again", () => {
    const random = new PythonRandom(1);
    const first = random.random();
    random.random();
    random.seed(1);
    expect(random.random()).toBe(first);
  });

  it("draws nothing from nothing", () => {
    const random = new PythonRandom(0);
    expect(random.sample([], 0)).toEqual([]);
    expect(random.choices([], 0)).toEqual([]);
    expect(random.getrandbits(0)).toBe(0);
    expect(() => random.choice([])).toThrow("cannot draw from an empty list");
    expect(() => random.sample([1, 2], 3)).toThrow("larger than what it is drawn from");
    expect(() => random.randint(3, 2)).toThrow("two integers in order");
    expect(() => random.randbelow(0)).toThrow("no possible count");
    expect(() => random.randbelow(2 ** 32)).toThrow("too many bits");
    expect(() => new PythonRandom(0.5)).toThrow("not a whole number");
  });
});

describe("NumpyRandom", () => {
  it.each(golden)("repeats NumPy's calls after np.random.seed(%s)", (seed, { numpy }) => {
    const random = new NumpyRandom(Number(seed));
    expect(random.choice(range(3), 9)).toEqual(numpy.choice_3_size9);
    expect(random.choice(range(26), 9)).toEqual(numpy.choice_26_size9);
    expect(random.choice([5], 3)).toEqual(numpy.choice_1_size3);
    const items = range(12);
    random.shuffle(items);
    expect(items).toEqual(numpy.shuffle_12);
    expect([...random.randomSample(1)]).toEqual([numpy.after_random_sample]);
  });

  it("repeats standard_normal (to 1e-15), randint and random_sample", () => {
    type Seeds = Record<string, Record<string, number[]>>;
    for (const [seed, expected] of Object.entries(fixture<{ seeds: Seeds }>("numpy").seeds)) {
      const random = new NumpyRandom(Number(seed));
      const normals = random.standardNormal(7);
      expected.standard_normal_7!.forEach((value, i) => {
        expect(Math.abs(normals[i]! - value)).toBeLessThan(1e-15);
      });
      expect(random.randint(-3, 4, 9)).toEqual(expected["randint_-3_4_size9"]);
      expect([...random.randomSample(4)]).toEqual(expected.random_sample_4);
      expect(random.randint(0, 70000, 4)).toEqual(expected.randint_0_70000_size4);
    }
  });

  it("draws nothing from nothing", () => {
    const random = new NumpyRandom(0);
    expect(random.choice([1], 0)).toEqual([]);
    expect(random.randomSample(0)).toHaveLength(0);
    expect(() => random.choice([], 1)).toThrow("cannot draw from an empty list");
    expect(() => random.randint(2, 2, 1)).toThrow("no such range of integers");
  });
});

describe("TorchRandom", () => {
  const rounded = (values: Iterable<number>) => Array.from(values, (v) => Number(v.toFixed(4)));

  it("gives the well-known first values of torch.manual_seed(0)", () => {
    expect(rounded(new TorchRandom(0).rand(3))).toEqual([0.4963, 0.7682, 0.0885]);
    expect(rounded(new TorchRandom(0).randn(3))).toEqual([1.541, -0.2934, -2.1788]);
    expect(new TorchRandom(0).randperm(10)).toEqual([4, 1, 7, 5, 3, 9, 0, 8, 6, 2]);
  });

  type Tensors = readonly [name: string, elements: number, base64: string][];
  const { cases } = fixture<{ cases: Record<string, { sigma: number; tensors: Tensors }> }>(
    "torch-normal",
  );

  it.each(Object.entries(cases))(
    "repeats the initial weights of the model of case %s to 1e-6",
    (_, { sigma, tensors }) => {
      const random = new TorchRandom(0);
      for (const [name, elements, base64] of tensors) {
        const expected = new Float32Array(Uint8Array.from(Buffer.from(base64, "base64")).buffer);
        const drawn = random.normal(elements, 0, sigma);
        let worst = 0;
        expected.forEach((value, i) => {
          worst = Math.max(worst, Math.abs(value - drawn[i]!));
        });
        expect(worst, name).toBeLessThan(1e-6);
      }
    },
  );

  it("keeps the second value of a pair for the next small tensor", () => {
    const together = new TorchRandom(3).normal(2);
    const random = new TorchRandom(3);
    expect([...random.normal(1), ...random.normal(1)]).toEqual([...together]);
    random.manualSeed(3);
    expect(random.normal(1)[0]).toBe(together[0]);
  });

  it("draws nothing of size 0 and stays within the range", () => {
    const random = new TorchRandom(7n);
    expect(random.rand(0)).toHaveLength(0);
    expect(random.normal(0)).toHaveLength(0);
    expect(random.randperm(0)).toEqual([]);
    expect(random.randperm(1)).toEqual([0]);
    expect(new Set(random.randint(-1, 2, 100))).toEqual(new Set([-1, 0, 1]));
    expect(() => random.normal(1, 0, -1)).toThrow("standard deviation is negative");
    expect(() => random.randint(0, 2 ** 32, 1)).toThrow("no such range of integers");
    expect(() => new TorchRandom(0.5)).toThrow("not a whole number");
  });
});
