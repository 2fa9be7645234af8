import { commandFacts } from "../discovery/index.ts";
import { isRecord } from "../formats/index.ts";
import { commandLine } from "./command-line.ts";

/** A run of an algorithm on a case. */
export interface RunLine {
  readonly algorithm: string;
  /** What the command line calls the case: its id, or a file. */
  readonly case: string;
  /** Which of the case's shapes. Default: that of the model. */
  readonly shape?: string | undefined;
  /** As documents name it: `zoo:seed1`. Default: one that was trained for the case, else that of the zoo. */
  readonly model?: string | undefined;
  /** Options of the algorithm, as values or as texts; others have their defaults. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** Pairs of inputs. */
  readonly dataSize?: number | undefined;
  readonly corruption?: string | undefined;
  readonly seed?: number | undefined;
}

/**
 * The command line of a run, without the program's name. Where no circuit is asked for of an algorithm that makes none
 * by itself, it says so.
 *
 * `undefined` where no command line makes the run: a plugin's algorithm, a model in somebody's folder, options that
 * cannot be typed, an option that has another value than the run where they share a flag (a seed of its own).
 */
export function runLine(run: RunLine): string | undefined {
  const { algorithm, case: i, shape, model, params = {}, dataSize, corruption, seed } = run;
  const facts = commandFacts(algorithm);
  if (facts === undefined || !isTypableModel(model)) return undefined;
  const { circuit = [], flags = {} } = facts;
  const shared: Readonly<Record<string, unknown>> = { dataSize, corruption, seed };
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(params)) {
    const flag = flags[key] ?? key;
    if (!Object.hasOwn(shared, flag)) own[flag] = value;
    else if (String(value) !== String(shared[flag])) return undefined;
  }
  const isRanking = circuit.length > 0 && circuit.every((option) => params[option] == null);
  const scoresOnly = isRanking || undefined;
  return commandLine(`run ${algorithm}`, { i, shape, model, ...own, scoresOnly, ...shared });
}

/** Whether documents name a model as `--model` does: those of folders are called by their content. */
export const isTypableModel = (model: string | undefined): boolean =>
  model === undefined || /^(hf:.+|(siit|zoo)(:\w+)?|natural|tracr|interp-bench)$/.test(model);

/**
 * The run that a result tells of: the document of `run …` with its provenance. `undefined` for what is none, and for
 * prompts of one's own, whose file nobody knows.
 */
export function runOfResult(
  result: Readonly<Record<string, unknown>> | undefined,
): RunLine | undefined {
  const { algorithm, case: id, caseShape, model, params, provenance } = result ?? {};
  const { data, seed, plugin } = recordOf(recordOf(provenance).config);
  const { dataSize, corruption } = recordOf(data);
  if (typeof algorithm !== "string" || typeof dataSize !== "number") return undefined;
  if (plugin !== undefined) return undefined;
  return {
    algorithm,
    case: String(id),
    shape: textOf(caseShape),
    model: textOf(model),
    params: recordOf(params),
    dataSize,
    corruption: textOf(corruption),
    seed: typeof seed === "number" ? seed : undefined,
  };
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isRecord(value) ? value : {};
const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);
