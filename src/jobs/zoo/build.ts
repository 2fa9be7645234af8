import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatJson } from "../../formats/index.ts";
import {
  MODEL_FILES,
  recordZooModel,
  writeZooModel,
  ZOO_FILES,
  type ZooRecord,
} from "../../models/index.ts";
import type { Artifact } from "../../store/index.ts";
import type { JobContext } from "../context.ts";
import type { JsonDocument } from "../document.ts";
import type { EngineChoice } from "../engine.ts";
import { type GraphOptions, type JobOutcome, runGraph } from "../graph.ts";
import type { AuditDocument } from "../plans/audit-document.ts";
import type { TrainingDocument } from "../plans/training-document.ts";
import { zooClaims } from "./claims.ts";
import { type ZooWork, zooGraph, zooNames } from "./plans.ts";
import { storedAudit } from "./stored-audit.ts";

/** What came of work on models of a zoo. */
export interface ZooOutcome {
  /** Those that are there or recorded, and as they should be. */
  readonly entries: readonly ZooRecord[];
  readonly failures: readonly { readonly case: string; readonly error: unknown }[];
}

/** Options of {@link buildZoo}. */
export interface ZooOptions extends Pick<GraphOptions, "threads" | "workers" | "queue" | "force"> {
  readonly engine: EngineChoice;
  /** Only say in the zoo's index what came of the models, without keeping them. Default false. */
  readonly record?: boolean;
}

/**
 * Trains and audits models, as far as their results are not in the store already, and puts each into the
 * zoo as soon as it is there. A model that did not reach its goal is put there with that as a caveat. The
 * same work on the same backend gives the same bytes.
 */
export async function buildZoo(
  zoo: string,
  work: readonly ZooWork[],
  context: JobContext,
  { engine, record = false, ...options }: ZooOptions,
): Promise<ZooOutcome> {
  const done = new Map<string, JobOutcome>();
  const entries: ZooRecord[] = [];
  const failures: { case: string; error: unknown }[] = [];
  await runGraph(zooGraph(work, engine), context, {
    ...options,
    onEnd(name, outcome) {
      done.set(name, outcome);
      const one = work.find((each) => zooNames(each).audit === name);
      if (one === undefined) return;
      const [trained, kept] = [done.get(zooNames(one).train)!, done.get(zooNames(one).kept)!];
      const failed = [trained, kept, outcome].find(({ kind }) => kind === "failed");
      if (failed?.kind === "failed") {
        failures.push({ case: one.case_.id, error: failed.error });
      } else if (trained.kind === "done" && kept.kind === "done" && outcome.kind === "done") {
        const made = {
          training: trained.job.artifact,
          model: kept.job.artifact,
          audit: outcome.job.artifact,
        };
        const entry = recordOf(one, made);
        entries.push(
          record ? recordZooModel(zoo, entry) : writeZooModel(zoo, { entry, files: filesOf(made) }),
        );
      }
    },
  });
  return { entries, failures };
}

/** What came of the plans of a model. */
interface MadeModel {
  readonly training: Artifact;
  /** What is kept: the trained model, or that in half precision. */
  readonly model: Artifact;
  /** Of what is kept. */
  readonly audit: Artifact;
}

/** What a zoo keeps of a model, by name. */
function filesOf({ training, model, audit }: MadeModel): ReadonlyMap<string, Uint8Array> {
  const fileOf = ({ folder }: Artifact, name: string) =>
    [name, readFileSync(join(folder, name))] as const;
  return new Map<string, Uint8Array>([
    ...Object.values(MODEL_FILES).map((name) => fileOf(model, name)),
    fileOf(training, ZOO_FILES.training),
    [ZOO_FILES.audit, Buffer.from(formatJson(storedAudit(audit.result as JsonDocument)))],
  ]);
}

/** What a zoo says about a model. */
function recordOf({ case_, seed }: ZooWork, { training, model, audit }: MadeModel): ZooRecord {
  const {
    sha256,
    case: hash,
    ...claims
  } = zooClaims(
    case_,
    model.folder,
    training.result as unknown as TrainingDocument,
    audit.result as unknown as AuditDocument,
  );
  return {
    id: case_.id,
    seed,
    sha256,
    case: hash,
    backend: String(training.provenance.backend?.name ?? ""),
    seconds: Math.round(10 * training.provenance.processorSeconds) / 10,
    ...claims,
  };
}
