import { type Circuit, circuitOf } from "../../circuit/index.ts";
import type { Steps } from "../../interventions/index.ts";
import type { CircuitEffects } from "./circuit-effects.ts";
import type { AuditEffect } from "./effect.ts";

/** The part of a truth that the model does not do without. */
export interface EffectiveTruth {
  readonly circuit: Circuit;
  /** Edges of the truth that are not in it, in the order in which they were given up. */
  readonly silentEdges: readonly string[];
  /** Nodes of the truth that are not in it. */
  readonly silentNodes: readonly string[];
  /** What is lost when all edges but those of it carry another input's values. */
  readonly lost: AuditEffect;
}

/** An edge of a truth, and what the truth loses without it. */
export interface NeededEdge {
  readonly text: string;
  readonly effect: AuditEffect;
}

/**
 * Gives up edges of a truth as long as the rest loses no more runs than `allowed` beyond what the whole
 * truth loses: the least needed first, and each for good. Edges that can stand for each other are so
 * given up one after the other, and the last of them is kept. Edges that need more than `allowed` alone
 * are not tried.
 */
export function* effectiveTruthSteps(
  truth: Circuit,
  whole: AuditEffect,
  needs: readonly NeededEdge[],
  effects: CircuitEffects,
  allowed: number,
): Steps<EffectiveTruth> {
  const isBearable = ({ share }: AuditEffect) => share <= whole.share + allowed;
  const candidates = needs
    .filter(({ effect }) => isBearable(effect))
    .sort((a, b) => a.effect.share - b.effect.share);
  let [circuit, lost] = [truth, whole];
  const silentEdges: string[] = [];
  for (const [done, { text }] of candidates.entries()) {
    yield done / candidates.length;
    const rest = withoutEdge(circuit, text);
    const effect = (yield* effects.steps([{ circuit: rest }], ["source"])).get("source")![0]!;
    if (!isBearable(effect)) continue;
    [circuit, lost] = [rest, effect];
    silentEdges.push(text);
  }
  const silentNodes = [...truth.nodes.keys()].filter((text) => !circuit.nodes.has(text));
  return { circuit, silentEdges, silentNodes, lost };
}

/** A circuit without one of its edges, and without nodes that have none left. */
export function withoutEdge({ edges }: Circuit, text: string): Circuit {
  return circuitOf([...edges].filter(([other]) => other !== text).map(([, edge]) => edge));
}
