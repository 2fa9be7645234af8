import { formatNode } from "../circuit/index.ts";
import { type Binding, batchSum, type Tensor, type Values } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  hooksOf,
  loadInterventions,
  type ModelNode,
  type Pairs,
  partSteps,
  type Steps,
} from "../interventions/index.ts";
import { countNonFinite, logitsNeeded } from "../transformer/index.ts";
import { runAt } from "./run-at.ts";
import type { Subject } from "./subject.ts";

/** Some of a list of pairs. */
export interface PairsPart extends Pairs {
  /** Number of the part's first pair. */
  readonly offset: number;
}

/** Values of a run's sample inputs by name. */
export type Bindings = Readonly<Record<string, Binding>>;

/** Runs with some nodes taken from the sources, one for each part of the pairs. */
export interface WantedRuns {
  /** At least one. */
  readonly nodes: readonly ModelNode[];
  /** Values of these runs alone, in place of the reading's. */
  readonly inputs?: (part: PairsPart) => Bindings;
  /** Told what was read off the run on a part: the values of the reading's tensors. */
  readonly take: (values: Readonly<Record<string, Values>>, part: PairsPart) => void;
}

/** Something that is read off patched runs. */
export interface Reading {
  /** What is read, from the logits and further sample inputs; no name of another reading's. */
  readonly tensors: (logits: Tensor) => Readonly<Record<string, Tensor>>;
  /** Values of the further sample inputs. */
  readonly inputs: (part: PairsPart) => Bindings;
  readonly wanted: readonly WantedRuns[];
}

/** Runs that several readings are taken off. */
interface SharedRuns {
  readonly nodes: readonly ModelNode[];
  readonly wanted: Map<Reading, WantedRuns>;
}

/** The fewest runs that serve all readings: one for each set of nodes, unless one reading wants more. */
function shareRuns(readings: readonly Reading[]): SharedRuns[] {
  const shared: SharedRuns[] = [];
  const nameOf = (nodes: readonly ModelNode[]) => nodes.map(formatNode).sort().join();
  const byNodes = new Map<string, SharedRuns[]>();
  for (const reading of readings) {
    for (const wanted of reading.wanted) {
      const name = nameOf(wanted.nodes);
      const known = byNodes.get(name) ?? [];
      const free = known.find((runs) => !runs.wanted.has(reading));
      if (free !== undefined) {
        free.wanted.set(reading, wanted);
        continue;
      }
      const fresh = { nodes: wanted.nodes, wanted: new Map([[reading, wanted]]) };
      byNodes.set(name, [...known, fresh]);
      shared.push(fresh);
    }
  }
  return shared;
}

/** The output of every patched or ablated run with the number of its logits that are not finite. */
export const NON_FINITE = "nonFinite";

/** Throws `E_NUMBER` if runs that differ from ordinary ones in some nodes had logits that are not finite. */
export function assertFiniteRuns(
  counts: Values,
  nodes: readonly ModelNode[],
  whence: string,
): void {
  if (counts.every((count) => count === 0)) return;
  throw new InterpBenchError("E_NUMBER", "a run with ablated nodes gives no finite outputs", {
    at: `${nodes.map(formatNode).join(", ")} ${whence}`,
    expected: "finite logits",
    received: "NaN or infinity",
    hint: "Numbers beyond 3.4e38 overflow float32: are the weights very large?",
  });
}

/**
 * Patches the bases from the sources and takes all readings off the same runs, in steps: some for
 * each run. The readings get the very numbers that they would get alone.
 *
 * Throws `E_NUMBER` for a run whose logits are not finite: nothing can be read off it.
 */
export function* patchedSteps(
  subject: Subject,
  pairs: Pairs,
  readings: readonly Reading[],
): Steps<void> {
  const { task, backend } = subject;
  const shared = shareRuns(readings);
  const interventions = loadInterventions<string>({
    ...subject.runs,
    hooks: hooksOf(shared.flatMap(({ nodes }) => nodes)),
    logitsAt: logitsNeeded(task),
    read: (logits) => ({
      ...Object.assign({}, ...readings.map(({ tensors }) => tensors(logits))),
      [NON_FINITE]: batchSum(countNonFinite(logits)),
    }),
  });
  try {
    for (const piece of interventions.preparedPieces(pairs, subject.runSize)) {
      const from = piece.offset / pairs.base.length;
      yield* partSteps(backend.runInSteps(piece.captures), from, from);
      const inputs: Bindings = Object.assign(
        {},
        ...readings.map((reading) => reading.inputs(piece)),
      );
      for (const [done, { nodes, wanted }] of shared.entries()) {
        const share =
          (piece.offset + (piece.base.length * done) / shared.length) / pairs.base.length;
        yield share;
        const own = [...wanted.values()].map((runs) => runs.inputs?.(piece));
        const run = piece.prepare(nodes, Object.assign({}, inputs, ...own));
        const values = yield* runAt(backend, share, run);
        assertFiniteRuns(values[NON_FINITE]!, nodes, "taken from another input");
        for (const { take } of wanted.values()) take(values, piece);
      }
    }
  } finally {
    interventions.dispose();
  }
}
