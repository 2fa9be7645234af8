import { join } from "node:path";
import { getCase } from "../../cases/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { formatJson } from "../../formats/index.ts";
import { readZooFile, ZOO_FILES, type ZooEntry } from "../../models/index.ts";
import type { JobContext } from "../context.ts";
import type { JsonDocument } from "../document.ts";
import type { EngineChoice } from "../engine.ts";
import type { AuditDocument } from "../plans/audit-document.ts";
import { runPlan } from "../run-job.ts";
import type { ZooOutcome } from "./build.ts";
import { type ZooClaims, zooClaims } from "./claims.ts";
import { storedAudit } from "./stored-audit.ts";

/** {@link verifyZooModel} of several: which are as they should be, and what is wrong with the others. */
export async function verifyZoo(
  zoo: string,
  entries: readonly ZooEntry[],
  context: JobContext,
  options: VerifyOptions,
): Promise<ZooOutcome> {
  const good: ZooEntry[] = [];
  const failures: { case: string; error: unknown }[] = [];
  for (const entry of entries) {
    try {
      await verifyZooModel(zoo, entry, context, options);
      good.push(entry);
    } catch (error) {
      if (context.signal.aborted) throw error;
      failures.push({ case: entry.id, error });
    }
  }
  return { entries: good, failures };
}

/** How models of a zoo are looked at again. */
export interface VerifyOptions {
  readonly engine: EngineChoice;
  /** Audit again although that has been done into the same output folder. */
  readonly force?: boolean;
}

/**
 * Compares all files of a model with the index, audits it again on as much as it was audited on, and
 * compares what is found with what the zoo says: byte by byte, but for the natural model beside it, and what its index
 * claims with what its files and the audit come to, but for the seconds and the kernels that trained it.
 *
 * `E_ZOO` for files that were changed, for an audit that says something else, and for other claims.
 */
export async function verifyZooModel(
  zoo: string,
  entry: ZooEntry,
  context: JobContext,
  { engine, force = false }: VerifyOptions,
): Promise<void> {
  for (const name of Object.keys(entry.files)) readZooFile(zoo, entry, name);
  const jsonOf = (name: string) => JSON.parse(readZooFile(zoo, entry, name).toString("utf8"));
  const kept = jsonOf(ZOO_FILES.audit);
  const { id, seed } = entry;
  const case_ = getCase(id);
  const { pairs, edgePairs, inputs } = kept as AuditDocument;
  const { artifact } = await runPlan(
    {
      kind: "audit",
      subject: { case: { id: case_.id }, model: { kind: "zoo", seed } },
      config: { pairs, edgePairs, inputs, seed },
      engine,
    },
    { ...context, zoo },
    { force },
  );
  const found: Readonly<Record<string, unknown>> = storedAudit(artifact.result as JsonDocument);
  const isSame = (name: string) => formatJson(found[name]) === formatJson(kept[name]);
  const names = Object.keys(kept).filter((name) => name !== "naturalHealth");
  const differing = names.filter((name) => !isSame(name));
  if (differing.length === 0) {
    assertClaims(
      entry,
      zooClaims(
        case_,
        join(zoo, entry.folder),
        jsonOf(ZOO_FILES.training),
        artifact.result as unknown as AuditDocument,
      ),
    );
    return;
  }
  const own = artifact.provenance.backend?.name;
  throw new InterpBenchError("E_ZOO", "the audit of a model does not say what the zoo says", {
    at: `case "${id}", seed ${seed}: ${differing.join(", ")}`,
    expected: `what ${ZOO_FILES.audit} has`,
    received: "something else",
    ...(own === entry.backend
      ? {}
      : {
          hint: `It was made on ${entry.backend}: ${own} rounds otherwise where it fuses no multiplications and additions.`,
        }),
  });
}

/** `E_ZOO` for an entry of an index that claims something else of a model than what is found. */
function assertClaims(entry: ZooEntry, found: ZooClaims): void {
  const names = Object.keys(found) as (keyof ZooClaims)[];
  const differing = names.filter((name) => formatJson(entry[name]) !== formatJson(found[name]));
  if (differing.length === 0) return;
  throw new InterpBenchError(
    "E_ZOO",
    "the index of a zoo claims what its model does not bear out",
    {
      at: `case "${entry.id}", seed ${entry.seed}: ${differing.join(", ")}`,
      expected: differing.map((name) => JSON.stringify(found[name])).join(", "),
      received: differing.map((name) => JSON.stringify(entry[name])).join(", "),
    },
  );
}
