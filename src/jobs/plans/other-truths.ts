import { type Circuit, circuitTexts } from "../../circuit/index.ts";
import {
  compareByOther,
  type Discovery,
  type Finding,
  otherTruthOf,
  scoreByOther,
} from "../../discovery/index.ts";
import { Key } from "../../rng/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";

/** The circuits that others hold to be the truth, by name. */
export type OtherTruths = ReadonlyMap<string, Circuit>;

/** What documents of discoveries compare further truths by. */
export interface OtherFacts {
  readonly otherTruths: OtherTruths;
  readonly config: TransformerConfig;
  readonly seed: number;
}

const keyOf = ({ seed }: OtherFacts, name: string) =>
  Key.fromSeed(seed).fold("baseline").fold(name);

/**
 * How a discovery compares with further truths, by name: `{}` where there is none. Each is compared at
 * its own granularity; `baselines` is `undefined` where there is no single circuit.
 */
export function otherTruthsDocument(discovery: Discovery, facts: OtherFacts) {
  const only = discovery.findings.length === 1 ? discovery.findings[0] : undefined;
  return mapTruths(facts, (truth, name) => {
    const { edges, auroc } = scoreByOther(discovery, truth, facts.config);
    return {
      granularity: truth.granularity,
      truth: circuitTexts(truth.circuit),
      score: { edges, auroc: { edges: auroc } },
      baselines: only && compareByOther(only, truth, keyOf(facts, name)).baselines,
    };
  });
}

/** How one of several circuits compares with them. */
export const otherComparisons = (finding: Finding, facts: OtherFacts) =>
  mapTruths(facts, (truth, name) => compareByOther(finding, truth, keyOf(facts, name)));

/** Something for each of the truths, by name. */
function mapTruths<T>(
  { otherTruths, config }: OtherFacts,
  of: (truth: ReturnType<typeof otherTruthOf>, name: string) => T,
): Readonly<Record<string, T>> {
  const entries = Array.from(otherTruths, ([name, circuit]) => {
    return [name, of(otherTruthOf(circuit, config), name)] as const;
  });
  return Object.fromEntries(entries);
}
