import {
  type Backend,
  type Binding,
  type Buffer,
  compile,
  type SampleRows,
  sampleInput,
  sizeOf,
} from "../engine/index.ts";
import {
  forward,
  type HookName,
  hookShape,
  type TransformerConfig,
  usedInputs,
  type WeightTensors,
} from "../transformer/index.ts";

/** A model whose weights stand still while it is looked at. */
export interface FrozenModel {
  readonly config: TransformerConfig;
  readonly tensors: WeightTensors;
  /** Where the runs find the weights, if they are no constants. */
  readonly bindings: Readonly<Record<string, Binding>>;
}

/** What is captured, and of which runs. */
export interface CaptureSpec {
  readonly backend: Backend;
  readonly model: FrozenModel;
  /** All inputs, `[row, pos]`. */
  readonly tokens: Buffer;
  readonly positions: number;
  readonly hooks: Iterable<HookName>;
}

/** Captured runs on some inputs. */
export interface CapturedRuns {
  /** Sample inputs, named by `name`, with what passed at the hook points on these inputs. */
  bind(rows: Uint32Array, name: (hook: HookName) => string): Record<string, SampleRows>;
  dispose(): void;
}

/** A program that captures runs. */
export interface Capture {
  /** Numbers that are kept of each run. */
  readonly perRow: number;
  /** Numbers that are kept of the runs on these rows, each counted once. */
  size(rows: Uint32Array): number;
  /** Runs the model on the rows (each once) and keeps the activations at the hook points. */
  run(rows: Uint32Array): CapturedRuns;
  dispose(): void;
}

/** Most activations to keep at once, in numbers (256 MB). */
export const CAPTURE_BUDGET = 64 * 2 ** 20;

/** Rows of a table of `count`, each once, and where each stands among them. */
interface DistinctRows {
  readonly rows: Uint32Array;
  /** `[row]`; 0 also for rows that are not among them. */
  readonly slots: Uint32Array;
}

function distinctRows(wanted: Uint32Array, count: number): DistinctRows {
  const slots = new Uint32Array(count);
  const rows = new Uint32Array(Math.min(count, wanted.length));
  let found = 0;
  for (const row of wanted) {
    const slot = slots[row]!;
    if (slot < found && rows[slot] === row) continue;
    slots[row] = found;
    rows[found++] = row;
  }
  return { rows: rows.subarray(0, found), slots };
}

/** Prepares runs whose activations at some hook points are kept. */
export function loadCapture({ backend, model, tokens, positions, hooks }: CaptureSpec): Capture {
  const { config, tensors, bindings } = model;
  const input = sampleInput("tokens", [positions]);
  const { cache } = forward(config, tensors, input, { capture: hooks });
  const executable = backend.load(compile<string>({ outputs: Object.fromEntries(cache) }));
  const sizes = [...cache.keys()].map(
    (hook) => [hook, sizeOf(hookShape(config, hook, positions))] as const,
  );
  const perRow = sizes.reduce((total, [, size]) => total + size, 0);
  const inputCount = tokens.length / positions;
  return {
    perRow,
    size: (wanted) => perRow * distinctRows(wanted, inputCount).rows.length,
    run: (wanted) => {
      const { rows, slots } = distinctRows(wanted, inputCount);
      const batch = rows.length;
      const tables = sizes.map(([hook, size]) => [hook, backend.buffer(batch * size)] as const);
      const inputs = usedInputs(executable.program, {
        tokens: { table: tokens, rows },
        ...bindings,
      });
      executable.run({ batch, inputs, into: Object.fromEntries(tables) });
      return {
        bind: (bound, name) => {
          const places = bound.map((row) => slots[row]!);
          return Object.fromEntries(
            tables.map(([hook, table]) => [name(hook), { table, rows: places }]),
          );
        },
        dispose: () => {
          for (const [, buffer] of tables) buffer.dispose();
        },
      };
    },
    dispose: () => executable.dispose(),
  };
}
