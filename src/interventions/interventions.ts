import {
  type Binding,
  compile,
  type Executable,
  type Run,
  sampleInput,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import {
  baseName,
  type HookName,
  hookShape,
  type LogitsAt,
  patchedForward,
  patchedValues,
  restartPoints,
  sourceName,
  takenAt,
  usedInputs,
} from "../transformer/index.ts";
import { CAPTURE_BUDGET, type CapturedRuns, type FrozenRuns, loadCapture } from "./capture.ts";
import { hooksOf, type ModelNode } from "./nodes.ts";
import { pick } from "./rows.ts";

/** Pairs of inputs by row number: pair `i` is base `base[i]` patched from source `source[i]`. */
export interface Pairs {
  readonly base: Uint32Array;
  readonly source: Uint32Array;
}

/** The pairs with these numbers. */
export function pickPairs({ base, source }: Pairs, ids: Uint32Array): Pairs {
  return { base: pick(base, ids), source: pick(source, ids) };
}

/** What to patch, and what to read off the patched runs. */
export interface InterventionSpec<O extends string> extends FrozenRuns {
  /** Hook points that nodes may lie at. */
  readonly hooks: readonly HookName[];
  readonly logitsAt: LogitsAt;
  /** Positions at which nodes are taken from the sources. Default: all. */
  readonly at?: readonly number[] | undefined;
  /**
   * All pairs, if the weights never change: the runs on their inputs are then made once and kept,
   * where memory allows.
   */
  readonly keep?: Pairs;
  /** Most activations to keep at once, in numbers. Default: {@link CAPTURE_BUDGET}. */
  readonly budget?: number;
  /** The outputs of a patched run, from its logits and further sample inputs. */
  readonly read: (logits: Tensor) => Readonly<Record<O, Tensor>>;
}

/** Pairs whose inputs' own runs are captured. */
export interface PatchablePairs<O extends string> extends Pairs {
  /**
   * The run on the bases with `nodes` (at least one) taken from the sources: only what they can change
   * is computed. `extra`: inputs that `read` introduced.
   */
  prepare(nodes: readonly ModelNode[], extra?: Readonly<Record<string, Binding>>): Run<O>;
  /** Makes that run. */
  patch(nodes: readonly ModelNode[], extra?: Readonly<Record<string, Binding>>): Record<O, Values>;
}

/** Some of a list of pairs; good until the next piece is asked for. */
export interface PairsPiece<O extends string> extends PatchablePairs<O> {
  /** Number of the piece's first pair. */
  readonly offset: number;
  /** Those with these numbers within the piece. */
  pick(numbers: Uint32Array): PatchablePairs<O>;
}

/** A piece whose inputs' own runs are still to be made. */
export interface PreparedPiece<O extends string> extends PairsPiece<O> {
  /**
   * These runs: before the patched ones, or in the same call. Whoever asks for the next piece, or for the
   * end, has made them.
   */
  readonly captures: readonly Run[];
}

/** Programs that capture runs and patch them into others. */
export interface Interventions<O extends string> {
  /**
   * The pairs in pieces of at most `most` (default: what memory allows), with the runs on their
   * inputs: those of all pairs at once where memory allows, so that each is made once.
   */
  pieces(pairs: Pairs, most?: number): Generator<PairsPiece<O>, void>;
  /** The same, where the runs on the inputs are the caller's to make. */
  preparedPieces(pairs: Pairs, most?: number): Generator<PreparedPiece<O>, void>;
  dispose(): void;
}

/** The captured runs on both sides of some pairs. */
interface BothRuns {
  readonly base: CapturedRuns;
  readonly source: CapturedRuns;
  /** The runs that capture them; none once they are made. */
  readonly captures: readonly Run[];
  /** Says that they are. */
  made(): void;
  dispose(): void;
}

/** Loads the two captures: what bases start from, and what sources put in its place. */
function loadBothCaptures(spec: FrozenRuns, hooks: readonly HookName[]) {
  const { config } = spec.model;
  const base = loadCapture({ ...spec, hooks: restartPoints(config, hooks) });
  const taken = new Set(hooks.map((hook) => takenAt(config, hook)));
  const source = loadCapture({ ...spec, hooks: taken });
  return {
    perPair: base.perRow + source.perRow,
    size: (pairs: Pairs): number => base.size(pairs.base) + source.size(pairs.source),
    prepare: (pairs: Pairs): BothRuns => {
      const [own, other] = [base.prepare(pairs.base), source.prepare(pairs.source)];
      let captures: readonly Run[] = [own.run, other.run];
      return {
        base: own.captured,
        source: other.captured,
        get captures() {
          return captures;
        },
        made: () => {
          captures = [];
        },
        dispose: () => {
          for (const { captured } of [own, other]) captured.dispose();
        },
      };
    },
    dispose: () => {
      for (const side of [base, source]) side.dispose();
    },
  };
}

/**
 * Prepares interventions on a frozen model. There is one program for each set of patched hook
 * points, made when it is first needed; which heads are patched is chosen per run.
 */
export function loadInterventions<O extends string>(spec: InterventionSpec<O>): Interventions<O> {
  const {
    backend,
    model,
    positions,
    hooks,
    logitsAt,
    at,
    keep,
    budget = CAPTURE_BUDGET,
    read,
  } = spec;
  const { config, tensors, bindings } = model;
  const captures = loadBothCaptures(spec, hooks);
  const programs = new Map<string, Executable<O>>();

  const programFor = (taken: readonly HookName[]): Executable<O> => {
    const key = taken.join();
    const known = programs.get(key);
    if (known !== undefined) return known;
    const sources = new Map(
      taken
        .map((hook) => takenAt(config, hook))
        .map((hook) => [hook, sampleInput(sourceName(hook), hookShape(config, hook, positions))]),
    );
    const { logits } = patchedForward(config, tensors, positions, sources, { logitsAt, at });
    const program = backend.load(compile<O>({ outputs: read(logits) }));
    programs.set(key, program);
    return program;
  };

  const patchable = (pairs: Pairs, runs: BothRuns): PatchablePairs<O> => {
    const own = {
      ...runs.base.bind(pairs.base, baseName),
      ...runs.source.bind(pairs.source, sourceName),
      ...bindings,
    };
    const prepare: PatchablePairs<O>["prepare"] = (nodes, extra = {}) => {
      const executable = programFor(hooksOf(nodes));
      const options = {
        batch: pairs.base.length,
        inputs: { ...usedInputs(executable.program, own), ...extra },
        scalars: patchedValues(config, nodes),
      };
      return { executable, options };
    };
    const patch: PatchablePairs<O>["patch"] = (nodes, extra) =>
      backend.runAll([prepare(nodes, extra)])[0];
    return { ...pairs, prepare, patch };
  };

  const affordable = Math.max(1, Math.floor(budget / Math.max(1, captures.perPair)));
  const fits = (pairs: Pairs) =>
    pairs.base.length * captures.perPair <= budget || captures.size(pairs) <= budget;
  const keptPairs = keep !== undefined && fits(keep) ? keep : undefined;
  let keptRuns: BothRuns | undefined;
  const kept = (): BothRuns | undefined => {
    if (keptPairs === undefined || keptRuns !== undefined) return keptRuns;
    keptRuns = captures.prepare(keptPairs);
    return keptRuns;
  };

  function* preparedPieces(
    pairs: Pairs,
    most = Number.POSITIVE_INFINITY,
  ): Generator<PreparedPiece<O>, void> {
    const shared = kept() ?? (fits(pairs) ? captures.prepare(pairs) : undefined);
    const size = Math.min(most, shared === undefined ? affordable : pairs.base.length);
    try {
      for (let offset = 0; offset < pairs.base.length; offset += size) {
        const piece = {
          base: pairs.base.subarray(offset, offset + size),
          source: pairs.source.subarray(offset, offset + size),
        };
        const runs = shared ?? captures.prepare(piece);
        try {
          const pick = (numbers: Uint32Array) => patchable(pickPairs(piece, numbers), runs);
          yield { ...patchable(piece, runs), offset, pick, captures: runs.captures };
          runs.made();
        } finally {
          if (runs !== shared) runs.dispose();
        }
      }
    } finally {
      if (shared !== keptRuns) shared?.dispose();
    }
  }

  function* pieces(pairs: Pairs, most?: number): Generator<PairsPiece<O>, void> {
    for (const piece of preparedPieces(pairs, most)) {
      backend.runAll(piece.captures);
      yield piece;
    }
  }

  return {
    pieces,
    preparedPieces,
    dispose: () => {
      keptRuns?.dispose();
      for (const part of [captures, ...programs.values()]) part.dispose();
    },
  };
}
