import type { Binding } from "../../engine/index.ts";
import {
  CAPTURE_BUDGET,
  type ConstantAblation,
  loadCapture,
  type Pairs,
  runSteps,
  type WeightedRows,
} from "../../interventions/index.ts";
import { baseName, type HookName, sourceHooks, sourceName } from "../../transformer/index.ts";
import { constantInputs } from "../constant-ablation.ts";
import type { Bindings } from "../patched-runs.ts";
import type { Subject } from "../subject.ts";

/** What an ablated edge carries: its source's value on the other input of the pair, or the same always. */
export type Carried = "source" | ConstantAblation;

/** Some pairs of which the activations that edges carry are known; good until the next are asked for. */
export interface EdgePiece extends Pairs {
  /** Number of the first pair. */
  readonly offset: number;
  /** What the whole runs on the bases have: `base:<hook>`. */
  readonly own: Bindings;
  /** What an ablated edge carries: `source:<hook>`, with the tokens of the bases. */
  carried(what: Carried): Bindings;
}

/**
 * The pairs in pieces that fit into memory.
 *
 * @param starts the points of the residual stream at which runs will start
 * @param inputs what means are taken over
 */
export function* edgePieces(
  subject: Subject,
  pairs: Pairs,
  starts: Iterable<HookName>,
  inputs: WeightedRows,
  wanted: readonly Carried[],
): Generator<EdgePiece, void> {
  const { backend, model, runs } = subject;
  const sources = sourceHooks(model.config);
  const base = loadCapture({ ...runs, hooks: new Set([...sources, ...starts]) });
  const source = loadCapture({ ...runs, hooks: sources });
  const tables = new Map(
    wanted.flatMap((what) => {
      if (what === "source") return [];
      const values = Object.entries(runSteps(constantInputs(subject, inputs, what, sources)));
      return [
        [what, values.map(([name, value]) => [name, backend.buffer(value)] as const)] as const,
      ];
    }),
  );
  const isPaired = wanted.includes("source");
  const perPair = base.perRow + (isPaired ? source.perRow : 0);
  const fits = base.size(pairs.base) + (isPaired ? source.size(pairs.source) : 0) <= CAPTURE_BUDGET;
  const most = fits ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(CAPTURE_BUDGET / perPair));
  const size = Math.min(subject.runSize, most);
  try {
    for (let offset = 0; offset < pairs.base.length; offset += size) {
      const piece = {
        base: pairs.base.subarray(offset, offset + size),
        source: pairs.source.subarray(offset, offset + size),
      };
      const own = base.run(piece.base);
      const other = isPaired ? source.run(piece.source) : undefined;
      const sameForAll = new Uint32Array(piece.base.length);
      try {
        yield {
          ...piece,
          offset,
          own: own.bind(piece.base, baseName),
          carried: (what) =>
            what === "source"
              ? other!.bind(piece.source, sourceName)
              : Object.fromEntries(
                  tables
                    .get(what)!
                    .map(([name, table]): [string, Binding] => [name, { table, rows: sameForAll }]),
                ),
        };
      } finally {
        own.dispose();
        other?.dispose();
      }
    }
  } finally {
    for (const buffers of tables.values()) for (const [, buffer] of buffers) buffer.dispose();
    for (const capture of [base, source]) capture.dispose();
  }
}
