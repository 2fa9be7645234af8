import { describe, expect, it } from "vitest";
import { InterpBenchError } from "../errors/index.ts";
import { Key } from "../rng/index.ts";
import { FUZZED_READERS, mutate } from "./fuzz.testing.ts";

const RUNS = 2000;

describe("a damaged file", () => {
  it.each(FUZZED_READERS)("is refused or read, as large as it is: $name", (reader) => {
    const key = Key.fromSeed(1).fold(reader.name);
    for (let run = 0; run < RUNS; run++) {
      const bytes = mutate(reader.seeds, key.fold(run));
      try {
        expect(reader.read(bytes)).toBeLessThanOrEqual(reader.most(bytes.length));
      } catch (error) {
        if (!(error instanceof InterpBenchError)) {
          throw new Error(
            `run ${run}: ${JSON.stringify(String.fromCharCode(...bytes.slice(0, 3000)))}`,
            {
              cause: error,
            },
          );
        }
      }
    }
  });

  it.each(FUZZED_READERS)("is read where it is not damaged: $name", ({ seeds, read }) => {
    expect(read(seeds[0]!)).toBeGreaterThan(0);
  });
});
