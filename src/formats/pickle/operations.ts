import { MARK, type PickleMachine, PickleObject, type PickleValue } from "./machine.ts";

/** An operation of the pickle machine. */
export type Operation = (machine: PickleMachine) => void;

const constant =
  (value: PickleValue): Operation =>
  (m) =>
    m.push(value);

const tupleOf =
  (count: number): Operation =>
  (m) => {
    const items = Array.from({ length: count }, () => m.popValue());
    m.push(items.reverse());
  };

/** The code that ends a pickle; the value is on top of the stack. */
export const STOP = 0x2e;

/** Highest protocol of pickles (Python 3.8). */
const LAST_PROTOCOL = 5;
/** The longest integer that is read, in bytes; PyTorch's magic number has 10. */
const LONGEST_INTEGER = 64;

/**
 * The operations that Python writes for plain data, by their code: numbers, texts, bytes, tuples,
 * lists, dicts, sets, names of the allow-list and what is made with them. Left out are those of
 * protocols 0 and 1 in text form, extension codes and buffers outside of the pickle.
 */
export const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, readProtocol],
  [0x95, (m) => void m.length64()], // FRAME

  [0x4e, constant(null)], // NONE
  [0x88, constant(true)], // NEWTRUE
  [0x89, constant(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.int32())], // BININT
  [0x4b, (m) => m.push(m.uint8())], // BININT1
  [0x4d, (m) => m.push(m.uint16())], // BININT2
  [0x8a, (m) => m.push(integerOf(m, m.uint8()))], // LONG1
  [0x8b, (m) => m.push(integerOf(m, m.uint32()))], // LONG4
  [0x47, (m) => m.push(m.float64())], // BINFLOAT
  [0x8c, (m) => m.push(m.text(m.uint8()))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.text(m.uint32()))], // BINUNICODE
  [0x8d, (m) => m.push(m.text(m.length64()))], // BINUNICODE8
  [0x43, (m) => m.push(m.take(m.uint8()))], // SHORT_BINBYTES
  [0x42, (m) => m.push(m.take(m.uint32()))], // BINBYTES
  [0x8e, (m) => m.push(m.take(m.length64()))], // BINBYTES8

  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x85, tupleOf(1)], // TUPLE1
  [0x86, tupleOf(2)], // TUPLE2
  [0x87, tupleOf(3)], // TUPLE3
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x61, (m) => append(m, [m.popValue()])], // APPEND
  [0x65, (m) => append(m, m.popToMark())], // APPENDS
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x73, (m) => setItems(m, [m.popValue(), m.popValue()].reverse())], // SETITEM
  [0x75, (m) => setItems(m, m.popToMark())], // SETITEMS
  [0x8f, (m) => m.push(new Set())], // EMPTY_SET
  [0x90, (m) => addItems(m, m.popToMark())], // ADDITEMS
  [0x91, (m) => m.push(new Set(m.popToMark()))], // FROZENSET

  [0x28, (m) => m.push(MARK)], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x71, (m) => void m.memo.set(m.uint8(), m.top())], // BINPUT
  [0x72, (m) => void m.memo.set(m.uint32(), m.top())], // LONG_BINPUT
  [0x94, (m) => void m.memo.set(m.memo.size, m.top())], // MEMOIZE
  [0x68, (m) => recall(m, m.uint8())], // BINGET
  [0x6a, (m) => recall(m, m.uint32())], // LONG_BINGET

  [0x63, (m) => m.push(m.reference(m.line(), m.line()))], // GLOBAL
  [0x93, namedOnStack], // STACK_GLOBAL
  [0x52, construct], // REDUCE
  [0x81, construct], // NEWOBJ
  [0x62, setState], // BUILD
  [0x51, persistent], // BINPERSID
]);

function readProtocol(m: PickleMachine): void {
  const protocol = m.uint8();
  if (protocol >= 2 && protocol <= LAST_PROTOCOL) return;
  throw m.fault("the pickle is of an unknown protocol", {
    expected: `2 to ${LAST_PROTOCOL}`,
    received: String(protocol),
  });
}

/** Two's complement, little-endian; a number where it is exact. */
function integerOf(m: PickleMachine, length: number): number | bigint {
  if (length > LONGEST_INTEGER) {
    throw m.fault("an integer of the pickle is too long", {
      expected: `at most ${LONGEST_INTEGER} bytes`,
      received: String(length),
    });
  }
  const bytes = m.take(length);
  const unsigned = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const value = BigInt.asIntN(8 * length, unsigned);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function append(m: PickleMachine, items: readonly PickleValue[]): void {
  const list = m.top();
  if (!Array.isArray(list)) throw m.fault("the pickle appends to something that is no list");
  for (const item of items) list.push(item);
}

/** Keys and values alternate. */
function setItems(m: PickleMachine, items: readonly PickleValue[]): void {
  const dict = m.top();
  if (!(dict instanceof Map)) throw m.fault("the pickle sets an item of something that is no dict");
  if (items.length % 2 === 1) throw m.fault("the pickle sets a key without a value");
  for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
}

function addItems(m: PickleMachine, items: readonly PickleValue[]): void {
  const set = m.top();
  if (!(set instanceof Set)) throw m.fault("the pickle adds to something that is no set");
  for (const item of items) set.add(item);
}

function recall(m: PickleMachine, index: number): void {
  const item = m.memo.get(index);
  if (item === undefined) throw m.fault("the pickle recalls what it has not stored");
  m.push(item);
}

function namedOnStack(m: PickleMachine): void {
  const [name, module] = [m.popValue(), m.popValue()];
  if (typeof name !== "string" || typeof module !== "string") {
    throw m.fault("the pickle names something by other than texts");
  }
  m.push(m.reference(module, name));
}

function construct(m: PickleMachine): void {
  const args = m.popValue();
  m.push(m.call(m.pop(), args));
}

/** Attributes of dicts, such as the version of a state dict, say nothing about their items. */
function setState(m: PickleMachine): void {
  const state = m.popValue();
  const target = m.top();
  if (target instanceof PickleObject) target.state = state;
  else if (!(target instanceof Map)) {
    throw m.fault("the pickle gives attributes to something that has none");
  }
}

function persistent(m: PickleMachine): void {
  const id = m.popValue();
  const { persistent: make } = m.options;
  if (make === undefined) throw m.fault("the pickle refers to something outside of it");
  m.push(m.make("the persistent object", () => make(id)));
}
