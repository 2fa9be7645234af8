import { PickleMachine, type PickleOptions, type PickleValue } from "./machine.ts";
import { OPERATIONS, STOP } from "./operations.ts";

/** A pickle's value, and where it ended. */
export interface ReadPickle {
  readonly value: PickleValue;
  readonly end: number;
}

/** So many operations a pickle may have; that of a score of 5,000 edges has 50,000. */
const MOST_OPERATIONS = 200_000;

/**
 * Reads one pickle (protocols 2 to 5) by an allow-list: a name that is not in `globals` is refused as
 * soon as it comes, so nothing of the file is ever executed, imported or looked up.
 *
 * The stack machine knows the operations that Python's pickler writes for plain data and objects;
 * lengths are checked against the bytes that are left before anything is allocated, and operations are
 * counted (200,000 at most), so time and memory are bounded by the file's size.
 *
 * @throws InterpBenchError `E_PICKLE` with the offset in `at`: truncated or malformed pickles, other
 *   protocols and operations, names outside the allow-list
 * @see https://docs.python.org/3/library/pickletools.html
 */
export function readPickle(bytes: Uint8Array, options: PickleOptions): ReadPickle {
  const machine = new PickleMachine(bytes, options);
  try {
    for (let count = 0; count < MOST_OPERATIONS; count++) {
      const code = machine.next();
      if (code === STOP) return { value: machine.popValue(), end: machine.position };
      const operation = OPERATIONS.get(code);
      if (operation === undefined) {
        throw machine.fault("the pickle has an operation that plain data do not need", {
          received: `operation 0x${code.toString(16).padStart(2, "0")}`,
        });
      }
      operation(machine);
    }
  } catch (error) {
    // Reading past the end of a DataView.
    if (error instanceof RangeError) throw machine.fault("the pickle is truncated");
    throw error;
  }
  throw machine.fault("the pickle is too long", {
    expected: `at most ${MOST_OPERATIONS} operations`,
  });
}
