import {
  PickleFault,
  type PickleGlobal,
  type PickleGlobals,
  PickleObject,
  type PickleValue,
} from "./machine.ts";

/** A class whose instances are made without arguments and hold attributes. */
export const plainClass = (type: string): PickleGlobal => ({ call: () => new PickleObject(type) });

/** NumPy's numbers with their type codes, as `numpy.dtype` spells them without byte order. */
const NUMPY_READERS: Readonly<Record<string, (view: DataView) => number | bigint | boolean>> = {
  f8: (view) => view.getFloat64(0, true),
  f4: (view) => view.getFloat32(0, true),
  i8: (view) => safely(view.getBigInt64(0, true)),
  i4: (view) => view.getInt32(0, true),
  i2: (view) => view.getInt16(0, true),
  i1: (view) => view.getInt8(0),
  u8: (view) => safely(view.getBigUint64(0, true)),
  u4: (view) => view.getUint32(0, true),
  u2: (view) => view.getUint16(0, true),
  u1: (view) => view.getUint8(0),
  b1: (view) => view.getUint8(0) !== 0,
};

const safely = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

const NUMPY_DTYPE = "numpy dtype";

const dtype: PickleGlobal = {
  call: ([code]) => {
    if (typeof code !== "string" || !Object.hasOwn(NUMPY_READERS, code)) {
      throw new PickleFault(`one of ${Object.keys(NUMPY_READERS).join(", ")}`);
    }
    return new PickleObject(NUMPY_DTYPE, code);
  },
};

/** A number of NumPy: its type, and its bytes. */
const scalar: PickleGlobal = {
  call: ([type, data]) => {
    if (
      !(type instanceof PickleObject) ||
      type.type !== NUMPY_DTYPE ||
      !(data instanceof Uint8Array)
    ) {
      throw new PickleFault("a dtype and the bytes of a number");
    }
    const code = String(type.content);
    // The state of a dtype is a tuple with its byte order: "<", or "|" where there is none.
    const order = Array.isArray(type.state) ? type.state[1] : undefined;
    const size = Number(code.slice(1));
    if (data.length !== size || (order !== "<" && order !== "|")) {
      throw new PickleFault(`${size} bytes, little-endian`);
    }
    return NUMPY_READERS[code]!(new DataView(data.buffer, data.byteOffset, size));
  },
};

/** Older protocols write bytes as Latin-1 text. */
const encode: PickleGlobal = {
  call: ([text, encoding]) => {
    if (typeof text !== "string" || encoding !== "latin1" || /[^\0-\u00ff]/.test(text)) {
      throw new PickleFault("bytes as a text in latin1");
    }
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  },
};

const setOf: PickleGlobal = {
  call: ([items = []]) => {
    if (!Array.isArray(items)) throw new PickleFault("a list");
    return new Set<PickleValue>(items);
  },
};

const device: PickleGlobal = {
  call: (parts) => {
    const isDevice = parts.every((part) => typeof part === "string" || typeof part === "number");
    if (parts.length === 0 || !isDevice) throw new PickleFault('a device such as "cuda", 0');
    return parts.join(":");
  },
};

const TORCH_DTYPES = [
  ...["float64", "float32", "float16", "bfloat16"],
  ...["int64", "int32", "int16", "int8", "uint8", "bool"],
];

/**
 * What configurations and results may name: containers, NumPy's scalars under both of its module
 * paths, and PyTorch's element types and devices, which stand for their names.
 */
export const PLAIN_GLOBALS: PickleGlobals = new Map<string, PickleGlobal>([
  ["collections OrderedDict", { call: () => new Map() }],
  ["builtins set", setOf],
  ["builtins frozenset", setOf],
  ["__builtin__ set", setOf],
  ["__builtin__ frozenset", setOf],
  ["_codecs encode", encode],
  ["numpy dtype", dtype],
  ["numpy.core.multiarray scalar", scalar],
  ["numpy._core.multiarray scalar", scalar],
  ["torch device", device],
  ...TORCH_DTYPES.map((name) => [`torch ${name}`, { constant: `torch.${name}` }] as const),
]);
