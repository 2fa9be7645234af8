import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorOf } from "../errors/error-of.testing.ts";
import {
  type Circuit,
  circuitFromTexts,
  circuitOf,
  dialects,
  edgesOnPaths,
  emptyCircuit,
  equalCircuits,
  fullGraph,
  graphCircuit,
  greedyEdges,
  headCircuit,
  isSubcircuit,
  leadingToOutput,
  parseEdge,
  prepareForEvaluation,
  pruneCircuit,
  type ScoreMap,
  topEdges,
} from "./index.ts";

/** Scores of a transformer of 2 layers with 2 heads, and what EAP-IG selects by them. */
interface Stored {
  readonly counts: readonly number[];
  readonly edges: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly selections: readonly {
    readonly scores: string;
    readonly select: "top" | "greedy";
    readonly absolute: boolean;
    /** Edges that are left after pruning, for each of `counts`. */
    readonly sizes: readonly number[];
  }[];
}

const stored = JSON.parse(
  readFileSync(new URL("../../test/fixtures/discovery/tiny-model.json", import.meta.url), "utf8"),
).none as Stored;

const shape = { nLayers: 2, nHeads: 2 };
const graph = fullGraph(shape);
const names = graph.edges.map(({ edge, text }) => [text, dialects.eap.formatEdge(edge, shape)]);

const scoresOf = (method: string, absolute: boolean): ScoreMap =>
  new Map(
    names.map(([text, name]) => {
      const score = stored.edges[name!]![method]!;
      return [text!, absolute ? Math.abs(score) : score];
    }),
  );

/** Short names of edges: `input->m0`. */
const shortNames = (circuit: Circuit) =>
  names.filter(([text]) => circuit.edges.has(text!)).map(([, name]) => name);

/** The edges on paths, by walking every path. */
function onPathsByHand(circuit: Circuit): Set<string> {
  const component = (text: string) =>
    text.replace(/hook_[qkv]_input/, "attn.hook_result").replace("hook_mlp_in", "hook_mlp_out");
  const edges = [...circuit.edges.keys()].map((text) => {
    const [from, to] = text.split("->") as [string, string];
    return { text, from, to: component(to) };
  });
  const found = new Set<string>();
  const walk = (at: string, path: readonly string[]) => {
    if (at.endsWith("hook_resid_post")) for (const text of path) found.add(text);
    for (const { text, from, to } of edges) if (from === at) walk(to, [...path, text]);
  };
  walk("blocks.0.hook_resid_pre", []);
  return found;
}

const subsets = (whole: Circuit) =>
  fc
    .subarray([...whole.edges.keys()])
    .map((texts) => circuitOf(texts.map((text) => parseEdge(text))));

describe("selections of EAP-IG", () => {
  it.each(stored.selections)(
    "are found by $select, $scores, absolute $absolute",
    ({ scores, select, absolute, sizes }) => {
      const choose = select === "top" ? topEdges : greedyEdges;
      const found = stored.counts.map((count) => choose(scoresOf(scores, absolute), count).circuit);
      expect(found.map(({ edges }) => edges.size)).toEqual(stored.counts);
      expect(found.map((circuit) => pruneCircuit(circuit).edges.size)).toEqual(sizes);
    },
  );

  it("grow these nine edges", () => {
    expect(shortNames(greedyEdges(scoresOf("EAP", true), 9).circuit)).toEqual(
      [
        "input->a0.h0<v>",
        "a0.h0->m0",
        "input->m0",
        "input->a1.h1<k>",
        "m0->a1.h1<v>",
        "input->m1",
        "a0.h0->m1",
        "a1.h1->logits",
        "m1->logits",
      ].toSorted(
        (a, b) => names.findIndex(([, n]) => n === a) - names.findIndex(([, n]) => n === b),
      ),
    );
  });
});

