import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatJson } from "../../formats/index.ts";
import {
  folderModel,
  hashOfCase,
  MODEL_FILES,
  writeZooModel,
  ZOO_FILES,
  type ZooEntry,
} from "../../models/index.ts";
import type { Artifact } from "../../store/index.ts";
import type { JobContext } from "../context.ts";
import type { JsonDocument } from "../document.ts";
import type { EngineChoice } from "../engine.ts";
import { type GraphOptions, type JobOutcome, runGraph } from "../graph.ts";
import type { AuditDocument } from "../plans/audit-document.ts";
import type { TrainingDocument } from "../plans/training-document.ts";
import { type ZooWork, zooGraph, zooNames } from "./plans.ts";
import { caveatsOf, storedAudit } from "./stored-audit.ts";

/** What came of work on models of a zoo. */
export interface ZooOutcome {
  /** Those that are there, and as they should be. */
  readonly entries: readonly ZooEntry[];
  readonly failures: readonly { readonly case: string; readonly error: unknown }[];
}

/** Options of {@link buildZoo}. */
export interface ZooOptions extends Pick<GraphOptions, "threads" | "workers" | "queue" | "force"> {
  readonly engine: EngineChoice;
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
  { engine, ...options }: ZooOptions,
): Promise<ZooOutcome> {
  const done = new Map<string, JobOutcome>();
  const entries: ZooEntry[] = [];
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
        entries.push(
          pack(zoo, one, {
            training: trained.job.artifact,
            model: kept.job.artifact,
            audit: outcome.job.artifact,
          }),
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

/** Puts a trained and audited model into a zoo. */
function pack(
  zoo: string,
  { case_, seed }: ZooWork,
  { training, model, audit }: MadeModel,
): ZooEntry {
  const fileOf = ({ folder }: Artifact, name: string) =>
    [name, readFileSync(join(folder, name))] as const;
  const files = new Map<string, Uint8Array>([
    ...Object.values(MODEL_FILES).map((name) => fileOf(model, name)),
    fileOf(training, ZOO_FILES.training),
  ]);
  const document = audit.result as unknown as AuditDocument;
  files.set(ZOO_FILES.audit, Buffer.from(formatJson(storedAudit(audit.result as JsonDocument))));
  const {
    accuracy,
    iia = null,
    strictAccuracy = null,
    jointStrictAccuracy = null,
  } = document.accuracies;
  return writeZooModel(zoo, {
    entry: {
      id: case_.id,
      seed,
      sha256: folderModel(model.folder, { case_ }).sha256,
      case: hashOfCase(case_),
      backend: String(training.provenance.backend?.name ?? ""),
      seconds: Math.round(10 * training.provenance.processorSeconds) / 10,
      updates: (training.result as unknown as TrainingDocument).steps,
      accuracies: { accuracy, iia, strictAccuracy, jointStrictAccuracy },
      exhaustive: document.exhaustive,
      pairs: document.pairs,
      caveats: caveatsOf(document),
    },
    files,
  });
}
