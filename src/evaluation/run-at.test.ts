import { describe, expect, it } from "vitest";
import { compile, sampleInput, square, wasmBackend } from "../engine/index.ts";
import { runAt } from "./run-at.ts";

describe("a run that is a part of longer work", () => {
  it("is made in several steps that tell one share, and gives what it gives alone", async () => {
    const backend = await wasmBackend({ variant: "simd" });
    const x = sampleInput("x", [3]);
    const executable = backend.load(compile({ outputs: { y: square(x) } }));
    const options = { batch: 64, inputs: { x: Float32Array.from({ length: 192 }, (_, i) => i) } };
    const steps = runAt(backend, 0.25, { executable, options });
    const shares: number[] = [];
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) shares.push(step.value);
    expect(shares.length).toBeGreaterThan(4);
    expect(new Set(shares)).toEqual(new Set([0.25]));
    expect(step.value).toEqual(executable.run(options));
    backend.dispose();
  });
});
