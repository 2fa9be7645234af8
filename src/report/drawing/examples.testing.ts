import {
  circuitFromTexts,
  type EdgeTexts,
  edgeTexts,
  headCircuit,
  type ScoreMap,
} from "../../circuit/index.ts";
import type { CircuitPicture } from "./picture.ts";

/** Pictures by name: what the snapshots and the gallery show. */
export const PICTURES: Readonly<Record<string, CircuitPicture>> = {
  "smallest-model": {
    shape: { nLayers: 1, nHeads: 1, attnOnly: true },
    circuit: circuitFromTexts([
      ["blocks.0.hook_resid_pre", "blocks.0.attn.hook_result[0]"],
      ["blocks.0.attn.hook_result[0]", "blocks.0.hook_resid_post"],
    ]),
  },
  "empty-circuit": { shape: { nLayers: 1, nHeads: 2 }, circuit: circuitFromTexts([]) },
  "case-3-truth": {
    shape: { nLayers: 2, nHeads: 4 },
    circuit: case3Truth(),
    title: "Case 3: ground truth",
  },
  "case-3-found": {
    shape: { nLayers: 2, nHeads: 4 },
    truth: case3Truth(),
    circuit: circuitFromTexts([
      ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_in"],
      ["blocks.0.hook_resid_pre", "blocks.1.hook_q_input[2]"],
      ["blocks.0.hook_mlp_out", "blocks.1.hook_v_input[2]"],
      ["blocks.0.hook_mlp_out", "blocks.1.hook_mlp_in"],
      ["blocks.0.attn.hook_result[1]", "blocks.1.hook_resid_post"],
      ["blocks.0.hook_resid_pre", "blocks.0.hook_v_input[1]"],
      ["blocks.1.hook_mlp_out", "blocks.1.hook_resid_post"],
    ]),
    title: "Case 3: ACDC, τ = 0.025",
  },
  "case-3-scores": {
    shape: { nLayers: 2, nHeads: 4 },
    circuit: circuitFromTexts(qkvEdges()),
    scores: new Map(
      qkvEdges().map(([from, to], i) => [
        `${from}->${to}`,
        [0.53, -0.21, 0.08, 0.4, -0.02, 0.17][i]!,
      ]),
    ) satisfies ScoreMap,
    title: "Case 3: EAP",
  },
  "case-3-sizes": {
    shape: { nLayers: 2, nHeads: 4 },
    circuit: circuitFromTexts(qkvEdges()),
    scores: new Map(
      qkvEdges().map(([from, to], i) => [`${from}->${to}`, [0.5, 0.2, 0, 0.4, 0.02, 0.1][i]!]),
    ),
    effects: new Map(
      qkvEdges().map(([from, to], i) => [`${from}->${to}`, [-0.5, 0.2, 0, 0.4, -0.02, 0.1][i]!]),
    ),
    scoreName: "size of the effect",
    title: "Case 3: EAP, by size",
  },
  ioi: {
    shape: { nLayers: 6, nHeads: 4 },
    truth: ioiTruth(),
    circuit: circuitFromTexts([
      ...edgeTexts(ioiTruth()).filter((_, i) => i !== 3 && i !== 7),
      ["blocks.0.hook_resid_pre", "blocks.3.attn.hook_result[3]"],
      ["blocks.3.attn.hook_result[3]", "blocks.5.hook_resid_post"],
      ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"],
    ]),
    title: "Indirect object identification",
  },
  "full-graph": {
    shape: { nLayers: 2, nHeads: 4 },
    circuit: headCircuit({ nLayers: 2, nHeads: 4 }),
    title: "All 53 edges of 2 layers with 4 heads",
  },
};

function case3Truth() {
  return circuitFromTexts([
    ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"],
    ["blocks.0.hook_resid_pre", "blocks.1.attn.hook_result[2]"],
    ["blocks.0.hook_mlp_out", "blocks.1.attn.hook_result[2]"],
    ["blocks.1.attn.hook_result[2]", "blocks.1.hook_resid_post"],
  ]);
}

function qkvEdges(): EdgeTexts[] {
  return [
    ["hook_embed", "blocks.0.hook_mlp_in"],
    ["hook_pos_embed", "blocks.1.hook_q_input[2]"],
    ["hook_pos_embed", "blocks.1.hook_k_input[2]"],
    ["blocks.0.hook_mlp_out", "blocks.1.hook_v_input[2]"],
    ["hook_embed", "blocks.0.hook_v_input[0]"],
    ["blocks.1.attn.hook_result[2]", "blocks.1.hook_resid_post"],
  ];
}

function ioiTruth() {
  const heads = [1, 2, 4].map((layer) => `blocks.${layer}.attn.hook_result[1]`);
  const inputs = ["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"];
  return circuitFromTexts([
    ...inputs.flatMap((input) => heads.map((head): EdgeTexts => [input, head])),
    [heads[0]!, heads[1]!],
    [heads[1]!, heads[2]!],
    [heads[2]!, "blocks.5.hook_resid_post"],
  ]);
}
