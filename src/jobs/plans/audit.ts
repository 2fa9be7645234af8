import { z } from "zod";
import { type Case, inputEncoder } from "../../cases/index.ts";
import { option } from "../../discovery/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import {
  auditBudget,
  auditDrawSteps,
  auditModel,
  EFFECTS,
  loadSubject,
  type ModelHealth,
  modelHealth,
} from "../../evaluation/index.ts";
import { paceSteps } from "../../interventions/index.ts";
import {
  type FoundModel,
  findModel,
  identityOf,
  modelTitle,
  noTruthError,
} from "../../models/index.ts";
import { drawBarsSvg } from "../../report/index.ts";
import { Key } from "../../rng/index.ts";
import { defineKind, type PrepareContext } from "../kind.ts";
import { subjectOfCase } from "../subject.ts";
import { auditPage } from "../texts/audit-page.ts";
import { type AuditDocument, auditDocument, inputsOf } from "./audit-document.ts";
import { caseMembers } from "./case-members.ts";
import { percentLine, taskOn } from "./evaluation-task.ts";

/** What fits into memory: pairs, each with what both of its inputs make a model compute. */
const MOST_PAIRS = 4_000_000;

const budget = (what: string) =>
  option(z.int().min(1).max(MOST_PAIRS).optional(), what, {
    defaultText: "what takes some seconds",
  });

/** Options of audits that users choose. */
export const auditOptions = {
  pairs: budget(
    "Pairs of inputs on which nodes are exchanged, at most; all pairs if there are no more",
  ),
  edgePairs: budget("Pairs on which edges are, at most"),
  inputs: budget("Inputs on which nodes and edges carry constants, at most"),
};

/** The pictures and the page of an audit. */
const FILES = { page: "audit.md", nodes: "nodes.svg", edges: "edges.svg" } as const;

/** Examining what every node and edge of a model does. */
export const auditKind = defineKind({
  name: "audit",
  title: "audit",
  config: z.strictObject({ ...auditOptions, seed: z.int().min(0).default(1234) }),
  async prepare({ subject, config }, context) {
    const { case_, model } = await subjectOfCase(subject, context);
    const { truth, transformer } = model;
    if (truth === undefined) {
      throw noTruthError(model.storedName, "a model of a case, or a folder with circuit.json");
    }
    const natural = await naturalModel(case_, context);
    const { seed } = config;
    const usual = auditBudget(case_, transformer.config);
    const { pairs = usual.pairs, edgePairs = usual.edgePairs, inputs = usual.inputs } = config;
    const chosen = { pairs, edgePairs, inputs };
    const key = Key.fromSeed(seed).fold("audit");
    return {
      case: case_.id,
      config: {
        ...chosen,
        seed,
        model: { name: model.storedName, sha256: model.sha256 },
        natural: natural?.sha256 ?? null,
        case: identityOf(case_),
      },
      parents: model.parents,
      seeds: { seed },
      run: (job) =>
        job.withBackend(async (backend) => {
          const tell = percentLine(job);
          const draws = await paceSteps(auditDrawSteps(case_, chosen, key), { signal: job.signal });
          const task = taskOn(case_, model, draws);
          const audit = await auditModel(transformer, task, truth, draws, {
            backend,
            signal: job.signal,
            onProgress: tell,
          });
          const health = natural && (await healthOf(natural));
          tell(1);
          const { values, bosId, padId } = inputEncoder(case_);
          const document: AuditDocument = auditDocument(
            audit,
            draws,
            inputsOf(draws, values, [bosId, padId]),
            health,
          );
          const facts = { ...caseMembers(case_), model: model.storedName };
          const title = modelTitle(facts);
          job.draft.write(FILES.page, auditPage(document, title, FILES));
          job.draft.write(
            FILES.nodes,
            drawParts(document.nodes, `What each node of ${title} does`),
          );
          job.draft.write(
            FILES.edges,
            drawParts(shownEdges(document), `What each edge of ${title} does`),
          );
          return { ...facts, ...document };

          async function healthOf(found: FoundModel): Promise<ModelHealth> {
            const loaded = loadSubject(found.transformer, taskOn(case_, found, draws), backend);
            try {
              return modelHealth(loaded, draws.inputs);
            } finally {
              loaded.dispose();
            }
          }
        }),
    };
  },
});

/** The natural model that has been trained for a case, if there is one. */
async function naturalModel(
  case_: Case,
  { store, folder }: PrepareContext,
): Promise<FoundModel | undefined> {
  try {
    return await findModel({ kind: "natural" }, { case_, store, folder });
  } catch (error) {
    if (error instanceof InterpBenchError && error.code === "E_MODEL") return undefined;
    throw error;
  }
}

/** Edges of the truth, and those outside of it that have an effect. */
export const shownEdges = ({ edges }: AuditDocument) =>
  edges.filter((edge) => edge.inTruth === true || edge.resample > 0);

/** Shares of broken runs as bars, exchanged, by mean and by zero. */
function drawParts(rows: AuditDocument["edges"], title: string): string {
  return drawBarsSvg({
    title,
    axis: "share of runs with an output that breaks",
    series: EFFECTS,
    groups: rows.map((row) => ({
      label: row.inTruth === true ? `${row.text} (truth)` : row.text,
      bars: EFFECTS.map((name) => ({ value: row[name], interval: row.interval[name] })),
    })),
  });
}
