import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord, parseJson } from "../formats/index.ts";
import { ZOO_FILES } from "../models/index.ts";
import type { PageEffects } from "../report/index.ts";

/** Whether the nodes of the model in a folder have been audited. */
export const hasEffects = (folder: string): boolean => existsSync(join(folder, ZOO_FILES.audit));

/** What the audit of a model in a folder says of its nodes, each as what it writes; `undefined` without one. */
export function effectsIn(folder: string): PageEffects | undefined {
  if (!hasEffects(folder)) return undefined;
  const path = join(folder, ZOO_FILES.audit);
  const audit = parseJson(readFileSync(path, "utf8"), path);
  if (!isRecord(audit) || !Array.isArray(audit.nodes)) return undefined;
  return {
    pairs: Number(audit.pairs),
    inputs: Number(audit.inputs),
    isExhaustive: audit.exhaustive === true && audit.exhaustiveInputs === true,
    nodes: audit.nodes.map(({ text, resample, mean, zero }) => ({
      text: String(text).replace(/\.mlp\.hook_post$/, ".hook_mlp_out"),
      resample: Number(resample),
      mean: Number(mean),
      zero: Number(zero),
    })),
  };
}
