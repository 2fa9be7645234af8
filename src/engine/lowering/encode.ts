import type { Layout } from "./allocate.ts";
import { OPCODES, type Operand, type Step } from "./steps.ts";

/**
 * The kernels' numbers for the spaces; binding k is `SPACES.binding + k`. The first two bindings are a
 * program's constants and its scalars.
 */
const SPACES = { tile: 0, shared: 1, accumulator: 2, binding: 3, constant: 3, scalar: 4 } as const;

function addressWords({ storage, offset }: Operand, layout: Layout): [number, number] {
  if (storage.space === "binding") return [SPACES.binding + storage.slot, offset];
  return [SPACES[storage.space], layout.offsets.get(storage)! + offset];
}

/** Steps as 32-bit words, each `[opcode, count, …count words]`; an operand is (space, offset). */
export function encode(steps: readonly Step[], layout: Layout): Int32Array {
  const words: number[] = [];
  for (const { opcode, words: body } of steps) {
    const encoded = body.flatMap((word) =>
      typeof word === "number" ? [word] : addressWords(word, layout),
    );
    words.push(OPCODES.indexOf(opcode), encoded.length);
    for (const word of encoded) words.push(word);
  }
  return Int32Array.from(words);
}
