import { evaluate, type RaspValue, type Sequence, type SOp, valuesEqual } from "../rasp/index.ts";
import { forward } from "./forward.testing.ts";
import { type CompileOptions, compileRasp, decodeLogits, encodeTokens } from "./index.ts";

/** All inputs of 1 to `maxSeqLen` tokens of the vocabulary. */
export function allInputs(vocab: readonly RaspValue[], maxSeqLen: number): Sequence[] {
  let rows: Sequence[] = [[]];
  const all: Sequence[] = [];
  for (let i = 0; i < maxSeqLen; i++) {
    rows = rows.flatMap((row) => vocab.map((token) => [...row, token]));
    all.push(...rows);
  }
  return all;
}

/** On all inputs: how many positions have a value, and at how many the transformer has another. */
export function compareWithProgram(
  program: SOp,
  options: CompileOptions,
): { readonly positions: number; readonly mistakes: number } {
  const compiled = compileRasp(program, options);
  const width = compiled.config.dVocabOut;
  let [positions, mistakes] = [0, 0];
  for (const xs of allInputs(options.vocab, options.maxSeqLen)) {
    const expected = evaluate(program, xs, { causal: options.causal ?? false });
    const ids = encodeTokens(compiled.inputEncoder, ["BOS", ...xs]);
    const logits = forward(compiled, ids).get("logits")!;
    for (const [i, value] of expected.entries()) {
      if (value === null) continue;
      positions++;
      const row = logits.subarray((i + 1) * width, (i + 2) * width);
      const computed = decodeLogits(compiled.outputEncoder, row);
      const isRight =
        compiled.outputEncoder.kind === "numerical"
          ? Math.abs(Number(computed) - Number(value)) < 0.005
          : valuesEqual(computed, value);
      if (!isRight) mistakes++;
    }
  }
  return { positions, mistakes };
}
