import { referenceBackend } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { type Sequence, showSequence, showValue, valuesEqual } from "../../rasp/index.ts";
import { Key } from "../../rng/index.ts";
import type { FunctionCase } from "../case.ts";
import { inputTokens } from "../dataset.ts";
import { generateData } from "../generate-data.ts";
import { isInput } from "../input-space.ts";
import { evaluateVariables, TOKENS, type Valuation } from "./evaluate.ts";
import { functionModel } from "./function-model.ts";

/** Inputs on which functions are tried. */
const TRIED = 32;

/**
 * Computes some outputs, and some with each variable of another input: most mistakes come to light.
 *
 * @throws InterpBenchError `E_CASE` for functions that do not work, and for variables of a causal case
 *   that depend on later tokens
 */
export function tryFunctions(case_: FunctionCase): void {
  const data = generateData(case_, { key: Key.fromSeed(0), size: TRIED });
  const { positions, count } = data;
  const backend = referenceBackend();
  const model = functionModel(case_);
  const loaded = model.load({ backend, tokens: backend.buffer(data.tokens), positions });
  const base = Uint32Array.from({ length: count }, (_, i) => i);
  loaded.run(base);
  const source = base.map((i) => (i + 1) % count);
  for (const { node } of model.variables) loaded.exchange(node, { base, source }).outputs(base);
  if (case_.causal) assertCausal(case_, data.inputs.map(inputTokens));
}

/** Throws unless variables stay what they are where inputs go on as the next one does. */
function assertCausal(case_: FunctionCase, inputs: readonly Sequence[]): void {
  for (const [i, input] of inputs.entries()) {
    const values = evaluateVariables(case_, input);
    const next = inputs[(i + 1) % inputs.length]!;
    for (let end = 1; end < input.length; end++) {
      const other = [...input.slice(0, end), ...next.slice(end)];
      if (isInput(case_, other))
        assertSameUpTo(end, values, evaluateVariables(case_, other), case_);
    }
  }
}

function assertSameUpTo(end: number, one: Valuation, other: Valuation, { id }: FunctionCase): void {
  for (const [name, values] of one) {
    const changed = other.get(name)!;
    const token = values.findIndex((value, i) => i < end && !valuesEqual(value, changed[i]!));
    if (token < 0) continue;
    const [tokens, others] = [one, other].map((all) => showSequence(all.get(TOKENS)!));
    throw new InterpBenchError("E_CASE", `a variable of case "${id}" depends on later tokens`, {
      at: `variables.${name}, token ${token}`,
      expected: "what tokens up to it decide, because the case is causal",
      received: `${showValue(values[token]!)} for ${tokens}, ${showValue(changed[token]!)} for ${others}`,
      hint: "Leave causal out if positions may see later ones.",
    });
  }
}
