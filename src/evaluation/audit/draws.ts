import { areEnumerable, type Case, countInputs, generateDataSteps } from "../../cases/index.ts";
import { fullGraph } from "../../circuit/index.ts";
import {
  lowLevelNodes,
  type Pairs,
  partSteps,
  pickPairs,
  runSteps,
  type Steps,
  type WeightedRows,
} from "../../interventions/index.ts";
import type { Key } from "../../rng/index.ts";
import { drawPairs, drawSteps, type TrainingTask } from "../../training/index.ts";
import { forwardWork, type TransformerConfig } from "../../transformer/index.ts";
import { choosePairs } from "../inputs.ts";

/** On how much an audit looks. */
export interface AuditBudget {
  /** Most pairs of inputs on which nodes are exchanged. */
  readonly pairs: number;
  /** Most pairs on which edges are. */
  readonly edgePairs: number;
  /** Most inputs of which nodes and edges carry constants. */
  readonly inputs: number;
}

/** What a position of a run costs besides the weights, in multiply-adds: small models spend their time on it. */
const OVERHEAD = 5000;

/** So many pairs are looked at in any case if they are all there are. */
const ALL_PAIRS = 2 ** 19;

/** Multiply-adds that the runs of the nodes, and those of the edges, may take together: a second or two each. */
const WORK = 2 ** 35;

const within = (low: number, value: number, high: number) =>
  Math.max(low, Math.min(high, Math.floor(value)));

/**
 * What an audit of such a transformer of a case looks at in some seconds: from 65,536 to 2²⁰ pairs for the
 * nodes (all there are up to 2¹⁹), 256 to 65,536 for the edges, and as many inputs.
 */
export function auditBudget(case_: Case, config: TransformerConfig): AuditBudget {
  const positions = case_.maxSeqLen;
  const work = forwardWork(config, positions) + OVERHEAD * positions;
  const allPairs = Number(countInputs(case_)) ** 2;
  const nodes = lowLevelNodes(config).length;
  const edges = fullGraph(config).edges.length;
  const edgePairs = within(256, WORK / (work * edges), 65_536);
  return {
    pairs: allPairs <= ALL_PAIRS ? allPairs : within(65_536, WORK / (work * nodes), 2 ** 20),
    edgePairs,
    inputs: edgePairs,
  };
}

/** Pairs on which a truth is tested as a circuit: tests by permutation cost their square. */
const TEST_PAIRS = 128;

/** On what a truth is tested as a circuit. */
export interface TestDraws {
  readonly pairs: Pairs;
  /** Draws the orders that chance is told by. */
  readonly key: Key;
}

/** The inputs and pairs that an audit looks at. */
export interface AuditDraws extends Pick<TrainingTask, "tokens" | "multiplicity" | "positions"> {
  readonly pairs: Pairs;
  readonly edgePairs: Pairs;
  /** Where constants are put in place of activations, and what means are taken over; each weighs 1. */
  readonly inputs: WeightedRows;
  readonly tests: TestDraws;
  /** Whether these are all there are. */
  readonly isExhaustive: {
    readonly pairs: boolean;
    readonly edgePairs: boolean;
    readonly inputs: boolean;
  };
}

/**
 * All inputs of a case and all their pairs, as far as the budget goes. Else pairs that are drawn
 * independently of each other, as exact intervals need it: from all inputs, or, where those are too many to
 * be listed, each of two fresh ones.
 */
export function auditDraws(case_: Case, budget: AuditBudget, key: Key): AuditDraws {
  return runSteps(auditDrawSteps(case_, budget, key));
}

/** {@link auditDraws} in steps of some milliseconds, so that the event loop goes on meanwhile. */
export function* auditDrawSteps(case_: Case, budget: AuditBudget, key: Key): Steps<AuditDraws> {
  const space = countInputs(case_);
  const size = 2 * budget.pairs;
  const isListed = areEnumerable(case_) && space <= BigInt(size);
  const options = { key: key.fold("inputs"), size, distinct: isListed };
  const data = yield* partSteps(generateDataSteps(case_, options), 0, 0.9);
  const { tokens, multiplicity, positions, count } = data;
  const facts = { tokens, multiplicity, positions };
  const pairs = { all: isListed && space * space <= BigInt(budget.pairs), ...facts };
  const chosen = pairs.all
    ? choosePairs({ multiplicity }, budget.pairs, key)
    : isListed
      ? yield* partSteps(drawSteps(multiplicity, budget.pairs, key.fold("pairs")), 0.9, 1)
      : consecutivePairs(count);
  const allInputs = isListed && count <= budget.inputs;
  const isEnough = chosen.base.length <= budget.edgePairs;
  // All pairs are in the order of their bases; those that were drawn are independent as they are.
  const independentBases = (most: number) =>
    pairs.all
      ? drawPairs(multiplicity, most, key.fold("constants")).base
      : chosen.base.subarray(0, most);
  const some = (label: string, most: number) =>
    pickPairs(chosen, key.fold(label).integers(most, chosen.base.length));
  return {
    ...facts,
    pairs: chosen,
    edgePairs: isEnough ? chosen : some("edges", budget.edgePairs),
    tests: { pairs: some("tests", TEST_PAIRS), key: key.fold("orders") },
    inputs: equallyWeighted(
      allInputs
        ? Uint32Array.from({ length: count }, (_, row) => row)
        : independentBases(budget.inputs),
    ),
    isExhaustive: {
      pairs: pairs.all,
      edgePairs: pairs.all && isEnough,
      inputs: allInputs,
    },
  };
}

/** Inputs 0 and 1, 2 and 3, and so on. */
function consecutivePairs(count: number): Pairs {
  const half = Math.floor(count / 2);
  return {
    base: Uint32Array.from({ length: half }, (_, i) => 2 * i),
    source: Uint32Array.from({ length: half }, (_, i) => 2 * i + 1),
  };
}

function equallyWeighted(rows: Uint32Array): WeightedRows {
  return { rows, weights: new Float64Array(rows.length).fill(1) };
}
