import {
  type Backend,
  type Binding,
  type Buffer,
  compile,
  keptPrograms,
  type Run,
  type SampleRows,
  type Steps,
  sampleInput,
  sizeOf,
  type Values,
} from "../engine/index.ts";
import {
  atKeptPositions,
  forward,
  type HookName,
  keptPositions,
  logitsNeeded,
  type TransformerConfig,
  tellingHooks,
  tellingSum,
  usedInputs,
  type WeightTensors,
} from "../transformer/index.ts";
import type { PairedInputs } from "./paired-inputs.ts";
import { distinctRows, pick } from "./rows.ts";
import type { Scope } from "./scope.ts";
import type { GraphWeights } from "./weights.ts";

/** A model whose weights stand still while it is looked at. */
export interface FrozenModel {
  readonly config: TransformerConfig;
  readonly tensors: WeightTensors;
  /** Where the runs find the weights, if they are no constants. */
  readonly bindings: Readonly<Record<string, Binding>>;
}

/** A frozen model and all inputs that it may be run on, in the memory of a backend. */
export interface FrozenRuns {
  readonly backend: Backend;
  readonly model: FrozenModel;
  /** All inputs, `[row, pos]`. */
  readonly tokens: Buffer;
  readonly positions: number;
}

/** What is captured, and of which runs. */
export interface CaptureSpec extends FrozenRuns {
  readonly hooks: Iterable<HookName>;
}

/** Captured runs on some inputs. */
export interface CapturedRuns {
  /** Sample inputs, named by `name`, with what passed at the hook points on these inputs. */
  bind(rows: Uint32Array, name: (hook: HookName) => string): Record<string, SampleRows>;
  dispose(): void;
}

/** A run that captures, before it is made. */
export interface PreparedCapture {
  readonly run: Run;
  /** What it will have captured. */
  readonly captured: CapturedRuns;
}

/** A program that captures runs. */
export interface Capture {
  /** Numbers that are kept of each run. */
  readonly perRow: number;
  /** Numbers that are kept of the runs on these rows, each counted once. */
  size(rows: Uint32Array): number;
  /** Makes a run on the rows (each once) ready, and room for the activations at the hook points. */
  prepare(rows: Uint32Array): PreparedCapture;
  /** Runs the model on the rows and keeps the activations. */
  run(rows: Uint32Array): CapturedRuns;
  dispose(): void;
}

/** Most activations to keep at once, in numbers (256 MB). */
export const CAPTURE_BUDGET = 64 * 2 ** 20;

/** Prepares runs whose activations at some hook points are kept. */
export function loadCapture({ backend, model, tokens, positions, hooks }: CaptureSpec): Capture {
  const { config, tensors, bindings } = model;
  const input = sampleInput("tokens", [positions]);
  const { cache } = forward(config, tensors, input, { capture: hooks });
  const executable = backend.load(compile<string>({ outputs: Object.fromEntries(cache) }));
  const sizes = [...cache].map(([hook, { shape }]) => [hook, sizeOf(shape)] as const);
  const perRow = sizes.reduce((total, [, size]) => total + size, 0);
  const spareSlots: Uint32Array[] = [];
  const takeSlots = () => spareSlots.pop() ?? new Uint32Array(tokens.length / positions);
  const prepare = (wanted: Uint32Array): PreparedCapture => {
    const slots = takeSlots();
    const { rows } = distinctRows(wanted, slots);
    const batch = rows.length;
    let isKept = true;
    const tables = sizes.map(
      ([hook, size]) => [hook, backend.buffer(batch * size, { isFilled: false })] as const,
    );
    const inputs = usedInputs(executable.program, {
      tokens: { table: tokens, rows },
      ...bindings,
    });
    return {
      run: { executable, options: { batch, inputs, into: Object.fromEntries(tables) } },
      captured: {
        bind: (bound, name) => {
          const places = pick(slots, bound);
          return Object.fromEntries(
            tables.map(([hook, table]) => [name(hook), { table, rows: places }]),
          );
        },
        dispose: () => {
          if (!isKept) return;
          isKept = false;
          for (const [, buffer] of tables) buffer.dispose();
          spareSlots.push(slots);
        },
      },
    };
  };
  return {
    perRow,
    size: (wanted) => {
      const slots = takeSlots();
      const { rows } = distinctRows(wanted, slots);
      spareSlots.push(slots);
      return perRow * rows.length;
    },
    prepare,
    run: (wanted) => {
      const { run, captured } = prepare(wanted);
      backend.runAll([run]);
      return captured;
    },
    dispose: () => executable.dispose(),
  };
}

/** What an ordinary run computed, in buffers. */
export interface CapturedRun {
  /** `[row, …]`, shaped as at the hook point. */
  readonly at: ReadonlyMap<HookName, Buffer>;
  /** `[row, keptPos, class]`. */
  readonly logits: Buffer;
  /** A number for each row that is finite only if all is that was computed; absent where nobody can say so cheaply. */
  readonly sums?: Values | undefined;
}

/** The outputs of a capturing program, besides hook points. */
const LOGITS = "logits";
const SUMS = "sums";

/**
 * Prepares ordinary runs of a transformer, to be made in steps: a function from tokens `[row, pos]` to what
 * passes at `hooks`.
 */
export function prepareCapture(
  scope: Scope,
  facts: Omit<PairedInputs, "cleanTokens" | "corruptedTokens">,
  weights: GraphWeights,
  hooks: Iterable<HookName>,
): (tokens: Int32Array) => Steps<CapturedRun> {
  const { rows, positions } = facts;
  const { config } = facts.transformer;
  const captured = [...new Set(hooks)];
  const logitsAt = logitsNeeded(facts);
  // Where less counts, the logits of all positions would be computed for the sum alone.
  const tells = weights.key !== undefined && 2 * keptPositions(facts).length > positions;
  const prepared = () => {
    const tokens = sampleInput("tokens", [positions]);
    const telling = tells ? tellingHooks(config, weights.key) : [];
    const capture = new Set([...captured, ...telling]);
    const run = forward(config, weights.tensors, tokens, { capture, logitsAt });
    const at = captured.map((hook) => [hook, run.cache.get(hook)!] as const);
    const outputs = {
      [LOGITS]: atKeptPositions(facts, run.logits),
      ...Object.fromEntries(at),
      ...(tells ? { [SUMS]: tellingSum(run) } : {}),
    };
    const sizes = at.map(([hook, { shape }]) => [hook, sizeOf(shape)] as const);
    return { sizes, program: compile<string>({ outputs }) };
  };
  const { sizes, program } = keptPrograms.kept(
    weights.key && `capture ${positions} ${keptPositions(facts)} ${captured} ${weights.key}`,
    prepared,
    ({ program: { order } }) => order.length,
  );
  const executable = scope.load(program);
  return function* (tokens) {
    const bufferOf = (size: number) => scope.buffer(rows * size, { isFilled: false });
    const at = new Map(sizes.map(([hook, size]) => [hook, bufferOf(size)]));
    const kept = bufferOf(keptPositions(facts).length * config.dVocabOut);
    const results = yield* executable.runInSteps({
      batch: rows,
      inputs: usedInputs(executable.program, {
        ...weights.bindings,
        tokens: new Float32Array(tokens),
      }),
      into: { ...Object.fromEntries(at), [LOGITS]: kept },
    });
    return { at, logits: kept, sums: results[SUMS] };
  };
}
