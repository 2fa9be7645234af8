import { describe, expect, it } from "vitest";
import { prepareForEvaluation } from "../circuit/index.ts";
import { wasmBackend } from "../engine/index.ts";
import { auditDraws, auditModel, selfTask } from "../evaluation/index.ts";
import { Key } from "../rng/index.ts";
import {
  allCases,
  caseTask,
  compileCase,
  getCase,
  groundTruthCircuit,
  highLevelCircuit,
  highLevelModel,
  readCircuit,
} from "./index.ts";

const backend = await wasmBackend();

/** Edges through which something is read, and which the truth does not have. */
function dropped(id: string): string[] {
  const case_ = getCase(id);
  const compiled = compileCase(case_);
  const truth = groundTruthCircuit(case_, {}, compiled);
  const read = readCircuit(case_, {}, compiled);
  return [...read.edges.keys()].filter((edge) => !truth.edges.has(edge));
}

/** The share of runs of a compiled transformer that break when all edges outside of a circuit are exchanged. */
async function lostOutside(id: string, prune: "together" | "each"): Promise<number> {
  const case_ = getCase(id);
  const compiled = compileCase(case_);
  const { transformer } = highLevelModel(case_, compiled);
  const draws = auditDraws(case_, { pairs: 100, edgePairs: 100, inputs: 50 }, Key.fromSeed(1));
  const task = { ...selfTask({ ...caseTask(case_), ...draws }, transformer) };
  const circuit = prepareForEvaluation(highLevelCircuit(compiled, "acdc_hooks", prune));
  const { sufficiency } = await auditModel(transformer, task, circuit, draws, { backend });
  return sufficiency.edges.resample.share;
}

describe("the edges through which something is read", () => {
  it("are those of the truth where no reader also reads what a head made of the same", () => {
    for (const id of ["3", "4", "15", "18"]) expect(dropped(id)).toEqual([]);
  });

  it("are more where one does: the original's construction drops the direct edge", () => {
    expect(dropped("1")).toEqual(["blocks.0.hook_resid_pre->blocks.0.hook_mlp_out"]);
    expect(dropped("119")).toEqual(["blocks.1.hook_mlp_out->blocks.3.hook_mlp_out"]);
    const cases = allCases().filter(({ kind, id }) => kind === "rasp" && dropped(id).length > 0);
    expect(cases.map(({ id }) => id).join()).toBe(
      "1,6,10,13,17,19,32,38,89,92,94,97,99,112,113,115,116,119,130,131",
    );
  });

  it.each(["1", "13", "10"])(
    "are all that the compiled transformer of case %s needs",
    async (id) => {
      expect(await lostOutside(id, "together")).toBeGreaterThan(0.2);
      expect(await lostOutside(id, "each")).toBe(0);
    },
  );
});
