import type { Executable } from "../../engine/index.ts";
import type {
  ComponentEdge,
  Pairs,
  Readers,
  Steps,
  WeightedRows,
} from "../../interventions/index.ts";
import { usedInputs } from "../../transformer/index.ts";
import { runAt } from "../run-at.ts";
import type { Subject } from "../subject.ts";
import { CUT, loadCutRun } from "./cut-edges.ts";
import { type Damage, damageInputs, damageOf } from "./damage.ts";
import { type Carried, edgePieces } from "./edge-pieces.ts";
import { type AuditEffect, startTally, type Tally } from "./effect.ts";
import type { OwnOutputs } from "./own-outputs.ts";

/** What edges are looked at with. */
export interface EdgeRuns {
  readonly subject: Subject;
  readonly own: OwnOutputs;
  readonly atol: number;
  readonly pairs: Pairs;
  /** Whether these are all pairs there are. */
  readonly isExhaustive: boolean;
  /** What means are taken over. */
  readonly inputs: WeightedRows;
}

/** What cutting each edge alone does under some ablations, each in the order of the edges. */
export function* edgeEffectSteps(
  { subject, own, atol, pairs, isExhaustive, inputs }: EdgeRuns,
  edges: readonly ComponentEdge[],
  wanted: readonly Carried[],
): Steps<ReadonlyMap<Carried, readonly AuditEffect[]>> {
  const programs = new Map<Readers, Executable<Damage>>();
  const load = (readers: Readers) =>
    loadCutRun(subject, readers, (logits) => damageOf(subject, logits, atol));
  for (const { readers } of edges) {
    if (!programs.has(readers)) programs.set(readers, load(readers));
  }
  const tallies = new Map(wanted.map((what) => [what, edges.map(startTally)] as const));
  const starts = [...programs.keys()].map(({ start }) => start);
  try {
    for (const piece of edgePieces(subject, pairs, starts, inputs, wanted)) {
      const shared = { ...piece.own, ...damageInputs(subject, own, piece.base) };
      for (const [turn, what] of wanted.entries()) {
        const bindings = { ...shared, ...piece.carried(what) };
        const { base, source } = piece;
        const shown = what === "source" ? { base, source } : { base };
        for (const [i, { readers, at }] of edges.entries()) {
          const share =
            (piece.offset +
              (piece.base.length * (turn * edges.length + i)) / (wanted.length * edges.length)) /
            pairs.base.length;
          yield share;
          const executable = programs.get(readers)!;
          const cut = new Float32Array(readers.before * (readers.heads ?? 1));
          cut[at] = 1;
          const options = {
            batch: piece.base.length,
            inputs: usedInputs(executable.program, bindings),
            scalars: { [CUT]: cut },
          };
          const values = yield* runAt(subject.backend, share, { executable, options });
          tallies.get(what)![i]!.add({ ...shown, ...values });
        }
      }
    }
  } finally {
    for (const program of programs.values()) program.dispose();
  }
  const effectOf = (tally: Tally) => tally.effect(isExhaustive);
  return new Map([...tallies].map(([what, own]) => [what, own.map(effectOf)]));
}
