import { describe, expect, it } from "vitest";
import { caseTask, generateData, getCase } from "../cases/index.ts";
import { referenceBackend } from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import { exchangeOutputs, sameExchanges } from "./exchange-outputs.ts";

const backend = referenceBackend();

/** What a case says under exchanges on some pairs. */
function saidOn(id: string) {
  const case_ = getCase(id);
  const task = caseTask(case_);
  const key = Key.fromSeed(1);
  const { tokens, positions, count } = generateData(case_, { key, size: 64 });
  const pairs = {
    base: key.fold("base").integers(40, count),
    source: key.fold("source").integers(40, count),
  };
  const said = exchangeOutputs(task, { tokens, positions, pairs }, backend);
  const outputs = [...said.exchanges.map((one) => one.outputs), said.own];
  return { said, same: sameExchanges(task, positions, outputs) };
}

describe("what a causal model says on pairs of inputs", () => {
  it("has its outputs on both, and those under an exchange of each place", () => {
    const { said } = saidOn("3");
    expect(said.exchanges.map(({ labels, nodes }) => [labels, nodes])).toEqual([
      [["is_x_3"], ["blocks.0.hook_mlp_out"]],
      [["frac_prevs_1"], ["blocks.1.attn.hook_result[2]"]],
    ]);
    // All that the output depends on comes through either variable.
    for (const { outputs } of said.exchanges) {
      for (const [i, value] of outputs.entries()) {
        if (i % 5 > 0) expect(value).toBeCloseTo(said.other[i]!, 4);
      }
    }
  });

  it("says which exchanges come out the same: those of a chain do, and no exchange is another thing", () => {
    expect(saidOn("3").same).toEqual([0, 0, 2]);
  });

  it("tells variables apart that the output depends on side by side", () => {
    const { same, said } = saidOn("4");
    expect(said.exchanges.map(({ labels }) => labels)).toEqual([
      ["bools_close_7", "bools_open_5"],
      ["opens_2"],
      ["closes_3"],
      ["pair_balance_1"],
    ]);
    expect(same).toEqual([0, 1, 2, 0, 4]);
  });
});