describe("ties", () => {
  const scores = new Map(graph.edges.map(({ text }, i) => [text, i === 3 ? 2 : i % 2]));

  it("are decided by the order, and told", () => {
    expect(topEdges(scores, 1).tie).toBeUndefined();
    const { circuit, tie } = topEdges(scores, 4);
    expect(tie).toEqual({ score: 1, tied: 22, taken: 3 });
    expect(new Set(circuit.edges.keys())).toEqual(
      new Set([3, 1, 5, 7].map((i) => graph.edges[i]!.text)),
    );
    expect(topEdges(scores, 23).tie).toBeUndefined();
    expect(topEdges(scores, 46).tie).toBeUndefined();
    expect(topEdges(scores, 0).tie).toBeUndefined();
  });

  it("are told of growing only where they decide", () => {
    const output = graph.edges.filter(({ destination }) => destination === 14);
    expect(output.map(({ text }) => scores.get(text))).toEqual([1, 0, 1, 0, 1, 0, 1]);
    expect(greedyEdges(scores, 1).tie).toEqual({ score: 1, tied: 4, taken: 1 });
    const distinct = new Map(graph.edges.map(({ text }, i) => [text, (i * 29) % 46]));
    for (const count of [1, 7, 30]) expect(greedyEdges(distinct, count).tie).toBeUndefined();
  });
});

describe("choosing edges", () => {
  it("refuses more than there are, and scores that are NaN", () => {
    const scores = scoresOf("EAP", true);
    expect(errorOf(() => topEdges(scores, 47))).toBe(
      "E_SCORE: there are not so many edges — expected a whole number from 0 to 46 — received 47",
    );
    expect(errorOf(() => greedyEdges(new Map([...scores].slice(0, 20)), 3))).toContain(
      "there are not so many edges that reach the output — expected at most 0",
    );
    const broken = new Map([...scores, [graph.edges[2]!.text, Number.NaN] as const]);
    for (const choose of [topEdges, greedyEdges]) {
      expect(errorOf(() => choose(broken, 3))).toContain("E_SCORE: a score is NaN (at blocks.0");
    }
  });

  it("by growth only takes edges that lead to the output, the best at every step", () => {
    const some = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 46, maxLength: 46 });
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 46 }), (values, count) => {
        const scores = new Map(graph.edges.map(({ text }, i) => [text, values[i]!]));
        const { circuit } = greedyEdges(scores, count);
        expect(circuit.edges.size).toBe(count);
        expect(equalCircuits(leadingToOutput(circuit), circuit)).toBe(true);
        if (count > 0)
          expect(isSubcircuit(greedyEdges(scores, count - 1).circuit, circuit)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe("pruning", () => {
  it("keeps exactly the edges on paths, at both granularities", () => {
    for (const whole of [graphCircuit(graph), headCircuit(shape)]) {
      fc.assert(
        fc.property(subsets(whole), (circuit) => {
          const kept = edgesOnPaths(circuit);
          expect(kept).toEqual(onPathsByHand(circuit));
          const pruned = pruneCircuit(circuit);
          expect(new Set(pruned.edges.keys())).toEqual(kept);
          expect(equalCircuits(pruneCircuit(pruned), pruned)).toBe(true);
        }),
        { numRuns: 60 },
      );
    }
  });

  it("is the same before and after the projection to heads, but for the direct path", () => {
    fc.assert(
      fc.property(subsets(graphCircuit(graph)), (circuit) => {
        const [before, after] = [
          prepareForEvaluation(pruneCircuit(circuit)),
          pruneCircuit(prepareForEvaluation(circuit)),
        ];
        expect([...after.edges.keys()]).toEqual([...before.edges.keys()]);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves nothing of nothing, and separate embeddings are beginnings", () => {
    expect(pruneCircuit(emptyCircuit)).toEqual(emptyCircuit);
    const circuit = circuitFromTexts([
      ["hook_embed", "blocks.0.hook_mlp_in"],
      ["hook_pos_embed", "blocks.0.hook_q_input[1]"],
      ["blocks.0.hook_mlp_out", "blocks.1.hook_resid_post"],
    ]);
    expect(edgesOnPaths(circuit)).toEqual(
      new Set([
        "hook_embed->blocks.0.hook_mlp_in",
        "blocks.0.hook_mlp_out->blocks.1.hook_resid_post",
      ]),
    );
  });
});
