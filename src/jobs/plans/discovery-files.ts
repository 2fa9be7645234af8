import { circuitTexts } from "../../circuit/index.ts";
import { type Discovery, numbersOfEdges } from "../../discovery/index.ts";
import { encodeCircuit } from "../../formats/index.ts";
import { drawCircuitSvg } from "../../report/index.ts";
import type { ArtifactDraft } from "../../store/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import type { DiscoveryDocument } from "./discovery-document.ts";
import { discoveryPicture } from "./discovery-picture.ts";

/**
 * Writes `circuit.json` and `circuit.svg`, if there is a circuit; of several, each under the setting
 * that it was found with: `circuit-threshold-0.01.json`.
 */
export function writeCircuits(
  draft: ArtifactDraft,
  discovery: Discovery,
  document: DiscoveryDocument,
  config: TransformerConfig,
): void {
  const { findings } = discovery;
  const { shape, case: id, model, algorithm, params } = document;
  for (const { circuit, setting } of findings) {
    const { name, value } = setting;
    const isOne = findings.length === 1;
    const file = isOne ? "circuit" : `circuit-${name}-${value}`;
    const text = encodeCircuit({
      circuit,
      granularity: "qkv",
      shape,
      dModel: config.dModel,
      scores: numbersOfEdges(discovery.shown, discovery, config),
      ...(discovery.ranks === "nodes" ? { nodeScores: discovery.shown } : {}),
      provenance: {
        role: "hypothesis",
        case: id,
        model,
        algorithm,
        params: isOne ? params : { ...params, [name]: value },
      },
    });
    draft.write(`${file}.json`, text);
    draft.write(`${file}.svg`, drawCircuitSvg(discoveryPicture(document, circuitTexts(circuit))));
  }
}
