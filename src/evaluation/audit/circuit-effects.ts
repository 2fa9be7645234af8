import {
  type Circuit,
  type ComputationalGraph,
  circuitOf,
  expandToQkv,
  headCircuit,
} from "../../circuit/index.ts";
import { compile, sampleInput } from "../../engine/index.ts";
import { edgeMasks, type Steps } from "../../interventions/index.ts";
import {
  edgeMaskInputs,
  factoredForward,
  hookShape,
  logitsNeeded,
  sourceHooks,
  sourceName,
  usedInputs,
} from "../../transformer/index.ts";
import { type Damage, damageInputs, damageOf } from "./damage.ts";
import type { EdgeRuns } from "./edge-effects.ts";
import { type Carried, edgePieces } from "./edge-pieces.ts";
import { type AuditEffect, startTally } from "./effect.ts";

/** A circuit at head granularity, or what is left of the transformer without it. */
export interface CircuitPart {
  readonly circuit: Circuit;
  /** Whether it is the circuit that is cut, instead of all other edges. */
  readonly isCut?: boolean;
}

/**
 * The intact edges of a part, with separate query, key and value inputs. What the embeddings write to the
 * output directly is never part of a circuit, and stays.
 */
function intactEdges(graph: ComputationalGraph, { circuit, isCut = false }: CircuitPart): Circuit {
  const inside = expandToQkv(circuit, graph).edges;
  const scored = expandToQkv(headCircuit(graph.shape), graph).edges;
  const isIntact = (text: string) => !scored.has(text) || inside.has(text) !== isCut;
  return circuitOf(graph.edges.filter(({ text }) => isIntact(text)).map(({ edge }) => edge));
}

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
  const { model, task, backend, tensors, tokens } = subject;
  const { config } = model;
  const patches = new Map(
    sourceHooks(config).map((hook) => [
      hook,
      sampleInput(sourceName(hook), hookShape(config, hook, task.positions)),
    ]),
  );
  const { logits } = factoredForward(config, tensors, sampleInput("tokens", [task.positions]), {
    masks: edgeMaskInputs(config),
    patches,
    logitsAt: logitsNeeded(task),
  });
  const executable = backend.load(compile<Damage>({ outputs: damageOf(subject, logits, atol) }));
  return {
    *steps(parts, wanted) {
      const masks = parts.map((part) => edgeMasks(graph, intactEdges(graph, part)));
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
            yield (offset + (base.length * i) / masks.length) / pairs.base.length;
            const values = executable.run({ batch: base.length, inputs: bound, scalars });
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
