// An algorithm in a file of its own: npx interpbench run composition -i 3 --tracr --edge-count 4 --plugin examples/plugin.mjs

import { defineEdgeRanking, option } from "interpbench/discovery";
import { z } from "zod";

const size = (rows) => Math.hypot(...rows.flat());

// A weight of one head or block as rows: [in, out], out as wide as `width` says.
function rowsOf(weights, key, { head, heads = 1, width }) {
  const { data } = weights.get(key);
  const each = data.length / heads;
  const part = [...data.subarray((head ?? 0) * each, ((head ?? 0) + 1) * each)];
  return Array.from({ length: each / width }, (_, i) => part.slice(i * width, (i + 1) * width));
}

// How a source writes: [what it has computed, dModel].
function writes(weights, { nHeads, dModel }, { hook, head }) {
  const [, block] = hook.split(".");
  const own = hook.endsWith("hook_resid_pre") ? "embed.W_E" : `blocks.${block}.mlp.W_out`;
  const key = head === null ? own : `blocks.${block}.attn.W_O`;
  return rowsOf(weights, key, { head, heads: head === null ? 1 : nHeads, width: dModel });
}

// How a destination reads: [dModel, what it computes with].
function reads(weights, { nHeads, dHead, dMlp, dVocabOut }, { block, input, node: { head } }) {
  if (input === "output") return rowsOf(weights, "unembed.W_U", { width: dVocabOut });
  if (input === "mlp") return rowsOf(weights, `blocks.${block}.mlp.W_in`, { width: dMlp });
  const key = `blocks.${block}.attn.W_${input.toUpperCase()}`;
  return rowsOf(weights, key, { head, heads: nHeads, width: dHead });
}

const product = (a, b) =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, i) => sum + x * b[i][j], 0)));

export default defineEdgeRanking({
  name: "composition",
  title: "Composition of weights",
  summary:
    "Scores an edge by how much of what the source writes the reader reads, from weights alone.",
  reference: { text: "Elhage et al. 2021", url: "https://transformer-circuits.pub/2021/framework" },
  maturity: { tier: "experimental", verifiedOn: [] },
  formula: "‖W_write(u) · W_read(v)‖ / (‖W_write(u)‖ · ‖W_read(v)‖)",
  options: {
    raw: option(z.boolean().default(false), "Do not divide by the sizes of both weights"),
  },
  rank: (
    { transformer: { config, weights } },
    { raw },
    _context,
    { sources, destinations, edges },
  ) => {
    const written = sources.map(({ node }) => writes(weights, config, node));
    const read = destinations.map((destination) => reads(weights, config, destination));
    const values = edges.map(({ source, destination }) => {
      const [a, b] = [written[source], read[destination]];
      return size(product(a, b)) / (raw ? 1 : size(a) * size(b) || 1);
    });
    return { values, evaluations: 0 };
  },
});
