import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../errors/index.ts";
import type { Plan } from "./plan.ts";
import { itemsOfShard, parseShard } from "./shard.ts";

interface Job {
  readonly plan: Plan;
  readonly before: readonly Plan[];
}

const plan = (id: string): Plan => ({ kind: "run-eap", subject: { case: { id } } });
const job = (id: string, ...before: string[]): Job => ({
  plan: plan(id),
  before: before.map((name) => plan(`before ${name}`)),
});
const plansOf = ({ plan: own, before }: Job) => [own, ...before];
const partsOf = (jobs: readonly Job[], count: number) =>
  Array.from({ length: count }, (_, i) => itemsOfShard(jobs, { index: i + 1, count }, plansOf));
const ids = (jobs: readonly Job[]) =>
  jobs.map(({ plan: own }) => (own.subject.case as { readonly id: string }).id);

const jobs = fc
  .uniqueArray(fc.nat({ max: 99 }), { maxLength: 20 })
  .map((numbers) => numbers.map((n) => job(String(n))));
const count = fc.integer({ min: 1, max: 25 });

describe("parts of the work", () => {
  it("have every job once between them, as evenly as can be", () => {
    fc.assert(
      fc.property(jobs, count, (all, n) => {
        const parts = partsOf(all, n);
        expect(ids(parts.flat()).sort()).toEqual(ids(all).sort());
        const sizes = parts.map((part) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("do not depend on the order of the jobs, but keep it", () => {
    fc.assert(
      fc.property(jobs, count, (all, n) => {
        const backwards = partsOf(all.toReversed(), n).map((part) => ids(part).reverse());
        expect(backwards).toEqual(partsOf(all, n).map(ids));
      }),
    );
  });

  it("are the same whoever does the jobs, with however many threads", () => {
    const all = [job("1"), job("2"), job("3"), job("4")];
    const changed = all.map(({ plan: own, before }) => ({
      plan: {
        ...own,
        subject: { ...own.subject, advice: { untrained: "Train it." } },
        engine: { backend: "wasm", threads: 3 } as const,
      },
      before,
    }));
    const plain = all.map(({ plan: own, before }) => ({
      plan: { ...own, engine: { backend: "wasm", threads: 0 } as const },
      before,
    }));
    expect(partsOf(changed, 3).map(ids)).toEqual(partsOf(plain, 3).map(ids));
  });

  it("keep jobs together that are made from the same", () => {
    const all = [job("1", "x"), job("2", "y"), job("3", "x"), job("4", "y", "z"), job("5", "z")];
    const parts = partsOf(all, 2).map(ids);
    expect(parts.map((part) => part.join()).sort()).toEqual(["1,3", "2,4,5"]);
  });
});

describe("the name of a part", () => {
  it("is its number and that of all", () => {
    expect(parseShard("1/1")).toEqual({ index: 1, count: 1 });
    expect(parseShard(" 10/200 ")).toEqual({ index: 10, count: 200 });
  });

  it.each(["0/3", "4/3", "1", "1/", "/3", "1/0", "-1/3", "1.5/3", "1/3/4", "a/b", "1/100001", ""])(
    "is not %s",
    (text) => {
      expect(() => parseShard(text)).toThrow(InterpBenchError);
    },
  );
});
