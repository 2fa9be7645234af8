import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Key, philox4x32 } from "./index.ts";

describe("philox4x32", () => {
  it("gives the published known answers", () => {
    const out = new Uint32Array(4);
    const hex = () => Array.from(out, (word) => word.toString(16).padStart(8, "0")).join(" ");
    philox4x32([0, 0, 0, 0], [0, 0], out);
    expect(hex()).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    const ones = 0xffffffff;
    philox4x32([ones, ones, ones, ones], [ones, ones], out);
    expect(hex()).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], out);
    expect(hex()).toBe("d16cfe09 94fdcceb 5001e420 24126ea1");
  });
});

describe("Key", () => {
  const key = Key.fromSeed(42);

  it("draws nothing when asked for nothing", () => {
    expect(key.uniform(0)).toHaveLength(0);
    expect(key.normal(0)).toHaveLength(0);
    expect(key.integers(0, 5)).toHaveLength(0);
    expect(key.permutation(0)).toHaveLength(0);
    expect(key.bernoulli(0, 0.5)).toHaveLength(0);
    expect(key.split(0)).toEqual([]);
    expect(key.sample([], 0)).toEqual([]);
    expect(key.shuffled([])).toEqual([]);
  });

  it("gives the same draws for the same key, in any order of calls", () => {
    const again = Key.fromSeed(42);
    again.normal(3);
    expect(again.uniform(5)).toEqual(key.uniform(5));
    expect(again.fold("a").fold(1).permutation(9)).toEqual(key.fold("a").fold(1).permutation(9));
  });

  it("pins its values: a change here breaks every stored result", () => {
    expect(key.toString()).toBe("89c99c8ad3a54e13");
    expect([...key.integers(8, 100)]).toEqual([90, 87, 54, 26, 76, 19, 78, 88]);
    expect([...key.uniform(2)]).toEqual([0.4693987545650533, 0.7867784453675603]);
    expect(key.normal(1)[0]).toBeCloseTo(-0.870290373619946, 14);
    expect([...key.permutation(6)]).toEqual([1, 4, 3, 2, 5, 0]);
    expect(key.fold("init").toString()).toBe("97c4f2a3fac38baa");
    expect(key.fold(7).toString()).toBe("99fcd70ad6ba3456");
    expect(key.split(2).map(String)).toEqual(["034a16e07d33fa9d", "7850167f5deec214"]);
  });

  it("never changes the first values when more are asked for", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(40), fc.nat(40), (seed, few, more) => {
        const some = Key.fromSeed(seed);
        const draws = [
          (n: number) => some.uniform(n),
          (n: number) => some.normal(n),
          (n: number) => some.integers(n, 7),
          (n: number) => some.bernoulli(n, 0.3),
        ];
        for (const draw of draws) {
          expect(Array.from(draw(few + more)).slice(0, few)).toEqual(Array.from(draw(few)));
        }
      }),
    );
  });

  it("gives different keys for different labels, also of different type or division", () => {
    const texts = [
      "",
      "0",
      "1",
      "-1",
      "a",
      "b",
      "ab",
      "a\0",
      "abcdefgh",
      "abcdefgh\0",
      "abcdefghi",
      "é",
    ];
    const numbers = [0, 1, -1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const keys = [
      key,
      ...texts.map((text) => key.fold(text)),
      ...numbers.map((number) => key.fold(number)),
      key.fold("a").fold("b"),
      key.fold("b").fold("a"),
      ...key.split(5),
      ...[0, 1, 2, 2 ** 32].map((seed) => Key.fromSeed(seed)),
    ];
    expect(new Set(keys.map(String)).size).toBe(keys.length);
  });

  it("gives uncorrelated values for different kinds of draws", () => {
    const n = 4000;
    const kinds = [
      Array.from(key.uniform(n), (u) => u - 0.5),
      Array.from(key.integers(n, 2 ** 32), (i) => i / 2 ** 32 - 0.5),
      Array.from(key.bernoulli(n, 0.5), (b) => b - 0.5),
      Array.from(key.fold(0).uniform(n), (u) => u - 0.5),
    ];
    for (const a of kinds) {
      for (const b of kinds.filter((other) => other !== a)) {
        const correlation = a.reduce((sum, x, i) => sum + x * b[i]!, 0) / n;
        expect(Math.abs(correlation)).toBeLessThan(0.02); // > 4 standard errors for all pairs
      }
    }
  });

  it("draws uniforms and normals with the right moments", () => {
    const n = 100_000;
    const moment = (values: Float64Array, power: number) =>
      values.reduce((sum, x) => sum + x ** power, 0) / n;
    const uniform = key.uniform(n);
    expect(Math.min(...uniform.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(Math.abs(moment(uniform, 1) - 1 / 2)).toBeLessThan(0.004);
    expect(Math.abs(moment(uniform, 2) - 1 / 3)).toBeLessThan(0.004);
    const normal = key.normal(n);
    expect(Math.abs(moment(normal, 1))).toBeLessThan(0.015);
    expect(Math.abs(moment(normal, 2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(normal, 4) - 3)).toBeLessThan(0.15);
  });

  it("draws integers evenly, also below a bound that does not divide 2^32", () => {
    expect([...key.integers(3, 1)]).toEqual([0, 0, 0]);
    for (const bound of [3, 3 * 2 ** 30]) {
      const thirds = [0, 0, 0];
      for (const i of key.integers(30_000, bound)) thirds[Math.floor((3 * i) / bound)]!++;
      for (const count of thirds) expect(Math.abs(count - 10_000)).toBeLessThan(400); // 5 σ
    }
  });

  it("permutes: every order of three is about equally likely", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(60), (seed, n) => {
        const order = [...Key.fromSeed(seed).permutation(n)];
        expect(order.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
    const counts = new Map<string, number>();
    for (const part of key.split(6000)) {
      const order = part.permutation(3).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("draws any part of a sequence of zeros and ones by itself", () => {
    const whole = key.bernoulli(40, 0.4);
    for (const [start, count] of [
      [0, 40],
      [1, 6],
      [7, 0],
      [8, 9],
      [39, 1],
    ] as const) {
      expect(key.bernoulli(count, 0.4, start)).toEqual(whole.slice(start, start + count));
    }
  });

  it("draws with the given probability, and surely at 0 and 1", () => {
    expect([...key.bernoulli(3, 0)]).toEqual([0, 0, 0]);
    expect([...key.bernoulli(3, 1)]).toEqual([1, 1, 1]);
    const ones = key.bernoulli(10_000, 0.2).reduce((sum, bit) => sum + bit, 0);
    expect(Math.abs(ones - 2000)).toBeLessThan(200); // 5 σ
  });

  it("samples without replacement and chooses with", () => {
    const items = ["a", "b", "c", "d"];
    expect(new Set(key.sample(items, 4)).size).toBe(4);
    expect(key.sample(items, 2).every((item) => items.includes(item))).toBe(true);
    expect(key.choices(items, 200).filter((item) => item === "a").length).toBeGreaterThan(20);
    expect(items).toContain(key.choice(items));
    expect(key.shuffled(items).sort()).toEqual(items);
  });

  it("refuses what it cannot draw", () => {
    expect(() => Key.fromSeed(-1)).toThrow("the seed is not a whole number");
    expect(() => Key.fromSeed(0.5)).toThrow("the seed is not a whole number");
    expect(() => key.fold(0.5)).toThrow("a key is folded with a text or a whole number");
    expect(() => key.uniform(-1)).toThrow("no possible count");
    expect(() => key.integers(1, 0)).toThrow("no such bound");
    expect(() => key.integers(1, 2 ** 33)).toThrow("no such bound");
    expect(() => key.bernoulli(1, 1.5)).toThrow("no such probability");
    expect(() => key.choice([])).toThrow("cannot draw from an empty list");
    expect(() => key.sample([1], 2)).toThrow("larger than what it is drawn from");
  });
});
