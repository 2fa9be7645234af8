import { isOperand, OPCODES, type Step, type Storage, type Word } from "./steps.ts";

/**
 * The kernels' numbers for the spaces; binding k is `SPACES.binding + k`. The first two bindings are a
 * program's constants and its scalars.
 */
const SPACES = { tile: 0, shared: 1, accumulator: 2, binding: 3, constant: 3, scalar: 4 } as const;

const NUMBERS = new Map(OPCODES.map((opcode, number) => [opcode, number]));

/** Where a value lies in its space. */
type OffsetOf = (storage: Storage) => number;

/** How many words one of an instruction's words becomes. */
const lengthOf = (word: Word): number =>
  typeof word === "number" ? 1 : isOperand(word) ? 2 : word.length;

const bodyLength = ({ words }: Step): number =>
  words.reduce<number>((total, word) => total + lengthOf(word), 0);

/** Steps as 32-bit words, each `[opcode, count, …count words]`; an operand is (space, offset). */
export function encode(steps: readonly Step[], offsetOf: OffsetOf): Int32Array {
  const lengths = steps.map(bodyLength);
  const encoded = new Int32Array(lengths.reduce((total, length) => total + 2 + length, 0));
  let at = 0;
  for (const [i, { opcode, words }] of steps.entries()) {
    encoded[at++] = NUMBERS.get(opcode)!;
    encoded[at++] = lengths[i]!;
    for (const word of words) {
      if (typeof word === "number") {
        encoded[at++] = word;
      } else if (isOperand(word)) {
        const { storage, offset } = word;
        const isBinding = storage.space === "binding";
        encoded[at++] = isBinding ? SPACES.binding + storage.slot : SPACES[storage.space];
        encoded[at++] = isBinding ? offset : offsetOf(storage) + offset;
      } else {
        encoded.set(word, at);
        at += word.length;
      }
    }
  }
  return encoded;
}
