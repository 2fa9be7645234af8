import type { TransformerConfig } from "../../transformer/index.ts";
import type { Case } from "../case.ts";
import { withShape } from "../functions/shapes.ts";
import { lowLevelConfig } from "../low-level.ts";

/** Where the models of the benchmark are published: one folder for each case. */
export const PUBLISHED_REPOSITORY = "https://huggingface.co/cybershiptrooper/InterpBench";

/** What a folder of a published model holds. */
export const PUBLISHED_FILES = {
  /** A `state_dict` of PyTorch under TransformerLens' keys. */
  weights: "ll_model.pth",
  /** A pickled TransformerLens config. */
  transformerConfig: "ll_model_cfg.pkl",
  /** Training arguments. */
  trainingArguments: "meta.json",
  /** A pickled list of edges: the ground truth. */
  circuit: "edges.pkl",
} as const;

/** Whether a model of the case has been published. */
export function isPublished({ tags }: Pick<Case, "tags">): boolean {
  return tags.includes("published");
}

/** The page of the folder of a published model. */
export function publishedFolder({ id }: Pick<Case, "id">): string {
  return `${PUBLISHED_REPOSITORY}/tree/main/${id}`;
}

/** The address to download a file of a published model from. */
export function publishedFile({ id }: Pick<Case, "id">, file: string): string {
  return `${PUBLISHED_REPOSITORY}/resolve/main/${id}/${file}`;
}

/** The shape of the published model; of a case without one, that of the model to be trained. */
export function publishedConfig(case_: Case): TransformerConfig {
  const { publishedShape } = case_;
  if (typeof publishedShape === "string") return lowLevelConfig(withShape(case_, publishedShape));
  return Object.freeze({ ...lowLevelConfig(case_), ...publishedShape });
}
