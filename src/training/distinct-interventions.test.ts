import { describe, expect, it } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import {
  asModelNodes,
  loadInterventions,
  type ModelNode,
  type Pairs,
} from "../interventions/index.ts";
import { Key } from "../rng/index.ts";
import { constantTensors } from "../transformer/index.ts";
import { distinctInterventions } from "./distinct-interventions.ts";
import { drawPairs } from "./pairs.ts";
import { caseThree } from "./tasks.testing.ts";

const backend = await wasmBackend();
const task = caseThree();
const { highLevel, positions } = task;
const { transformer } = highLevel;
const tokens = backend.buffer(task.tokens);
const model = {
  config: transformer.config,
  tensors: constantTensors(transformer, { sparse: true }),
  bindings: {},
};
const frozen = { backend, model, tokens, positions };
const pairs = drawPairs(task.multiplicity, 3000, Key.fromSeed(3));

/** The outputs `[pos]` of each intervention. */
function outcomes(node: ModelNode, list: Pairs): string[] {
  const interventions = loadInterventions({
    ...frozen,
    hooks: [node.hook],
    logitsAt: "all",
    read: (logits) => ({ logits }),
  });
  const found: string[] = [];
  for (const piece of interventions.pieces(list)) {
    const { logits } = piece.patch([node]);
    for (let i = 0; i < piece.base.length; i++) {
      found.push(logits.subarray(i * positions, (i + 1) * positions).join());
    }
  }
  interventions.dispose();
  return found;
}

describe.each(asModelNodes(task.correspondence.map(({ hl }) => hl)))(
  "the distinct interventions at $hook",
  (node) => {
    const loaded = highLevel.load({ backend, tokens, positions });
    const rows = Uint32Array.from({ length: 256 }, (_, row) => row);
    const distinct = distinctInterventions(loaded.numberValues(node).of(rows), pairs);

    it("are one for each base and each value that sources give the node", () => {
      // Both variables of case 3 tell at which of the four places an "x" is: 16 values.
      const isX = (row: number) =>
        task.tokens.subarray(row * positions, (row + 1) * positions).map((id) => Number(id === 5));
      const keys = Array.from(pairs.base, (b, i) => [b, ...isX(pairs.source[i]!)].join());
      expect(distinct.pairs.base.length).toBe(new Set(keys).size);
      expect(distinct.pairs.base.length).toBeLessThan(0.8 * pairs.base.length);
    });

    it("come out as each of their pairs does, bit for bit", () => {
      const own = outcomes(node, distinct.pairs);
      const every = outcomes(node, pairs);
      expect([...distinct.numbers].map((number) => own[number])).toEqual(every);
    });
  },
);
