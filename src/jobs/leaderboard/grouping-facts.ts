import { z } from "zod";
import { type Node, parseNode, withinBlock } from "../../circuit/index.ts";
import { packagedZoo, readZoo, readZooFile, ZOO_FILES } from "../../models/index.ts";
import type { Artifact } from "../../store/index.ts";
import type { AuditDocument } from "../plans/audit-document.ts";
import type { DiscoveryDocument } from "../plans/discovery-document.ts";

/** What of a case and its model may decide how well methods do. */
const groupingFacts = z.strictObject({
  case: z.string(),
  /** Blocks of its transformer. */
  layers: z.int(),
  /** The size of its residual stream; of models in the zoo. */
  width: z.int().optional(),
  /** Heads in the constructed truth. */
  trueHeads: z.int().optional(),
  /** Edges in the constructed truth, query, key and value apart. */
  trueEdges: z.int().optional(),
  /** Of these, by the audit, such that do nothing. */
  silentEdges: z.int().optional(),
  /** The share of runs that break when all edges outside the truth are exchanged together, by the audit. */
  leak: z.number().optional(),
});

/** See {@link groupingFacts}. */
export type GroupingFacts = Readonly<z.output<typeof groupingFacts>>;

/** The facts of the model that the result of `run …` is about; those of its audit if it is in the zoo. */
export function factsOfRun(
  id: string,
  { result, provenance }: Artifact,
  zoo?: string,
): GroupingFacts {
  const { shape, truth } = result as unknown as DiscoveryDocument;
  const { model } = provenance.config as { readonly model: { readonly sha256: string } };
  return {
    case: id,
    layers: shape.nLayers,
    ...(truth && {
      trueHeads: truth.nodes.map(parseNode).filter(isHead).length,
      trueEdges: truth.edges.length,
    }),
    ...factsOfZoo(model.sha256, zoo),
  };
}

const isHead = ({ hook, head }: Node) => head !== null && withinBlock(hook) === "attn.hook_result";

function factsOfZoo(sha256: string, folder = packagedZoo()): Partial<GroupingFacts> {
  const entry = readZoo(folder).models.find((one) => one.sha256 === sha256);
  if (entry === undefined) return {};
  const read = (name: string) => JSON.parse(readZooFile(folder, entry, name).toString("utf8"));
  const { effectiveTruth, sufficiency }: AuditDocument = read(ZOO_FILES.audit);
  return {
    width: read("config.json").d_model,
    silentEdges: effectiveTruth.silentEdges.length,
    leak: sufficiency.edges.resample.share,
  };
}
