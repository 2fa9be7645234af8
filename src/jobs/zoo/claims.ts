import type { Case } from "../../cases/index.ts";
import { folderModel, hashOfCase, type ZooRecord } from "../../models/index.ts";
import type { AuditDocument } from "../plans/audit-document.ts";
import type { TrainingDocument } from "../plans/training-document.ts";
import { caveatsOf } from "./stored-audit.ts";

/** What an index says of a model that follows from its files and its audit. */
export type ZooClaims = Omit<ZooRecord, "id" | "seed" | "backend" | "seconds">;

/** What there is to say of a model of a case: of the one in `folder`, by its training and its audit. */
export function zooClaims(
  case_: Case,
  folder: string,
  training: TrainingDocument,
  audit: AuditDocument,
): ZooClaims {
  const {
    accuracy,
    iia = null,
    strictAccuracy = null,
    jointStrictAccuracy = null,
  } = audit.accuracies;
  return {
    sha256: folderModel(folder, { case_ }).sha256,
    case: hashOfCase(case_),
    updates: training.steps,
    accuracies: { accuracy, iia, strictAccuracy, jointStrictAccuracy },
    exhaustive: audit.exhaustive,
    pairs: audit.pairs,
    caveats: caveatsOf(audit),
  };
}
