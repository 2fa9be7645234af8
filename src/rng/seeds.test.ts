import { expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { seedsFrom } from "./index.ts";

it("seeds follow each other, up to the largest there is", () => {
  expect(seedsFrom(5, 3)).toEqual([5, 6, 7]);
  expect(seedsFrom(Number.MAX_SAFE_INTEGER, 0)).toEqual([]);
  const last = Number.MAX_SAFE_INTEGER;
  expect(seedsFrom(last - 1, 2)).toEqual([last - 1, last]);
  const message = () => {
    try {
      return seedsFrom(last - 1, 3);
    } catch (error) {
      return formatError(error);
    }
  };
  expect(message()).toBe(
    "E_SEED: there are no 3 seeds from this one on — expected a seed of at most 9007199254740989 — received 9007199254740990",
  );
});
