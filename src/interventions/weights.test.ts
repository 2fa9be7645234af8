import { describe, expect, it } from "vitest";
import { TINY_TASKS, tinyTask } from "../discovery/fixtures.testing.ts";
import { compile, referenceBackend, sampleInput } from "../engine/index.ts";
import { attentionFrom, blockHook, constantsOf, run } from "../transformer/index.ts";
import { withScope } from "./scope.ts";
import { freezeWeights, headOfBlock } from "./weights.ts";

const RESULT = "attn.hook_result";

describe("a head alone", () => {
  it.each(Object.entries(TINY_TASKS))("computes what it computes in the whole: %s", (_, task) => {
    const backend = referenceBackend();
    const { config } = task.transformer;
    const tokens = [[0, 1, 2]];
    for (let block = 0; block < config.nLayers; block++) {
      const [before, hook] = [blockHook(block, "hook_resid_pre"), blockHook(block, RESULT)];
      const whole = run(task.transformer, backend, { tokens, capture: [before, hook] }).cache;
      for (let head = 0; head < config.nHeads; head++) {
        const alone = headOfBlock(task.transformer, block, head);
        const own = blockHook(0, RESULT);
        const resid = sampleInput("resid", [3, config.dModel]);
        const constants = constantsOf(alone.weights);
        const { cache } = attentionFrom(alone.config, constants, 0, resid, { capture: [own] });
        const { result } = backend
          .load(compile({ outputs: { result: cache.get(own)! } }))
          .run({ batch: 1, inputs: { resid: whole.get(before)!.data } });
        for (let i = 0; i < result.length; i++) {
          const [position, d] = [Math.floor(i / config.dModel), i % config.dModel];
          const at = (position * config.nHeads + head) * config.dModel + d;
          expect(Math.abs(result[i]! - whole.get(hook)!.data[at]!)).toBeLessThan(1e-12);
        }
      }
    }
  });

  it("has the weights of its attention, and no others", async () => {
    const { transformer } = tinyTask();
    const names = ["W_Q", "W_K", "W_V", "W_O", "b_Q", "b_K", "b_V", "b_O"];
    expect(new Set(headOfBlock(transformer, 1, 0).weights.keys())).toEqual(
      new Set(names.map((name) => `blocks.0.attn.${name}`)),
    );
    await withScope(referenceBackend(), (scope) => {
      const { bindings } = freezeWeights(scope, transformer).head(1, 0);
      expect(Object.keys(bindings)).toHaveLength(8);
    });
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
