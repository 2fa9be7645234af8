import {
  type Backend,
  type Binding,
  type Buffer,
  compile,
  type SampleRows,
  sampleInput,
  sizeOf,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import {
  forward,
  type HookName,
  hookShape,
  type LogitsAt,
  sourceName,
  switchedForward,
  switchValues,
  type TransformerConfig,
  usedInputs,
  type WeightTensors,
} from "../transformer/index.ts";
import type { ModelNode } from "./nodes.ts";

/** Pairs of inputs by row number: pair `i` is base `base[i]` patched from source `source[i]`. */
export interface Pairs {
  readonly base: Uint32Array;
  readonly source: Uint32Array;
}

/** The pairs with these numbers. */
export function pickPairs({ base, source }: Pairs, ids: Uint32Array): Pairs {
  return { base: ids.map((id) => base[id]!), source: ids.map((id) => source[id]!) };
}

/** A model whose weights stand still while it is patched. */
export interface FrozenModel {
  readonly config: TransformerConfig;
  readonly tensors: WeightTensors;
  /** Where the runs find the weights, if they are no constants. */
  readonly bindings: Readonly<Record<string, Binding>>;
}

/** What to patch, and what to read off the patched runs. */
export interface InterventionSpec<O extends string> {
  readonly backend: Backend;
  readonly model: FrozenModel;
  /** All inputs, `[row, pos]`. */
  readonly tokens: Buffer;
  readonly positions: number;
  /** Hook points that nodes may lie at. */
  readonly hooks: readonly HookName[];
  readonly logitsAt: LogitsAt;
  /**
   * All inputs that will be sources, if the weights never change: their runs are then made once and
   * kept, where memory allows.
   */
  readonly keep?: Uint32Array;
  /** The outputs of a patched run, from its logits and further sample inputs. */
  readonly read: (logits: Tensor) => Readonly<Record<O, Tensor>>;
}

/** Captured runs on some inputs. */
export interface Sources {
  /** The inputs of a patched run whose sequence `i` has the source `rows[i]`. */
  bindings(rows: Uint32Array): Record<string, SampleRows>;
  dispose(): void;
}

/** Some of a list of pairs. */
export interface PairsPiece {
  readonly piece: Pairs;
  /** Good until the next piece is asked for. */
  readonly sources: Sources;
  /** Number of the piece's first pair. */
  readonly offset: number;
}

/** A loaded pair of programs: one captures runs, one patches them into others. */
export interface Interventions<O extends string> {
  /** Runs the model on the rows (each once) and keeps the activations at the hook points. */
  capture(rows: Iterable<number>): Sources;
  /** Runs the bases with `nodes` taken from the sources. `extra`: inputs that `read` introduced. */
  patch(
    pairs: Pairs,
    sources: Sources,
    nodes: Iterable<ModelNode>,
    extra?: Readonly<Record<string, Binding>>,
  ): Record<O, Values>;
  /**
   * The pairs in pieces, each with the runs of its sources captured: those of all sources at once
   * where memory allows, so that each is run once.
   */
  pieces(pairs: Pairs): Generator<PairsPiece, void>;
  /** Visits the {@link pieces}. */
  forEachPiece(pairs: Pairs, visit: (piece: Pairs, sources: Sources, offset: number) => void): void;
  dispose(): void;
}

/** Most activations that are kept at once, in numbers (256 MB). */
const CAPTURE_BUDGET = 64 * 2 ** 20;
/** Most pairs in one run. */
const LARGEST_RUN = 4096;
const BASE = "base";

function slotsOf(rows: Iterable<number>): Map<number, number> {
  const slots = new Map<number, number>();
  for (const row of rows) if (!slots.has(row)) slots.set(row, slots.size);
  return slots;
}

/** Prepares interventions on a frozen model. Which nodes are patched is chosen per run. */
export function loadInterventions<O extends string>(spec: InterventionSpec<O>): Interventions<O> {
  const { backend, model, tokens, positions, hooks, logitsAt, keep, read } = spec;
  const { config, tensors, bindings } = model;
  const base = sampleInput(BASE, [positions]);
  const captured = forward(config, tensors, base, { capture: hooks }).cache;
  const outputs = Object.fromEntries([...captured].map(([hook, x]) => [sourceName(hook), x]));
  const capturing = backend.load(compile({ outputs }));
  const switched = switchedForward(config, tensors, base, { at: hooks, logitsAt });
  const patching = backend.load(compile({ outputs: read(switched.logits) }));
  const sizes = new Map(
    hooks.map((hook) => [sourceName(hook), sizeOf(hookShape(config, hook, positions))]),
  );
  const perSource = [...sizes.values()].reduce((total, size) => total + size, 0);

  const capture = (rows: Iterable<number>): Sources => {
    const slots = slotsOf(rows);
    const count = slots.size;
    const into: Record<string, Buffer> = {};
    for (const [name, size] of sizes) into[name] = backend.buffer(count * size);
    const inputs = { [BASE]: { table: tokens, rows: Uint32Array.from(slots.keys()) }, ...bindings };
    capturing.run({ batch: count, inputs: usedInputs(capturing.program, inputs), into });
    return {
      bindings: (wanted) => {
        const numbers = wanted.map((row) => slots.get(row)!);
        return Object.fromEntries(
          Object.entries(into).map(([name, table]) => [name, { table, rows: numbers }]),
        );
      },
      dispose: () => {
        for (const buffer of Object.values(into)) buffer.dispose();
      },
    };
  };

  const affordable = Math.max(1, Math.floor(CAPTURE_BUDGET / Math.max(1, perSource)));
  const fits = (rows: Uint32Array) => new Set(rows).size <= affordable;
  const keptRows = keep !== undefined && fits(keep) ? keep : undefined;
  let keptSources: Sources | undefined;
  const kept = (): Sources | undefined => {
    if (keptRows !== undefined) keptSources ??= capture(keptRows);
    return keptSources;
  };

  function* pieces(pairs: Pairs): Generator<PairsPiece, void> {
    const shared = kept() ?? (fits(pairs.source) ? capture(pairs.source) : undefined);
    const size = Math.min(LARGEST_RUN, shared === undefined ? affordable : LARGEST_RUN);
    for (let offset = 0; offset < pairs.base.length; offset += size) {
      const piece = {
        base: pairs.base.subarray(offset, offset + size),
        source: pairs.source.subarray(offset, offset + size),
      };
      const sources = shared ?? capture(piece.source);
      yield { piece, sources, offset };
      if (shared === undefined) sources.dispose();
    }
    if (shared !== keptSources) shared?.dispose();
  }

  return {
    capture,
    patch: (pairs, sources, nodes, extra = {}) => {
      const inputs = {
        [BASE]: { table: tokens, rows: pairs.base },
        ...sources.bindings(pairs.source),
        ...bindings,
      };
      return patching.run({
        batch: pairs.base.length,
        inputs: { ...usedInputs(patching.program, inputs), ...extra },
        scalars: switchValues(config, nodes, hooks),
      });
    },
    pieces,
    forEachPiece: (pairs, visit) => {
      for (const { piece, sources, offset } of pieces(pairs)) visit(piece, sources, offset);
    },
    dispose: () => {
      keptSources?.dispose();
      capturing.dispose();
      patching.dispose();
    },
  };
}
