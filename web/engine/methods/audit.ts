import { type AuditEffect, EFFECTS, type EffectName } from "../../../src/evaluation/index.ts";
import type { WorkProgress } from "../methods.ts";
import type { CallContext } from "../serve.ts";
import type { EngineState } from "../state.ts";
import { auditHeld, type EffectsInput } from "./effects.ts";

/** The share of runs in which something that was right became wrong, and where it lies at 95 %. */
export type PartEffect = Pick<AuditEffect, "share" | "interval">;

/** A node, or several together, and what putting it out of action does. */
export type PartEffects = { readonly [Effect in EffectName]: PartEffect };

export interface AuditedNode extends PartEffects {
  readonly text: string;
  /** Whether it implements a variable. */
  readonly inTruth: boolean;
}

/** What an audit says of the nodes of a model, inside and outside of its truth. */
export interface AuditFacts {
  readonly nodes: readonly AuditedNode[];
  /** All outside of the truth together. */
  readonly outside: PartEffects;
  readonly pairs: number;
}

/** Examines what the nodes of a model do. `E_TASK` for a model that is of no case in its shape. */
export async function auditModelNodes(
  state: EngineState,
  input: EffectsInput,
  context: CallContext<WorkProgress>,
): Promise<AuditFacts> {
  const { draws, audit } = await auditHeld(state, input, context);
  return {
    nodes: audit.nodes.map(({ text, inTruth, ...effects }) => ({
      text,
      inTruth,
      ...partEffects(effects),
    })),
    outside: partEffects(audit.sufficiency),
    pairs: draws.pairs.base.length,
  };
}

const partEffects = (effects: { readonly [Effect in EffectName]: AuditEffect }) =>
  Object.fromEntries(
    EFFECTS.map((name) => [name, { share: effects[name].share, interval: effects[name].interval }]),
  ) as PartEffects;
