import { describe, expect, it } from "vitest";
import { compile, referenceBackend, sampleInput } from "../engine/index.ts";
import { EFFECT_INPUTS, effectOf } from "./metric.ts";

describe("kl_div", () => {
  it("is 0 for the base's own output, 1 for the source's own, negative for a better one", () => {
    const [logits, label] = [sampleInput("logits", [1, 2]), sampleInput("label", [1])];
    const effect = effectOf("kl_div", true, logits, label, 0);
    const executable = referenceBackend().load(compile({ outputs: { effect } }));
    const [own, sourceOwn] = [Float64Array.of(1, 0), Float64Array.of(0, 1)];
    const measure = (...values: number[]) =>
      executable.run({
        batch: 1,
        inputs: {
          logits: Float64Array.from(values),
          label: Float64Array.of(0),
          [EFFECT_INPUTS.own]: own,
          [EFFECT_INPUTS.sourceOwn]: sourceOwn,
        },
      }).effect[0]!;
    expect(measure(1, 0)).toBe(0);
    expect(measure(0, 1)).toBeCloseTo(1, 10);
    expect(measure(9, 0)).toBeLessThan(0);
  });
});
