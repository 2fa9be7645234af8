import { InterpBenchError, truncate } from "../../errors/index.ts";

/**
 * What a pickle can hold here. Lists and tuples are arrays, dicts are maps, and an object of a class
 * is what its constructor in the allow-list makes of it. Values may share parts, and hold themselves.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>
  | ReadonlySet<PickleValue>
  | PickleObject;

/** A class or function of the allow-list, as a value: what a pickle may name, and what it stands for. */
export interface PickleGlobal {
  /** What calling it gives. Default: it cannot be called. */
  readonly call?: (args: readonly PickleValue[]) => PickleValue;
  /** What it stands for where it is not called, such as `torch.float32`. */
  readonly constant?: PickleValue;
}

/** What an allow-listed constructor makes, or a reference to such a constructor itself. */
export class PickleObject {
  /** Its class: `transformer_lens.HookedTransformerConfig HookedTransformerConfig`. */
  readonly type: string;
  /** What it was constructed with; anything that a constructor wants to keep. */
  readonly content: unknown;
  /** Its attributes, as the pickle sets them. */
  state: PickleValue | undefined;

  constructor(type: string, content: unknown = undefined) {
    this.type = type;
    this.content = content;
  }
}

/** The names (`module name`) that a pickle may refer to. */
export type PickleGlobals = ReadonlyMap<string, PickleGlobal>;

/** How a pickle is read. */
export interface PickleOptions {
  readonly globals: PickleGlobals;
  /** Makes the object that a persistent id stands for. Default: there are none. */
  readonly persistent?: (id: PickleValue) => PickleValue;
  /** Where the pickle begins. Default 0. */
  readonly start?: number;
  readonly at?: string;
}

/** The stack of a pickle machine holds values, and marks where lists begin. */
export const MARK = Symbol("mark");
export type StackItem = PickleValue | typeof MARK | PickleReference;

/** A global on the stack: a name of the allow-list that was not called yet. */
export class PickleReference {
  readonly name: string;
  readonly target: PickleGlobal;

  constructor(name: string, target: PickleGlobal) {
    this.name = name;
    this.target = target;
  }
}

/** The state of reading: bytes, stack and memo. Operations are functions of it. */
export class PickleMachine {
  position: number;
  readonly stack: StackItem[] = [];
  readonly memo = new Map<number, StackItem>();
  readonly options: PickleOptions;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #at: string;
  #operation = 0;

  constructor(bytes: Uint8Array, options: PickleOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = options.start ?? 0;
    this.options = options;
    this.#at = options.at ?? "pickle";
  }

  /** The code of the next operation, which errors from now on are about. */
  next(): number {
    this.#operation = this.position;
    return this.uint8();
  }

  /** An error that names the offset of the operation. */
  fault(
    message: string,
    details: {
      readonly expected?: string;
      readonly received?: string;
      readonly hint?: string;
    } = {},
  ): InterpBenchError {
    const at = `${this.#at}, byte ${this.#operation}`;
    return new InterpBenchError("E_PICKLE", message, { at, ...details });
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A length of 64 bits. */
  length64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** The next `length` bytes, not copied. */
  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.position) {
      throw this.fault("the pickle is truncated", {
        expected: `${length} bytes`,
        received: `${this.#bytes.length - this.position}`,
      });
    }
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** The next `length` bytes as UTF-8. */
  text(length: number): string {
    try {
      return UTF8.decode(this.take(length));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw this.fault("a text of the pickle is not UTF-8");
    }
  }

  /** The bytes up to the next line feed, which is passed over. */
  line(): string {
    const end = this.#bytes.indexOf(LINE_FEED, this.position);
    if (end < 0) throw this.fault("the pickle is truncated");
    const text = this.text(end - this.position);
    this.position++;
    return text;
  }

  push(item: StackItem): void {
    this.stack.push(item);
  }

  pop(): StackItem {
    const item = this.stack.pop();
    if (item === undefined) throw this.fault("the pickle takes something from an empty stack");
    return item;
  }

  popValue(): PickleValue {
    return this.valueOf(this.pop());
  }

  /** The topmost item, which stays. */
  top(): StackItem {
    const item = this.stack.at(-1);
    if (item === undefined) throw this.fault("the pickle takes something from an empty stack");
    return item;
  }

  /** A value; of a global, what it stands for. */
  valueOf(item: StackItem): PickleValue {
    if (item === MARK) throw this.fault("the pickle takes a mark for a value");
    if (!(item instanceof PickleReference)) return item;
    if (item.target.constant !== undefined) return item.target.constant;
    throw this.fault("the pickle takes a class for a value", { received: item.name });
  }

  /** What lies above the last mark; both are taken off the stack. */
  popToMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw this.fault("the pickle looks for a mark that is not there");
    const items = this.stack.splice(mark).slice(1);
    return items.map((item) => this.valueOf(item));
  }

  /** The global of the allow-list with this name. */
  reference(module: string, name: string): PickleReference {
    const full = `${module} ${name}`;
    const target = this.options.globals.get(full);
    if (target !== undefined) return new PickleReference(full, target);
    throw this.fault("the pickle names something that is not plain data", {
      expected: [...this.options.globals.keys()].join(", "),
      received: truncate(full, LONGEST_NAME),
      hint: "Whatever it is, it is not looked for: pickles can run programs. Save plain weights (a state dict) or plain data instead.",
    });
  }

  /** What calling a global with these arguments gives. */
  call(item: StackItem, args: PickleValue): PickleValue {
    if (!(item instanceof PickleReference) || item.target.call === undefined) {
      throw this.fault("the pickle calls something that is no constructor");
    }
    if (!Array.isArray(args)) throw this.fault("the pickle calls something without arguments");
    const { name, target } = item;
    return this.make(name, () => target.call!(args));
  }

  /** What a constructor makes; its {@link PickleFault} says what it expects. */
  make(name: string, construct: () => PickleValue): PickleValue {
    try {
      return construct();
    } catch (error) {
      if (!(error instanceof PickleFault)) throw error;
      throw this.fault(`${name} is not constructed as it should be`, { expected: error.message });
    }
  }

  #advance(count: number): number {
    const start = this.position;
    this.position += count;
    return start;
  }
}

/** Thrown by constructors of an allow-list, with what they expect. */
export class PickleFault extends Error {}

const LINE_FEED = 0x0a;
const LONGEST_NAME = 200;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
