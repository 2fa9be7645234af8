import { type Backend, referenceBackend } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  isNumeric,
  isTuple,
  type RaspValue,
  showValue,
  showValues,
  valuesEqual,
} from "../rasp/index.ts";
import { decodeLogits, encodeTokens } from "../tracr/index.ts";
import { run } from "../transformer/index.ts";
import { BOS, type Case } from "./case.ts";
import { evaluateCase } from "./evaluate-case.ts";
import { type HighLevelModel, highLevelModel } from "./high-level.ts";

/** What a program and its compiled transformer make of one input; BOS excluded. */
export interface CaseRun {
  readonly id: string;
  readonly input: readonly RaspValue[];
  /** `[pos]`; `null` where the program gives no value. */
  readonly rasp: readonly RaspValue[];
  /** `[pos]`; `null` where the program gives no value (the transformer outputs some class there). */
  readonly compiled: readonly RaspValue[];
  /** The positions at which the two differ, by more than rounding. */
  readonly differs: readonly number[];
}

/**
 * How far apart values may be that count as equal: classes (but for a mean's last bits) and numbers,
 * which float32 attention gives to four decimals.
 */
const TOLERANCE = { class: 1e-9, number: 1e-4 } as const;

/** What else a run may use. */
export interface RunCaseOptions {
  /** Default: the reference backend. */
  readonly backend?: Backend;
  /** Default: compiled anew. */
  readonly model?: HighLevelModel;
}

/**
 * Runs the program and its compiled transformer on one input.
 *
 * @param input the tokens without BOS; any number from 1 to `maxSeqLen − 1`
 * @throws InterpBenchError `E_INPUT` for unknown tokens and wrong lengths
 */
export function runCase(
  case_: Case,
  input: readonly RaspValue[],
  { backend = referenceBackend(), model = highLevelModel(case_) }: RunCaseOptions = {},
): CaseRun {
  assertInput(case_, input);
  const { compiled, transformer } = model;
  const rasp = evaluateCase(case_, input);
  const ids = encodeTokens(compiled.inputEncoder, [BOS, ...input]);
  const { data } = run(transformer, backend, { tokens: [ids] }).logits;
  const classes = transformer.config.dVocabOut;
  const outputs = input.map((_, i) =>
    decodeLogits(compiled.outputEncoder, data.subarray((i + 1) * classes, (i + 2) * classes)),
  );
  const tolerance = compiled.outputEncoder.kind === "numerical" ? "number" : "class";
  return Object.freeze({
    id: case_.id,
    input: Object.freeze([...input]),
    rasp,
    compiled: Object.freeze(outputs.map((output, i) => (rasp[i] === null ? null : output))),
    differs: Object.freeze(
      [...rasp.keys()].filter((i) => !agree(rasp[i]!, outputs[i]!, TOLERANCE[tolerance])),
    ),
  });
}

/** Whether an output is what the program says, if it says anything. */
function agree(said: RaspValue, output: RaspValue, tolerance: number): boolean {
  if (said === null || valuesEqual(said, output)) return true;
  const areNumbers = isNumeric(said) && isNumeric(output);
  return areNumbers && Math.abs(Number(said) - Number(output)) <= tolerance;
}

/** Throws `E_INPUT` unless `input` is a sequence of tokens of the case, without BOS. */
export function assertInput({ id, vocab, maxSeqLen }: Case, input: readonly RaspValue[]): void {
  const longest = maxSeqLen - 1;
  if (input.length < 1 || input.length > longest) {
    throw new InterpBenchError("E_INPUT", `the input of case "${id}" has a wrong length`, {
      expected: `1 to ${longest} tokens (BOS is put in front by itself)`,
      received: `${input.length} tokens`,
    });
  }
  for (const [i, token] of input.entries()) {
    if (vocab.some((known) => valuesEqual(known, token) && typeof known === typeof token)) continue;
    throw new InterpBenchError("E_INPUT", `case "${id}" has no token ${showValue(token)}`, {
      at: `position ${i}`,
      expected: `one of ${showValues(vocab, 120)}`,
      hint: hintFor(token, vocab),
    });
  }
}

/** Numbers this close are the same but for rounding. */
const ROUNDING = 1e-9;

function hintFor(token: RaspValue, vocab: readonly RaspValue[]): string {
  if (token === BOS) return "Leave BOS out: it is put in front by itself.";
  const near = vocab.find(
    (known) =>
      typeof known === "number" && typeof token === "number" && Math.abs(known - token) <= ROUNDING,
  );
  if (near !== undefined) return `Write ${showValue(near)}: its last digits are those of a float.`;
  const other = isTuple(token) ? undefined : vocab.find((known) => String(known) === String(token));
  if (other === undefined) return "Use tokens of the vocabulary only.";
  return typeof other === "number"
    ? `Write the number ${showValue(other)} without quotes.`
    : `Write the text ${showValue(other)} in quotes.`;
}
