import { InterpBenchError, truncate } from "../../errors/index.ts";
import {
  arrayFromBytes,
  type Dtype,
  elementCount,
  ITEM_BYTES,
  type StoredArray,
} from "../array.ts";
import { describeBytes } from "../sniff.ts";
import { readZip } from "../zip.ts";
import {
  PickleFault,
  type PickleGlobal,
  type PickleGlobals,
  PickleObject,
  type PickleValue,
} from "./machine.ts";
import { readPickle } from "./read.ts";

/** The element types of PyTorch's storages. */
const STORAGES: Readonly<Record<string, Dtype>> = {
  DoubleStorage: "F64",
  FloatStorage: "F32",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
};

/** A piece of memory that tensors look into; `count` elements from element `offset` of the record. */
interface Storage {
  readonly key: string;
  readonly dtype: Dtype;
  readonly offset: number;
  readonly count: number;
}

/** A tensor as a view of a storage; offset and strides in elements. */
interface View {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Whether its elements are those of the storage times −1: PyTorch negates some views lazily. */
  readonly isNegated: boolean;
}

const STORAGE_CLASS = "storage class";
const STORAGE = "storage";
const TENSOR = "tensor";

/** PyTorch's largest number of dimensions. */
const MOST_AXES = 64;
/** Views may repeat elements: all tensors together take at most so many times the file, and 1 MiB. */
const LARGEST_RATIO = 4;

const isSize = (x: PickleValue | undefined): x is number =>
  typeof x === "number" && Number.isSafeInteger(x) && x >= 0;
const isSizes = (x: PickleValue | undefined): x is number[] =>
  Array.isArray(x) && x.length <= MOST_AXES && x.every(isSize);
const isA = (x: PickleValue | undefined, type: string): x is PickleObject =>
  x instanceof PickleObject && x.type === type;

const rebuildTensor: PickleGlobal = {
  call: ([storage, offset, shape, strides, , , metadata = null]) => {
    if (!isA(storage, STORAGE) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
      throw new PickleFault("a storage, an offset, sizes and strides");
    }
    if (shape.length !== strides.length) throw new PickleFault("as many strides as sizes");
    const isNegated = isNegatedBy(metadata);
    const view: View = { storage: storage.content as Storage, offset, shape, strides, isNegated };
    const last = view.shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, offset);
    if (elementCount(shape) > 0 && last >= view.storage.count) {
      throw new PickleFault(`elements within the ${view.storage.count} of its storage`);
    }
    return new PickleObject(TENSOR, view);
  },
};

/** Reads the bits of a tensor; conjugation changes no real number. */
function isNegatedBy(metadata: PickleValue): boolean {
  if (metadata === null) return false;
  const isKnown =
    metadata instanceof Map &&
    [...metadata].every(
      ([bit, isSet]) => (bit === "neg" || bit === "conj") && typeof isSet === "boolean",
    );
  if (!isKnown) throw new PickleFault('no metadata but the bits "neg" and "conj"');
  return metadata.get("neg") === true;
}

const rebuildParameter: PickleGlobal = {
  call: ([tensor]) => {
    if (!isA(tensor, TENSOR)) throw new PickleFault("a tensor");
    return tensor;
  },
};

const WEIGHT_GLOBALS: PickleGlobals = new Map<string, PickleGlobal>([
  ["collections OrderedDict", { call: () => new Map() }],
  ["torch._utils _rebuild_tensor", rebuildTensor],
  ["torch._utils _rebuild_tensor_v2", rebuildTensor],
  ["torch._utils _rebuild_parameter", rebuildParameter],
  ...Object.entries(STORAGES).map(([name, dtype]) => {
    const constant = new PickleObject(STORAGE_CLASS, dtype);
    return [`torch ${name}`, { constant }] as const;
  }),
]);

/**
 * Reads the weights that `torch.save(state_dict)` wrote, in the archive form of PyTorch 1.6 and later
 * or in the form before it: name → array, in the order of the file. Tensors that are views (transposed,
 * sliced, expanded, on one storage) come out row-major; devices are ignored.
 *
 * @throws InterpBenchError `E_PICKLE` for files that hold something else than named tensors (such as a
 *   whole module), `E_ZIP` for damaged archives; nothing of the file is executed
 */
