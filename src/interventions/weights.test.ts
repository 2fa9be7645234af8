import { describe, expect, it } from "vitest";
import { TINY_TASKS, tinyTask } from "../discovery/fixtures.testing.ts";
import { referenceBackend } from "../engine/index.ts";
import { run } from "../transformer/index.ts";
import { withScope } from "./scope.ts";
import { freezeWeights, headTransformer } from "./weights.ts";

describe("a head alone", () => {
  it.each(Object.entries(TINY_TASKS))("computes what it computes in the whole: %s", (_, task) => {
    const backend = referenceBackend();
    const { config } = task.transformer;
    const tokens = [[0, 1, 2]];
    const hook = "blocks.0.attn.hook_result" as const;
    const whole = run(task.transformer, backend, { tokens, capture: [hook] }).cache.get(hook)!;
    for (let head = 0; head < config.nHeads; head++) {
      const alone = headTransformer(task.transformer, 0, head);
      const { data } = run(alone, backend, { tokens, capture: [hook] }).cache.get(hook)!;
      for (let i = 0; i < data.length; i++) {
        const [position, d] = [Math.floor(i / config.dModel), i % config.dModel];
        const at = (position * config.nHeads + head) * config.dModel + d;
        expect(Math.abs(data[i]! - whole.data[at]!)).toBeLessThan(1e-12);
      }
    }
  });

  it("shares a program with the others of its block, unless its weights are sparse constants", async () => {
    await withScope(referenceBackend(), (scope) => {
      const programs = (task = tinyTask()) => {
        const weights = freezeWeights(scope, task.transformer);
        return [weights.head(0, 0), weights.head(0, 1), weights.head(1, 0)].map((h) => h.program);
      };
      expect(programs()).toEqual(["0", "0", "1"]);
      expect(programs(TINY_TASKS["sparse weights"])).toEqual(["0.0", "0.1", "1.0"]);
    });
  });
});
