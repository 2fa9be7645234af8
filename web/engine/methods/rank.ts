import { type GraphShape, parseEdge, prepareForEvaluation } from "../../../src/circuit/index.ts";
import { rankingAtHeads } from "../../../src/discovery/index.ts";
import { boxOfNode } from "../../../src/report/index.ts";
import { averageRanks } from "../../../src/statistics/index.ts";
import type { WorkProgress } from "../methods.ts";
import type { CallContext } from "../serve.ts";
import type { EngineState } from "../state.ts";
import { type Discovered, describeDiscovered, runAlgorithm } from "./discover.ts";
import type { ModelRef } from "./models.ts";
import { type OptionTexts, readOptions } from "./options.ts";

/** A method on a model. */
export interface MethodInput {
  readonly model: ModelRef;
  readonly algorithm: string;
  readonly texts: OptionTexts;
  readonly seed: number;
  /** Pairs of inputs. */
  readonly size: number;
}

/** An edge between heads and MLPs, and where a method ranks it. */
export interface RankedEdge {
  readonly edge: string;
  /** As pictures call its ends: `m0 → a1.2`. */
  readonly name: string;
  /** 1 is the first; equal ones share the mean of their ranks. */
  readonly rank: number;
  readonly value: number;
  /** `undefined` where nobody knows. */
  readonly isTrue: boolean | undefined;
}

/** What a method found, between heads and MLPs. */
export interface Ranked {
  readonly found: Discovered;
  /** The first rank first. */
  readonly edges: readonly RankedEdge[];
  /** The edges of its circuit, if it made one. */
  readonly circuit: readonly string[] | undefined;
}

/** Runs a method, and ranks edges between heads and MLPs by it. Errors of options have their name in `at`. */
export async function rankEdges(
  state: EngineState,
  { texts, ...input }: MethodInput,
  context: CallContext<WorkProgress>,
): Promise<Ranked> {
  const options = readOptions({ algorithm: input.algorithm, texts });
  const run = await runAlgorithm(state, { ...input, options }, context);
  const { found, transformer, truth } = run;
  const scores = [...rankingAtHeads(found, transformer.config).edges];
  const ranks = averageRanks(scores.map(([, value]) => -value));
  const edges = scores.map(([edge, value], i) => ({
    edge,
    name: nameOf(edge, transformer.config),
    rank: ranks[i]!,
    value,
    isTrue: truth?.edges.has(edge),
  }));
  return {
    found: describeDiscovered(run),
    edges: edges.sort((a, b) => a.rank - b.rank),
    circuit: found.circuit && [...prepareForEvaluation(found.circuit).edges.keys()],
  };
}

function nameOf(edge: string, shape: GraphShape): string {
  const ends = parseEdge(edge);
  return ends.map((node) => boxOfNode(node, shape)).join(" → ");
}
