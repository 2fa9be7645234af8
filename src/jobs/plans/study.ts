import { z } from "zod";
import { contentOf } from "../../store/index.ts";
import { defineKind } from "../kind.ts";
import { isEstimator } from "../study/runs.ts";
import { assertAsAsked } from "./as-asked.ts";
import type { DiscoveryDocument } from "./discovery-document.ts";
import { type StudyCell, studyDocument } from "./study-document.ts";
import { writeStudy } from "./study-files.ts";

const texts = z.record(z.string(), z.string());

const run = z.strictObject({
  case: z.string().min(1),
  /** Absent for runs that measure exact effects. */
  contestant: z.string().min(1).optional(),
  algorithm: z.string().min(1),
  params: z.record(z.string(), z.unknown()),
  seed: z.int().min(0),
  dataSize: z.int().min(1),
  outcome: z.union([
    /** What the store calls the result. */
    z.strictObject({ result: z.string().min(1) }),
    z.strictObject({ code: z.string(), reason: z.string() }),
  ]),
});

const config = z.strictObject({
  /** What the model of all runs is called; names the folder. */
  model: z.string().min(1),
  dataSize: z.int().min(1),
  contestants: z.array(z.string().min(1)).min(1),
  cases: z.array(z.strictObject({ id: z.string().min(1), groups: texts, kinds: texts })).min(1),
  runs: z.array(run).min(1),
});

/**
 * What runs that are done say of algorithms as estimators. A result that was not made as the study says (another
 * algorithm, other options, data or seed) is refused: `E_PLAN`.
 */
export const studyKind = defineKind({
  name: "study",
  title: "study",
  usesEngine: false,
  config,
  async prepare({ config: asked }, { store }) {
    const parents: string[] = [];
    const contents: string[] = [];
    const cells: StudyCell[] = [];
    for (const one of asked.runs) {
      const { outcome, algorithm, params, ...facts } = one;
      const cell = { ...facts, isEstimator: await isEstimator(algorithm, params) };
      if (!("result" in outcome)) {
        cells.push({ ...cell, outcome });
        continue;
      }
      const artifact = store.read(outcome.result);
      await assertAsAsked(artifact, one, "the study");
      parents.push(outcome.result);
      contents.push(contentOf(artifact));
      const found = artifact.result as unknown as DiscoveryDocument;
      cells.push({ ...cell, outcome: { found } });
    }
    const { model, dataSize, cases } = asked;
    const runs = asked.runs.map(({ outcome, ...one }) =>
      "result" in outcome ? one : { ...one, outcome },
    );
    return {
      case: model,
      config: { ...asked, runs, contents },
      parents,
      run: async ({ draft }) => {
        const document = studyDocument({ model, dataSize }, cases, cells);
        writeStudy(draft, document);
        return document;
      },
    };
  },
});
