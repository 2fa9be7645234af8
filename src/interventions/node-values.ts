import { compile, sampleInput, slice, type Tensor } from "../engine/index.ts";
import { forward, usedInputs, writtenAt } from "../transformer/index.ts";
import type { CaptureSpec } from "./capture.ts";
import type { ModelNode } from "./nodes.ts";
import { slices } from "./rows.ts";
import { valueNumbering } from "./value-numbering.ts";

/**
 * For each of some inputs the number of what a node of a frozen model writes: equal values, equal
 * numbers. `[row]`, 0 where a row was not asked for.
 */
export function numberNodeValues(
  { backend, model, tokens, positions }: Omit<CaptureSpec, "hooks">,
  { hook, head }: ModelNode,
  rows: Uint32Array,
): Uint32Array {
  const { config, tensors, bindings } = model;
  const at = writtenAt(config, hook);
  const input = sampleInput("tokens", [positions]);
  const { cache } = forward(config, tensors, input, { capture: [at] });
  const written: Tensor = cache.get(at)!;
  const value = head === null ? written : slice(written, 1, head, head + 1);
  const executable = backend.load(compile({ outputs: { value } }));
  const number = valueNumbering();
  const numbers = new Uint32Array(tokens.length / positions);
  for (const some of slices(rows)) {
    const inputs = usedInputs(executable.program, {
      tokens: { table: tokens, rows: some },
      ...bindings,
    });
    const values = executable.run({ batch: some.length, inputs }).value;
    const width = values.length / some.length;
    for (const [i, row] of some.entries()) {
      numbers[row] = number(values.subarray(i * width, (i + 1) * width));
    }
  }
  executable.dispose();
  return numbers;
}
