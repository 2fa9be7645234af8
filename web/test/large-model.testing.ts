import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  circuitOf,
  fullGraph,
  type GraphShape,
  graphCircuit,
  headCircuit,
} from "../../src/circuit/index.ts";
import { packed } from "../../src/explorer/index.ts";
import { decodeConfig, encodeCircuit, encodeModel } from "../../src/formats/index.ts";
import type { PageContent } from "../../src/report/index.ts";
import { initializeTransformer } from "../../src/transformer/index.ts";

/** As many layers and heads as GPT-2 small: 32,491 edges. */
export const GPT2_SMALL: GraphShape = { nLayers: 12, nHeads: 12 };

/** In place of draws: what the model computes is looked at by nobody. */
const waves = (count: number) => Float64Array.from({ length: count }, (_, i) => Math.sin(i));

/** Every so many edges one is true. */
const TRUE_EVERY = 601;

/** A page about a narrow model with a graph of this shape: its truth, and a ranking that nearly finds it. */
export function largeContent(shape = GPT2_SMALL): Pick<PageContent, "results" | "models"> {
  const path = fileURLToPath(new URL("../../models/3-seed1/config.json", import.meta.url));
  const small = decodeConfig(readFileSync(path, "utf8"), path);
  const config = { ...small, ...shape, dModel: 4, dHead: 1, dMlp: 4 };
  const { config: configText, weights } = encodeModel(initializeTransformer(config, waves));
  const heads = [...headCircuit(shape).edges.values()];
  const truth = circuitOf(heads.filter((_, i) => i % TRUE_EVERY === 0));
  const circuit = encodeCircuit({
    circuit: truth,
    granularity: "head",
    shape,
    dModel: config.dModel,
    scores: undefined,
    provenance: undefined,
  });
  const edges = [...graphCircuit(fullGraph(shape)).edges.keys()];
  const scores = edges.map((text, i) => {
    const [from, to] = text.split("->");
    const score = 1 / (1 + ((i * 7919) % edges.length));
    return { from, to, score, ranking: score };
  });
  const model = { kind: "loaded", name: "large" } as const;
  const document = { case: "3", algorithm: "eap", rankedBy: "size of the effect", scores };
  return {
    results: [{ name: "run", kind: "run eap", case: "3", model, document }],
    models: [
      {
        name: "large",
        title: `a model of ${shape.nLayers} layers with ${shape.nHeads} heads`,
        case: "3",
        isCompiled: false,
        files: { config: configText, weights: packed(weights), circuit },
      },
    ],
  };
}
