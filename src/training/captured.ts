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
  /** Runs the model on the rows (each once) and keeps the activations at the hook points. */
  run(rows: Iterable<number>): CapturedRuns;
  dispose(): void;
}

/** Most activations to keep at once, in numbers (256 MB). */
export const CAPTURE_BUDGET = 64 * 2 ** 20;

function slotsOf(rows: Iterable<number>): Map<number, number> {
  const slots = new Map<number, number>();
  for (const row of rows) if (!slots.has(row)) slots.set(row, slots.size);
  return slots;
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
  return {
    perRow: sizes.reduce((total, [, size]) => total + size, 0),
    run: (rows) => {
      const slots = slotsOf(rows);
      const tables = sizes.map(
        ([hook, size]) => [hook, backend.buffer(slots.size * size)] as const,
      );
      const inputs = { tokens: { table: tokens, rows: Uint32Array.from(slots.keys()) } };
      executable.run({
        batch: slots.size,
        inputs: usedInputs(executable.program, { ...inputs, ...bindings }),
        into: Object.fromEntries(tables),
      });
      return {
        bind: (wanted, name) => {
          const numbers = wanted.map((row) => slots.get(row)!);
          return Object.fromEntries(
            tables.map(([hook, table]) => [name(hook), { table, rows: numbers }]),
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
