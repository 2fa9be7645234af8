import {
  type Binding,
  compile,
  type Executable,
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
  usedInputs,
  writtenAt,
} from "../transformer/index.ts";
import { CAPTURE_BUDGET, type CapturedRuns, type CaptureSpec, loadCapture } from "./captured.ts";
import { hooksOf, type ModelNode } from "./nodes.ts";
import { LARGEST_RUN } from "./slices.ts";

/** Pairs of inputs by row number: pair `i` is base `base[i]` patched from source `source[i]`. */
export interface Pairs {
  readonly base: Uint32Array;
  readonly source: Uint32Array;
}

/** The pairs with these numbers. */
export function pickPairs({ base, source }: Pairs, ids: Uint32Array): Pairs {
  const picked = { base: new Uint32Array(ids.length), source: new Uint32Array(ids.length) };
  for (let i = 0; i < ids.length; i++) {
    picked.base[i] = base[ids[i]!]!;
    picked.source[i] = source[ids[i]!]!;
  }
  return picked;
}

/** What to patch, and what to read off the patched runs. */
export interface InterventionSpec<O extends string> extends Omit<CaptureSpec, "hooks"> {
  /** Hook points that nodes may lie at. */
  readonly hooks: readonly HookName[];
  readonly logitsAt: LogitsAt;
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
   * Runs the bases with `nodes` (at least one) taken from the sources: only what they can change
   * is computed. `extra`: inputs that `read` introduced.
   */
  patch(nodes: readonly ModelNode[], extra?: Readonly<Record<string, Binding>>): Record<O, Values>;
}

/** Some of a list of pairs; good until the next piece is asked for. */
export interface PairsPiece<O extends string> extends PatchablePairs<O> {
  /** Number of the piece's first pair. */
  readonly offset: number;
  /** Those with these numbers within the piece. */
  pick(numbers: Uint32Array): PatchablePairs<O>;
}

/** Programs that capture runs and patch them into others. */
export interface Interventions<O extends string> {
  /**
   * The pairs in pieces, with the runs on their inputs: those of all pairs at once where memory
   * allows, so that each is made once.
   */
  pieces(pairs: Pairs): Generator<PairsPiece<O>, void>;
  dispose(): void;
}

/** The captured runs on both sides of some pairs. */
interface BothRuns {
  readonly base: CapturedRuns;
  readonly source: CapturedRuns;
  dispose(): void;
}

/** Loads the two captures: what bases start from, and what sources put in its place. */
function loadBothCaptures(spec: Omit<CaptureSpec, "hooks">, hooks: readonly HookName[]) {
  const { config } = spec.model;
  const base = loadCapture({ ...spec, hooks: restartPoints(config, hooks) });
  const written = new Set(hooks.map((hook) => writtenAt(config, hook)));
  const source = loadCapture({ ...spec, hooks: written });
  return {
    perPair: base.perRow + source.perRow,
    size: (pairs: Pairs): number => base.size(pairs.base) + source.size(pairs.source),
    run: (pairs: Pairs): BothRuns => {
      const sides = [base.prepare(pairs.base), source.prepare(pairs.source)] as const;
      spec.backend.runAll(sides.map(({ run }) => run));
      const [own, other] = sides;
      return {
        base: own.captured,
        source: other.captured,
        dispose: () => {
          for (const { captured } of sides) captured.dispose();
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
  const { backend, model, positions, hooks, logitsAt, keep, budget = CAPTURE_BUDGET, read } = spec;
  const { config, tensors, bindings } = model;
  const captures = loadBothCaptures(spec, hooks);
  const programs = new Map<string, Executable<O>>();

  const programFor = (at: readonly HookName[]): Executable<O> => {
    const key = at.join();
    const known = programs.get(key);
    if (known !== undefined) return known;
    const sources = new Map(
      at
        .map((hook) => writtenAt(config, hook))
        .map((hook) => [hook, sampleInput(sourceName(hook), hookShape(config, hook, positions))]),
    );
    const { logits } = patchedForward(config, tensors, positions, sources, { logitsAt });
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
    return {
      ...pairs,
      patch: (nodes, extra = {}) => {
        const executable = programFor(hooksOf(nodes));
        return executable.run({
          batch: pairs.base.length,
          inputs: { ...usedInputs(executable.program, own), ...extra },
          scalars: patchedValues(config, nodes),
        });
      },
    };
  };

  const affordable = Math.max(1, Math.floor(budget / Math.max(1, captures.perPair)));
  const fits = (pairs: Pairs) =>
    pairs.base.length * captures.perPair <= budget || captures.size(pairs) <= budget;
  const keptPairs = keep !== undefined && fits(keep) ? keep : undefined;
  let keptRuns: BothRuns | undefined;
  const kept = (): BothRuns | undefined => {
    if (keptPairs !== undefined) keptRuns ??= captures.run(keptPairs);
    return keptRuns;
  };

  function* pieces(pairs: Pairs): Generator<PairsPiece<O>, void> {
    const shared = kept() ?? (fits(pairs) ? captures.run(pairs) : undefined);
    const size = shared === undefined ? Math.min(LARGEST_RUN, affordable) : LARGEST_RUN;
    try {
      for (let offset = 0; offset < pairs.base.length; offset += size) {
        const piece = {
          base: pairs.base.subarray(offset, offset + size),
          source: pairs.source.subarray(offset, offset + size),
        };
        const runs = shared ?? captures.run(piece);
        try {
          const pick = (numbers: Uint32Array) => patchable(pickPairs(piece, numbers), runs);
          yield { ...patchable(piece, runs), offset, pick };
        } finally {
          if (runs !== shared) runs.dispose();
        }
      }
    } finally {
      if (shared !== keptRuns) shared?.dispose();
    }
  }

  return {
    pieces,
    dispose: () => {
      keptRuns?.dispose();
      for (const part of [captures, ...programs.values()]) part.dispose();
    },
  };
}
