import type { Layout } from "./allocate.ts";
import { OPCODES, type Operand, type Step } from "./steps.ts";

/**
 * The kernels' numbers for the spaces; binding k is `SPACES.binding + k`. What a program keeps is
 * the binding after those of its inputs and outputs.
 */
const SPACES = { tile: 0, shared: 1, accumulator: 2, binding: 3 } as const;

function addressWords(
  { storage, offset }: Operand,
  layout: Layout,
  bindings: number,
): [number, number] {
  if (storage.space === "binding") return [SPACES.binding + storage.slot, offset];
  const space = storage.space === "kept" ? SPACES.binding + bindings : SPACES[storage.space];
  return [space, layout.offsets.get(storage)! + offset];
}

/**
 * Steps of a program with so many bindings as 32-bit words, each `[opcode, count, …count words]`; an
 * operand is (space, offset).
 */
export function encode(steps: readonly Step[], layout: Layout, bindings: number): Int32Array {
  const words: number[] = [];
  for (const { opcode, words: body } of steps) {
    const encoded = body.flatMap((word) =>
      typeof word === "number" ? [word] : addressWords(word, layout, bindings),
    );
    words.push(OPCODES.indexOf(opcode), encoded.length);
    for (const word of encoded) words.push(word);
  }
  return Int32Array.from(words);
}
