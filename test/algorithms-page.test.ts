import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allAlgorithms } from "../src/discovery/index.ts";
import { ALGORITHM_LISTING, algorithmListing } from "../tools/algorithm-listing.ts";
import { ALGORITHMS_PAGE, algorithmsPage } from "../tools/algorithms-page.ts";

describe("the list of algorithms", () => {
  it("is made of what the algorithms say about themselves", () => {
    expect(readFileSync(ALGORITHM_LISTING, "utf8"), "npm run build:algorithms").toBe(
      algorithmListing(),
    );
  });
});

describe("docs/algorithms.md", () => {
  it("is made of what the algorithms say about themselves", () => {
    expect(readFileSync(ALGORITHMS_PAGE, "utf8"), "npm run build:algorithms").toBe(
      algorithmsPage(),
    );
  });

  it.each(allAlgorithms())("has a formula, a cost and a status of $name", (algorithm) => {
    const { formula, cost, maturity, reference } = algorithm;
    expect(formula).toMatch(/^\S.*\S$/);
    expect(cost).toMatchObject({ forward: expect.any(String), backward: expect.any(String) });
    const oracles = [...maturity.verifiedOn, ...(maturity.checkedBy ?? [])];
    if (maturity.tier === "verified") expect(oracles.length).toBeGreaterThan(0);
    if (maturity.tier !== "baseline") expect(reference?.url).toMatch(/^https:/);
  });
});