export function decodeTorchWeights(bytes: Uint8Array, at = "weights"): Map<string, StoredArray> {
  const isArchive = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { value, dataOf } = isArchive ? readArchive(bytes, at) : readLegacy(bytes, at);
  const views = viewsOf(value, at);
  assertSize(views, bytes.length, at);
  return new Map([...views].map(([name, view]) => [name, arrayOf(view, dataOf, `${at}: ${name}`)]));
}

/** A state dict whose tensors are views, and the bytes of their storages. */
interface Saved {
  readonly value: PickleValue;
  /** Throws where the storage is not there in full. */
  dataOf(storage: Storage, at: string): Uint8Array;
}

/** `<folder>/data.pkl`, and `<folder>/data/<key>` for each storage. */
function readArchive(bytes: Uint8Array, at: string): Saved {
  const files = readZip(bytes, at);
  const main = [...files.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (main === undefined) {
    throw new InterpBenchError("E_PICKLE", "the archive is none of PyTorch's", {
      at,
      expected: "a file FOLDER/data.pkl",
      received: truncate([...files.keys()].join(", "), 200),
    });
  }
  const folder = main.slice(0, -"data.pkl".length);
  const order = files.get(`${folder}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order).trim() !== "little") {
    throw new InterpBenchError("E_PICKLE", "the weights are stored in another byte order", {
      at,
      expected: "little",
      received: new TextDecoder().decode(order),
    });
  }
  const { value } = readPickle(files.get(main)!, {
    globals: WEIGHT_GLOBALS,
    persistent: storageOf,
    at: `${at}: ${main}`,
  });
  return {
    value,
    dataOf: (storage, where) =>
      elementsOf(storage, files.get(`${folder}data/${storage.key}`), where),
  };
}

const MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_VERSION = 1001;

/**
 * Five pickles (magic number, version, machine, state dict, keys of storages), then for each key the
 * number of its elements in 64 bits, and the elements.
 */
function readLegacy(bytes: Uint8Array, at: string): Saved {
  let position = 0;
  const dtypes = new Map<string, Dtype>();
  const next = (): PickleValue => {
    const { value, end } = readPickle(bytes, {
      globals: WEIGHT_GLOBALS,
      persistent: (id) => {
        const made = storageOf(id);
        const { key, dtype } = made.content as Storage;
        dtypes.set(key, dtype);
        return made;
      },
      start: position,
      at,
    });
    position = end;
    return value;
  };
  const refuse = (expected: string, received: string) =>
    new InterpBenchError("E_PICKLE", "these are no weights of PyTorch", { at, expected, received });
  // The first bytes of a pickle: its protocol.
  if (bytes[0] !== 0x80) throw refuse("a file written by torch.save", describeBytes(bytes));
  if (next() !== MAGIC || next() !== LEGACY_VERSION) {
    throw refuse("the magic number of torch.save", "another pickle");
  }
  next();
  const value = next();
  const keys = next();
  const records = new Map<string, Uint8Array>();
  if (!Array.isArray(keys)) throw refuse("a list of storages", "something else");
  for (const key of keys) {
    const dtype = typeof key === "string" ? dtypes.get(key) : undefined;
    if (dtype === undefined)
      throw refuse("storages that the tensors use", truncate(String(key), 80));
    const left = bytes.length - position - 8;
    const count =
      left < 0
        ? 0n
        : new DataView(bytes.buffer, bytes.byteOffset + position, 8).getBigUint64(0, true);
    const size = Number(count) * ITEM_BYTES[dtype];
    if (left < size) throw refuse(`${size} bytes for storage ${key}`, `${Math.max(0, left)} bytes`);
    records.set(key, bytes.subarray(position + 8, position + 8 + size));
    position += 8 + size;
  }
  return {
    value,
    dataOf: (storage, where) => elementsOf(storage, records.get(storage.key), where),
  };
}

/** `("storage", class, key, device, count)`, in the older form with a view `(key, offset, count)`. */
function storageOf(id: PickleValue): PickleObject {
  const [kind, type, key, , count, view = null] = Array.isArray(id) ? id : [];
  if (
    kind !== "storage" ||
    !isA(type, STORAGE_CLASS) ||
    typeof key !== "string" ||
    !isSize(count)
  ) {
    throw new PickleFault("a storage with its class, key, device and size");
  }
  const dtype = type.content as Dtype;
  if (view === null) return new PickleObject(STORAGE, { key, dtype, offset: 0, count });
  const [, offset, size] = Array.isArray(view) ? view : [];
  if (!isSize(offset) || !isSize(size) || offset + size > count) {
    throw new PickleFault("a part within its storage");
  }
  return new PickleObject(STORAGE, { key, dtype, offset, count: size });
}

/** The bytes of a storage within its record. */
function elementsOf(
  { dtype, key, offset, count }: Storage,
  record: Uint8Array | undefined,
  at: string,
): Uint8Array {
  const size = ITEM_BYTES[dtype];
  const [start, end] = [offset * size, (offset + count) * size];
  if (record !== undefined && end <= record.length) return record.subarray(start, end);
  throw new InterpBenchError("E_PICKLE", "the elements of a tensor are not in the file", {
    at,
    expected: `${end} bytes in storage ${truncate(key, 80)}`,
    received: record === undefined ? "no such storage" : `${record.length} bytes`,
  });
}

/** The named tensors of a state dict. */
function viewsOf(value: PickleValue, at: string): Map<string, View> {
  const refuse = (received: string) =>
    new InterpBenchError("E_PICKLE", "the file holds no state dict", {
      at,
      expected: "named tensors",
      received,
      hint: "Save model.state_dict(), not the model or what else was with it.",
    });
  if (!(value instanceof Map)) throw refuse(kindOf(value));
  const named = [...(value as ReadonlyMap<PickleValue, PickleValue>)];
  return new Map(
    named.map(([name, tensor]) => {
      if (typeof name !== "string") throw refuse(`a key that is ${kindOf(name)}`);
      if (!isA(tensor, TENSOR)) throw refuse(`${truncate(name, 80)}: ${kindOf(tensor)}`);
      return [name, tensor.content as View];
    }),
  );
}

function kindOf(value: PickleValue): string {
  if (value instanceof PickleObject) return `a ${value.type}`;
  if (value instanceof Map) return "a dict";
  if (value instanceof Set) return "a set";
  if (Array.isArray(value)) return "a list";
  return value === null ? "None" : typeof value;
}

function assertSize(views: ReadonlyMap<string, View>, size: number, at: string): void {
  const total = [...views.values()].reduce(
    (sum, { shape, storage }) => sum + elementCount(shape) * ITEM_BYTES[storage.dtype],
    0,
  );
  const most = LARGEST_RATIO * size + 2 ** 20;
  if (total <= most) return;
  throw new InterpBenchError("E_PICKLE", "the tensors are too large for the file", {
    at,
    expected: `at most ${most} bytes`,
    received: `${total} bytes`,
  });
}

/** The elements of a view, row-major. */
function arrayOf(
  { storage, offset, shape, strides, isNegated }: View,
  dataOf: Saved["dataOf"],
  at: string,
): StoredArray {
  const size = ITEM_BYTES[storage.dtype];
  const bytes = dataOf(storage, at);
  const out = new Uint8Array(elementCount(shape) * size);
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < out.length; to += size) {
    for (let i = 0; i < size; i++) out[to + i] = bytes[from * size + i]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  const array = arrayFromBytes(storage.dtype, shape, out);
  return isNegated ? negated(array) : array;
}

/** The array times −1; integers wrap around, as PyTorch's do. */
function negated(array: StoredArray): StoredArray {
  const { data } = array;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    data.forEach((value, i) => {
      data[i] = -value;
    });
  } else {
    data.forEach((value, i) => {
      data[i] = -value;
    });
  }
  return array;
}
