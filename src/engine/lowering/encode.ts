import { isOperand, OPCODES, type Step, type Storage, type Word } from "./steps.ts";

/**
 * The kernels' numbers for the spaces; binding k is `SPACES.binding + k`. The first two bindings are a
 * program's constants and its scalars.
 */
const SPACES = { tile: 0, shared: 1, accumulator: 2, binding: 3, constant: 3, scalar: 4 } as const;

/** Where a value lies in its space. */
type OffsetOf = (storage: Storage) => number;

/** What one of an instruction's words is encoded as. */
function encodedWord(word: Word, offsetOf: OffsetOf): ArrayLike<number> {
  if (typeof word === "number") return [word];
  if (!isOperand(word)) return word;
  const { storage, offset } = word;
  return storage.space === "binding"
    ? [SPACES.binding + storage.slot, offset]
    : [SPACES[storage.space], offsetOf(storage) + offset];
}

const lengthOf = (parts: readonly ArrayLike<number>[]): number =>
  parts.reduce((total, { length }) => total + length, 0);

/** Steps as 32-bit words, each `[opcode, count, …count words]`; an operand is (space, offset). */
export function encode(steps: readonly Step[], offsetOf: OffsetOf): Int32Array {
  const parts = steps.flatMap(({ opcode, words }) => {
    const body = words.map((word) => encodedWord(word, offsetOf));
    return [[OPCODES.indexOf(opcode), lengthOf(body)], ...body];
  });
  const encoded = new Int32Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    encoded.set(part, at);
    at += part.length;
  }
  return encoded;
}
