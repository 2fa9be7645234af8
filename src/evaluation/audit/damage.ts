import { abs, max, mul, sampleInput, sub, sum, type Tensor } from "../../engine/index.ts";
import { divergence } from "../../interventions/index.ts";
import type { Bindings } from "../patched-runs.ts";
import { wrongOutputs } from "../right-outputs.ts";
import { counted, type Subject } from "../subject.ts";
import type { OwnOutputs } from "./own-outputs.ts";

/** What is read off a changed run. */
export type Damage = "lost" | "shift";

/**
 * What a run lost and how far it moved, `[]` each, from its logits: right outputs that are wrong now, and
 * the largest move of an output as `AuditEffect.largestShift` tells it.
 */
export function damageOf(subject: Subject, logits: Tensor, atol: number): Record<Damage, Tensor> {
  const { categorical } = subject.task;
  const wrong = wrongOutputs(subject, logits, atol);
  const now = counted(subject, logits);
  const own = sampleInput("own", now.shape);
  return {
    lost: sum(mul(sampleInput("wasRight", wrong.shape), wrong)),
    shift: max(categorical ? divergence(own, now) : max(abs(sub(own, now)))),
  };
}

/** The sample inputs of {@link damageOf} for runs on some bases. */
export function damageInputs(subject: Subject, own: OwnOutputs, base: Uint32Array): Bindings {
  return {
    label: { table: subject.labelTable, rows: base },
    wasRight: own.right(base),
    own: own.logits(base),
  };
}
