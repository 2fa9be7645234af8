import type { Layout } from "./allocate.ts";
import { isOperand, OPCODES, type Operand, type Step, type Word } from "./steps.ts";

/**
 * The kernels' numbers for the spaces; binding k is `SPACES.binding + k`. The first two bindings are a
 * program's constants and its scalars.
 */
const SPACES = { tile: 0, shared: 1, accumulator: 2, binding: 3, constant: 3, scalar: 4 } as const;

function addressWords({ storage, offset }: Operand, layout: Layout): [number, number] {
  if (storage.space === "binding") return [SPACES.binding + storage.slot, offset];
  return [SPACES[storage.space], layout.offsets.get(storage)! + offset];
}

/** How many words it is encoded as. */
function lengthOf(word: Word): number {
  if (typeof word === "number") return 1;
  return isOperand(word) ? 2 : word.length;
}

/** Steps as 32-bit words, each `[opcode, count, …count words]`; an operand is (space, offset). */
export function encode(steps: readonly Step[], layout: Layout): Int32Array {
  const lengths = steps.map(({ words }) =>
    words.reduce<number>((total, word) => total + lengthOf(word), 0),
  );
  const encoded = new Int32Array(lengths.reduce((total, length) => total + 2 + length, 0));
  let at = 0;
  const put = (words: ArrayLike<number>) => {
    encoded.set(words, at);
    at += words.length;
  };
  for (const [i, { opcode, words }] of steps.entries()) {
    put([OPCODES.indexOf(opcode), lengths[i]!]);
    for (const word of words) {
      if (typeof word === "number") encoded[at++] = word;
      else put(isOperand(word) ? addressWords(word, layout) : word);
    }
  }
  return encoded;
}
