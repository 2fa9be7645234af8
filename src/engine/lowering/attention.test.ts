import { describe, expect, it } from "vitest";
import * as e from "../index.ts";
import { lower } from "./lower.ts";
import { OPCODES, type Opcode } from "./steps.ts";

/** How often each instruction of attention occurs in what is done for a tile. */
function attentionSteps(outputs: Record<string, e.Tensor>): Partial<Record<Opcode, number>> {
  const { perTile } = lower(e.compile({ outputs }));
  const counts: Partial<Record<Opcode, number>> = {};
  for (let at = 0; at < perTile.length; at += 2 + perTile[at + 1]!) {
    const opcode = OPCODES[perTile[at]!]!;
    if (!/attention|softmax|contract/i.test(opcode)) continue;
    counts[opcode] = (counts[opcode] ?? 0) + 1;
  }
  return counts;
}

const [q, k, v] = ["q", "k", "v"].map((name) => e.sampleInput(name, [5, 2, 3])) as [
  e.Tensor,
  e.Tensor,
  e.Tensor,
];
const products = e.einsum("qhe,khe->hqk", q, k);
const pattern = e.softmax(products, { scale: 0.5, causal: true });
const z = e.einsum("hqk,khe->qhe", pattern, v);

describe("attention", () => {
  it("is one step, and another one with its gradient", () => {
    expect(attentionSteps({ z })).toEqual({ attention: 1 });
    const [gq, gk, gv] = e.gradients(e.batchSum(e.sum(e.square(z))), [q, k, v]);
    const everything = { gq: gq!, gk: gk!, gv: gv! };
    expect(attentionSteps(everything)).toEqual({ attention: 2 });
    expect(attentionSteps({ gk: gk!, gq: gq! })).toEqual({ attention: 2 });
    expect(attentionSteps({ gk: gk! })).toEqual({ attention: 2 });
    expect(attentionSteps({ gv: gv! })).toEqual({ attention: 1, contractTiled: 1 });
  });

  it("stays apart where its products, or its pattern before the values, are asked for", () => {
    const apart = { contractTiled: 2, softmax: 1 };
    expect(attentionSteps({ products, z })).toEqual(apart);
    expect(attentionSteps({ pattern, z })).toEqual(apart);
    expect(attentionSteps({ v, pattern, z })).toEqual({ attention: 1 });
  });

  it("stays apart where every query sees all keys", () => {
    const mixed = e.einsum("hqk,khe->qhe", e.softmax(products, { scale: 0.5 }), v);
    expect(attentionSteps({ mixed })).toEqual({ contractTiled: 2, softmax: 1 });
  });
});
