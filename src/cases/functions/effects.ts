import { type RaspValue, valueKey } from "../../rasp/index.ts";
import { keptPositions } from "../../transformer/index.ts";
import type { FunctionCase } from "../case.ts";
import { inputTokens } from "../dataset.ts";
import { evaluateVariables, exchanged, type Valuation } from "./evaluate.ts";

/**
 * Whether a variable makes a difference to an output that counts: there are two of the inputs, `[row][pos]`
 * with BOS and PAD, of which one has another output with the variable's value on the other.
 *
 * @returns a test of names
 */
export function functionEffects(
  case_: FunctionCase,
  inputs: readonly (readonly RaspValue[])[],
): (name: string) => boolean {
  const rows = inputs.map((input) => evaluateVariables(case_, inputTokens(input)));
  const positions = keptPositions({ positions: inputs[0]?.length ?? 0, ...case_ });
  const outcome = (values: Valuation) => {
    const output = values.get(case_.output)!;
    return valueKey(positions.map((position) => output[position - 1] ?? null));
  };
  const outcomes = rows.map(outcome);
  return (name) => {
    const values = new Map(rows.map((row) => [valueKey(row.get(name)!), row.get(name)!]));
    return rows.some((row, i) =>
      [...values.values()].some(
        (value) => outcome(exchanged(case_, row, name, value)) !== outcomes[i],
      ),
    );
  };
}
