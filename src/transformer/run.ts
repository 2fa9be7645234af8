import {
  type Backend,
  type Binding,
  compile,
  type Program,
  runSteps,
  type Steps,
  sampleInput,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { TransformerConfig } from "./config.ts";
import { type Forward, type ForwardOptions, forward } from "./forward.ts";
import type { HookName } from "./hook-names.ts";
import { parameterTensors } from "./tensors.ts";
import { assertWeights, type Transformer } from "./weights.ts";

/**
 * Checks rows of token ids: at least one row, all of one length from 1 to `nCtx`, ids whole and
 * from 0 to `dVocab − 1`. Returns the length. Throws `E_TOKENS`, naming row and position.
 */
export function assertTokens(
  config: TransformerConfig,
  rows: readonly ArrayLike<number>[],
): number {
  const positions = rows[0]?.length;
  if (positions === undefined || positions < 1 || positions > config.nCtx) {
    throw new InterpBenchError("E_TOKENS", "the tokens do not fit the context", {
      expected: `at least one row of 1 to ${config.nCtx} token ids`,
      received: positions === undefined ? "no rows" : `a row of ${positions}`,
    });
  }
  for (const [i, row] of rows.entries()) {
    if (row.length !== positions) {
      throw new InterpBenchError("E_TOKENS", "the rows of tokens differ in length", {
        at: `row ${i}`,
        expected: `${positions} ids, as in row 0`,
        received: `${row.length} ids`,
      });
    }
    for (let pos = 0; pos < positions; pos++) assertTokenId(config.dVocab, row[pos]!, i, pos);
  }
  return positions;
}

function assertTokenId(dVocab: number, id: number, row: number, position: number): void {
  if (Number.isInteger(id) && id >= 0 && id < dVocab) return;
  throw new InterpBenchError("E_TOKENS", `${id} is not a token id`, {
    at: `row ${row}, position ${position}`,
    expected: `a whole number from 0 to ${dVocab - 1}`,
    received: String(id),
  });
}

/**
 * Rows of token ids as one array, row-major `[row, pos]`. They are checked before integers of 32 bits
 * are made of them, which would wrap: throws `E_TOKENS` as {@link assertTokens}.
 */
export function tokenTable(
  config: TransformerConfig,
  rows: readonly ArrayLike<number>[],
): Int32Array {
  const positions = assertTokens(config, rows);
  const table = new Int32Array(rows.length * positions);
  for (const [i, row] of rows.entries()) table.set(row, i * positions);
  return table;
}

/**
 * Checks a table of token ids, row-major `[row, pos]`: an `Int32Array` with `rows · positions` ids
 * from 0 to `dVocab − 1`. Throws `E_TOKENS`, naming row and position.
 */
export function assertTokenTable(
  dVocab: number,
  tokens: Int32Array,
  rows: number,
  positions: number,
): void {
  if (!(tokens instanceof Int32Array) || tokens.length !== rows * positions) {
    throw new InterpBenchError("E_TOKENS", "this is no table of token ids", {
      expected: `an Int32Array of ${rows} rows of ${positions} token ids`,
      received: tokens instanceof Int32Array ? `${tokens.length} ids` : kindOf(tokens),
    });
  }
  for (let i = 0; i < tokens.length; i++) {
    assertTokenId(dVocab, tokens[i]!, Math.floor(i / positions), i % positions);
  }
}

function kindOf(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return Array.isArray(value) ? "an array" : Object.prototype.toString.call(value).slice(8, -1);
}

/** What to run a transformer on, and which hook points to change or capture. */
export interface RunRequest extends Pick<ForwardOptions, "capture" | "hooks" | "logitsAt"> {
  /** Rows of token ids, all of one length. */
  readonly tokens: readonly ArrayLike<number>[];
}

/** Values of one tensor for all rows: row-major `data` under `shape` = `[row, ...]`. */
export interface Activations {
  readonly shape: readonly number[];
  readonly data: Values;
}

/** What came out. */
export interface RunResult {
  /** `[row, pos, dVocabOut]`. */
  readonly logits: Activations;
  /** `[row, ...hookShape]` of every captured hook point, in the order asked for. */
  readonly cache: ReadonlyMap<HookName, Activations>;
}

/** Names of a program's outputs: "logits" and the captured hook points. */
function outputsOf({ logits, cache }: Forward): Record<string, Tensor> {
  return { logits, ...Object.fromEntries(cache) };
}

/**
 * The entries of `inputs` that a program reads. Programs refuse inputs that they do not have, and
 * one that starts in the middle, or whose hooks cut something off, reads some of the weights only.
 */
export function usedInputs(
  program: Program,
  inputs: Readonly<Record<string, Binding>>,
): Record<string, Binding> {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => program.inputs.has(name)));
}

/**
 * Runs a transformer on rows of tokens: builds, compiles and runs one forward pass. For
 * occasional use; a loop compiles its own program once.
 *
 * Throws `E_TOKENS`, `E_WEIGHTS` or `E_HOOK` for what does not fit.
 */
export function run(transformer: Transformer, backend: Backend, request: RunRequest): RunResult {
  return runSteps(runInSteps(transformer, backend, request));
}

/** {@link run} in steps. */
export function* runInSteps(
  { config, weights }: Transformer,
  backend: Backend,
  request: RunRequest,
): Steps<RunResult> {
  assertWeights(config, weights);
  const { tokens: rows, ...options } = request;
  const positions = assertTokens(config, rows);
  const tokens = sampleInput("tokens", [positions]);
  const graph = forward(config, parameterTensors(config), tokens, options);
  const outputs = outputsOf(graph);
  const program = compile({ outputs });
  const executable = backend.load(program);
  const inputs = {
    ...Object.fromEntries([...weights].map(([key, { data }]) => [key, data])),
    tokens: Float32Array.from(rows.flatMap((row) => Array.from(row))),
  };
  const used = usedInputs(program, inputs);
  const values = yield* executable.runInSteps({ batch: rows.length, inputs: used });
  executable.dispose();
  const activations = (name: string): Activations => {
    const [tensor, data] = [outputs[name], values[name]];
    if (tensor === undefined || data === undefined) throw new Error(`internal: no output ${name}`);
    const shape = tensor.extent === "sample" ? [rows.length, ...tensor.shape] : tensor.shape;
    return { shape, data };
  };
  return {
    logits: activations("logits"),
    cache: new Map([...graph.cache.keys()].map((name) => [name, activations(name)])),
  };
}
