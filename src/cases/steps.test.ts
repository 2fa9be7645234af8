import { describe, expect, it } from "vitest";
import type { Steps } from "../interventions/index.ts";
import { map, tokens } from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import {
  type Corruption,
  caseTask,
  caseTaskSteps,
  corruptData,
  corruptDataSteps,
  type Dataset,
  defineCase,
  generateData,
  generateDataSteps,
  getCase,
} from "./index.ts";

const key = Key.fromSeed(5);

const textOf = ({ tokens, ...facts }: Dataset) => `${JSON.stringify(facts)} ${tokens}`;

/** What steps yield, and what they return. */
function followed<T>(steps: Steps<T>, onStep = () => {}) {
  const shares: number[] = [];
  for (;;) {
    const { done, value } = steps.next();
    onStep();
    if (done === true) return { shares, result: value };
    shares.push(value);
  }
}

function expectShares(shares: readonly number[], least: number) {
  expect(shares.length).toBeGreaterThanOrEqual(least);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
}

describe("a task in steps", () => {
  it("is compiled pass by pass, and the task itself", () => {
    for (const id of ["3", "18", "ioi"]) {
      const case_ = getCase(id);
      const { shares, result } = followed(caseTaskSteps(case_));
      const { highLevel, ...facts } = caseTask(case_);
      const { highLevel: own, ...ownFacts } = result;
      expectShares(shares, case_.kind === "rasp" ? 8 : 2);
      expect(ownFacts).toEqual(facts);
      expect(own.variables).toEqual(highLevel.variables);
    }
  });
});

describe("data in steps", () => {
  const long = getCase("39");
  const size = 600;
  /** A step handles 2¹³ tokens, of rows that cost their length, 60, and 16. */
  const PARTS = 6;

  it("is drawn, encoded, shuffled and merged part by part", () => {
    const { shares, result } = followed(generateDataSteps(long, { key, size }));
    expectShares(shares, 4 * PARTS);
    expect(textOf(result)).toBe(textOf(generateData(long, { key, size })));
  });

  it("is corrupted part by part where inputs are drawn", () => {
    const clean = generateData(long, { key, size, distinct: false });
    const { shares, result } = followed(corruptDataSteps(long, clean, { key }));
    expectShares(shares, 3 * PARTS);
    expect(textOf(result)).toBe(textOf(corruptData(long, clean, { key })));
  });

  it("is corrupted by the case part by part", () => {
    const corrupt: Corruption = (_, input) => [...input].reverse();
    const case_ = { ...long, corrupt };
    const clean = generateData(case_, { key, size });
    expectShares(followed(corruptDataSteps(case_, clean, { key })).shares, 2 * PARTS);
  });

  it("tries no more than 1024 sequences at a time where inputs have to pass a test", () => {
    let tried = 0;
    const case_ = defineCase({
      id: "few",
      task: "Has a token three times.",
      program: () => map((x: number) => x, tokens),
      vocab: [0, 1, 2, 3, 4],
      minSeqLen: 7,
      maxSeqLen: 7,
      inputs: (input) => {
        tried++;
        return input[0] === input[1];
      },
    });
    tried = 0;
    const most: number[] = [];
    const { shares, result } = followed(generateDataSteps(case_, { key, size: 4000 }), () => {
      most.push(tried);
      tried = 0;
    });
    expectShares(shares, 15);
    expect(result.count).toBe(5 ** 5);
    expect(Math.max(...most)).toBe(1024);
  });
});
