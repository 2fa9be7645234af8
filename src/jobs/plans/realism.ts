import { z } from "zod";
import {
  type CircuitTexts,
  circuitFromTexts,
  circuitTexts,
  prepareForEvaluation,
} from "../../circuit/index.ts";
import { option } from "../../discovery/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { measureRealism, REALISM_ABLATIONS } from "../../evaluation/index.ts";
import { type FoundModel, identityOf, modelTitle, noTruthError } from "../../models/index.ts";
import { formatCsv } from "../../report/index.ts";
import { Key } from "../../rng/index.ts";
import type { Store } from "../../store/index.ts";
import { type CheckedPlan, defineKind, type PrepareContext, type PreparedWork } from "../kind.ts";
import { subjectOfCase } from "../subject.ts";
import { caseMembers } from "./case-members.ts";
import type { DiscoveryDocument } from "./discovery-document.ts";
import {
  evaluationTask,
  hasAllInputs,
  INTERVAL_TEXT,
  MOST_INPUTS,
  percentLine,
} from "./evaluation-task.ts";
import {
  drawRealism,
  type Hypothesis,
  hypothesisScores,
  measuredCircuits,
  realismColumns,
  realismRows,
} from "./realism-document.ts";

/** Inputs by the commands of InterpBench (Python): of circuits that were found, of the truth, and on IOI. */
export const REALISM_INPUTS = { found: 100_000, truth: 1000, ioi: 10_000 } as const;

/** Options of measuring realism that users choose, with the default of `maxLen`. */
export const realismOptions = (mostInputs: number) => ({
  maxLen: option(
    z.int().min(1).max(MOST_INPUTS).default(mostInputs),
    "Inputs, at most; all of the case if there are no more",
    { unit: "inputs" },
  ),
  compat: option(
    z.boolean().default(false),
    "Count the first position (BOS) of numbers, as the original does",
  ),
});

const shared = (mostInputs: number) => ({
  /** How nodes outside the circuit are put out of action. */
  ablations: z
    .array(z.enum(REALISM_ABLATIONS))
    .min(1)
    .default([...REALISM_ABLATIONS]),
  ...realismOptions(mostInputs),
  seed: z.int().min(0).default(1234),
});

const truthConfig = z.strictObject(shared(REALISM_INPUTS.truth));

const config = z.strictObject({
  ...shared(REALISM_INPUTS.found),
  /** A circuit of one's own, at head granularity. Default: those of the discovery it is made from. */
  circuit: z
    .strictObject({
      name: z.string().min(1),
      nodes: z.array(z.string()),
      edges: z.array(z.tuple([z.string(), z.string()])),
    })
    .optional(),
});

/** Measuring what is left of a model without the nodes outside its true circuit. */
export const truthRealismKind = defineKind({
  name: "eval-gt-node-realism",
  title: "eval gt_node_realism",
  config: truthConfig,
  prepare: (plan, context) =>
    prepareRealism(plan, context, ({ truth, storedName }) => {
      if (truth !== undefined) return [{ name: "truth", circuit: truth }];
      throw noTruthError(storedName, "a model of a case, or a folder with circuit.json");
    }),
});

/** The same for circuits that were found: those of the discovery that it is made from, or one's own. */
export const realismKind = defineKind({
  name: "eval-node-realism",
  title: "eval node_realism",
  config,
  prepare: ({ config: { circuit, ...rest }, ...plan }, context) =>
    prepareRealism({ ...plan, config: rest }, context, () =>
      circuit === undefined
        ? discoveredCircuits(plan.parents, context.store)
        : [{ name: circuit.name, circuit: circuitFromTexts(circuit.edges, circuit.nodes) }],
    ),
});

async function prepareRealism(
  { subject, config, parents }: CheckedPlan<z.output<typeof truthConfig>>,
  context: PrepareContext,
  hypothesesOf: (model: FoundModel) => readonly Hypothesis[],
): Promise<PreparedWork> {
  const { case_, model } = await subjectOfCase(subject, context);
  const { ablations, maxLen, compat, seed } = config;
  const { truth, transformer } = model;
  const key = Key.fromSeed(seed).fold("evaluation");
  const hypotheses = hypothesesOf(model);
  const texts = hypotheses.map(({ name, circuit }) => ({ name, ...circuitTexts(circuit) }));
  return {
    case: case_.id,
    config: {
      ...config,
      circuits: texts,
      model: { name: model.storedName, sha256: model.sha256 },
      case: identityOf(case_),
    },
    parents: [...new Set([...parents, ...model.parents])],
    seeds: { seed },
    run: (job) =>
      job.withBackend(async (backend) => {
        const tell = percentLine(job);
        const { signal } = job;
        const task = await evaluationTask(case_, model, { key, size: maxLen, signal });
        const circuits = measuredCircuits(hypotheses, truth, transformer.config, key);
        const nodes = circuits.map((circuit) => circuit.nodes);
        const measured = await measureRealism(transformer, task, nodes, {
          backend,
          ablations,
          inputBudget: maxLen,
          key,
          isExhaustive: hasAllInputs(case_, maxLen),
          compat,
          signal,
          onProgress: tell,
        });
        tell(1);
        const rows = realismRows(circuits, measured);
        const facts = { ...caseMembers(case_), model: model.storedName };
        job.draft.write("node-realism.csv", formatCsv(realismColumns, rows));
        job.draft.write(
          "node-realism.svg",
          drawRealism(rows, `Node realism of ${modelTitle(facts)}`),
        );
        return {
          ...facts,
          circuits: texts,
          scores: hypothesisScores(hypotheses, truth, transformer.config),
          inputs: measured.inputCount,
          exhaustive: measured.isExhaustive,
          interval: INTERVAL_TEXT,
          rows,
        };
      }),
  };
}

/** The circuits of the one discovery among the parents. `E_PLAN` if there is none. */
function discoveredCircuits(parents: readonly string[], store: Store): readonly Hypothesis[] {
  const [found] = parents.map((name) => store.read(name).result as unknown as DiscoveryDocument);
  const circuits = found === undefined ? [] : circuitsOf(found);
  if (circuits.length > 0) return circuits;
  throw new InterpBenchError("E_PLAN", "there is no circuit whose realism could be measured", {
    at: "parents",
    expected: 'a discovery that made a circuit, or "circuit" in the options',
    received: found === undefined ? "no result" : "a ranking without a circuit",
  });
}

function circuitsOf({ algorithm, circuit, points = [] }: DiscoveryDocument): Hypothesis[] {
  const hypothesis = (name: string, { edges, nodes }: CircuitTexts): Hypothesis => ({
    name,
    circuit: prepareForEvaluation(circuitFromTexts(edges, nodes)),
  });
  if (circuit !== undefined && circuit !== null) return [hypothesis(algorithm, circuit)];
  return points.map((point) =>
    hypothesis(`${algorithm}, ${point.setting.name} ${point.setting.value}`, point.circuit),
  );
}
