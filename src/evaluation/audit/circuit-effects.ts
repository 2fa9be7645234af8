import type { ComputationalGraph } from "../../circuit/index.ts";
import type { Steps } from "../../interventions/index.ts";
import { usedInputs } from "../../transformer/index.ts";
import { runAt } from "../run-at.ts";
import { type CircuitPart, circuitMasks, loadCircuitRun } from "./circuit-run.ts";
import { damageInputs, damageOf } from "./damage.ts";
import type { EdgeRuns } from "./edge-effects.ts";
import { type Carried, edgePieces } from "./edge-pieces.ts";
import { type AuditEffect, startTally } from "./effect.ts";

/** What is left of a transformer's answers when many edges are ablated together. */
export interface CircuitEffects {
  /** The effects of parts under some ablations, each in the order of the parts. */
  steps(
    parts: readonly CircuitPart[],
    wanted: readonly Carried[],
  ): Steps<ReadonlyMap<Carried, readonly AuditEffect[]>>;
  dispose(): void;
}

/** Prepares {@link CircuitEffects}: one program for all circuits. */
export function loadCircuitEffects(
  { subject, own, atol, pairs, isExhaustive, inputs }: EdgeRuns,
  graph: ComputationalGraph,
): CircuitEffects {
  const { tokens } = subject;
  const executable = loadCircuitRun(subject, (logits) => damageOf(subject, logits, atol));
  return {
    *steps(parts, wanted) {
      const masks = parts.map((part) => circuitMasks(graph, part));
      const tallies = new Map(wanted.map((what) => [what, parts.map(startTally)] as const));
      for (const piece of edgePieces(subject, pairs, [], inputs, wanted)) {
        const { base, offset } = piece;
        const shared = {
          ...damageInputs(subject, own, base),
          tokens: { table: tokens, rows: base },
        };
        for (const what of wanted) {
          const shown = what === "source" ? { base, source: piece.source } : { base };
          const bound = usedInputs(executable.program, { ...shared, ...piece.carried(what) });
          for (const [i, scalars] of masks.entries()) {
            const share = (offset + (base.length * i) / masks.length) / pairs.base.length;
            yield share;
            const options = { batch: base.length, inputs: bound, scalars };
            const values = yield* runAt(subject.backend, share, { executable, options });
            tallies.get(what)![i]!.add({ ...shown, ...values });
          }
        }
      }
      return new Map(
        [...tallies].map(([what, all]) => [what, all.map((tally) => tally.effect(isExhaustive))]),
      );
    },
    dispose: () => executable.dispose(),
  };
}
