import { InterpBenchError } from "../errors/index.ts";
import { type RaspValue, showValue, showValues, valueKey, valuesEqual } from "../rasp/index.ts";
import type { Settings } from "./options.ts";
import type { ResidualSpaces } from "./residual.ts";

/** How tokens become ids. */
export interface InputEncoder {
  /** All tokens with BOS and PAD; the place of a token is its id. */
  readonly values: readonly RaspValue[];
  readonly bosId: number;
  readonly padId: number;
  /** The longest input, with BOS. */
  readonly maxSeqLen: number;
}

/** How a row of logits becomes a value: the class with the largest logit, or the number itself. */
export type OutputEncoder =
  | { readonly kind: "categorical"; readonly values: readonly RaspValue[] }
  | { readonly kind: "numerical" };

/** The encoder of the inputs of a compiled program. */
export function makeInputEncoder({ tokens }: ResidualSpaces, settings: Settings): InputEncoder {
  const values = tokens.directions.map((direction) => direction.value);
  return Object.freeze({
    values: Object.freeze(values),
    bosId: values.findIndex((value) => valuesEqual(value, settings.bos)),
    padId: values.findIndex((value) => valuesEqual(value, settings.pad)),
    maxSeqLen: settings.maxSeqLen + 1,
  });
}

/** The encoder of the outputs of a compiled program. */
export function makeOutputEncoder({ output }: ResidualSpaces): OutputEncoder {
  const values = output.directions.map((direction) => direction.value);
  return values[0] === null
    ? Object.freeze({ kind: "numerical" })
    : Object.freeze({ kind: "categorical", values: Object.freeze(values) });
}

/**
 * The ids of a sequence of tokens that begins with BOS.
 *
 * @throws InterpBenchError `E_TRACR_INPUT` if BOS is missing, a token is unknown, or the sequence
 *   is too long
 */
export function encodeTokens(encoder: InputEncoder, tokens: readonly RaspValue[]): number[] {
  const { values, bosId, maxSeqLen } = encoder;
  const bos = values[bosId]!;
  if (tokens.length === 0 || !valuesEqual(tokens[0]!, bos)) {
    throw new InterpBenchError("E_TRACR_INPUT", "an input must begin with BOS", {
      expected: showValue(bos),
      received: tokens.length === 0 ? "an empty sequence" : showValue(tokens[0]!),
    });
  }
  if (tokens.length > maxSeqLen) {
    throw new InterpBenchError("E_TRACR_INPUT", "an input is too long", {
      expected: `at most ${maxSeqLen} tokens with BOS`,
      received: `${tokens.length} tokens`,
    });
  }
  const ids = new Map(values.map((value, id) => [valueKey(value), id]));
  return tokens.map((token) => {
    const id = ids.get(valueKey(token));
    if (id !== undefined) return id;
    throw new InterpBenchError("E_TRACR_INPUT", "a token is not in the vocabulary", {
      expected: `one of ${showValues(values, 40)}`,
      received: showValue(token),
    });
  });
}

/** The tokens of a sequence of ids: the inverse of {@link encodeTokens}. */
export function decodeTokens({ values }: InputEncoder, ids: ArrayLike<number>): RaspValue[] {
  return Array.from(ids, (id) => {
    const value = values[id];
    if (value !== undefined) return value;
    throw new InterpBenchError("E_TRACR_INPUT", "an id stands for no token", {
      expected: `a whole number from 0 to ${values.length - 1}`,
      received: String(id),
    });
  });
}

/**
 * The value a row of logits `[dVocabOut]` stands for.
 *
 * The first of equal logits wins; so a position without a value (all logits 0) decodes to the
 * smallest output value.
 */
export function decodeLogits(encoder: OutputEncoder, logits: ArrayLike<number>): RaspValue {
  const expected = encoder.kind === "numerical" ? 1 : encoder.values.length;
  if (logits.length !== expected) {
    throw new InterpBenchError("E_TRACR_INPUT", "a row of logits has the wrong length", {
      expected: `${expected} logits`,
      received: `${logits.length}`,
    });
  }
  if (encoder.kind === "numerical") return logits[0]!;
  let best = 0;
  for (let j = 1; j < logits.length; j++) {
    if (logits[j]! > logits[best]!) best = j;
  }
  return encoder.values[best]!;
}
