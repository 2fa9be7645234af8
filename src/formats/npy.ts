import { InterpBenchError } from "../errors/index.ts";
import { arrayFromBytes, type Dtype, elementCount, ITEM_BYTES, type StoredArray } from "./array.ts";
import { describeBytes } from "./sniff.ts";
import { readZip } from "./zip.ts";

/** NumPy's little-endian type codes. */
const DTYPES: ReadonlyMap<string, Dtype> = new Map(
  Object.entries({
    "<f8": "F64",
    "<f4": "F32",
    "<f2": "F16",
    "<i8": "I64",
    "<i4": "I32",
    "<i2": "I16",
    "|i1": "I8",
    "<u8": "U64",
    "<u4": "U32",
    "<u2": "U16",
    "|u1": "U8",
    "|b1": "BOOL",
  }),
);

/** The longest header that is read; NumPy refuses headers of more than 10,000 bytes. */
const MAX_HEADER = 0xffff;
/** NumPy's largest number of axes. */
const MAX_AXES = 64;

/**
 * Reads a NumPy `.npy` file (format 1 to 3). Arrays in Fortran order come back row-major.
 *
 * `E_NPY` for other or truncated files, more than 64 axes, and for dtypes without a plain number per element: objects
 * (reading them would run code), texts, complex numbers, records, big-endian data.
 */
export function decodeNpy(bytes: Uint8Array, at = "npy file"): StoredArray {
  const { text, end } = readHeader(bytes, at);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (order === undefined || sizes === undefined || !text.includes("'descr'")) {
    throw new InterpBenchError("E_NPY", "the header is malformed", {
      at,
      expected: "{'descr': …, 'fortran_order': …, 'shape': …}",
      received: text.trim(),
    });
  }
  const dtype = DTYPES.get(descr ?? "");
  if (dtype === undefined) {
    throw new InterpBenchError("E_NPY", "the dtype is not supported", {
      at,
      expected: [...DTYPES.keys()].join(", "),
      received: descr ?? text.trim(),
    });
  }
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  if (shape.length > MAX_AXES) {
    throw new InterpBenchError("E_NPY", "the array has too many axes", {
      at,
      expected: `at most ${MAX_AXES}`,
      received: `${shape.length}`,
    });
  }
  const expected = elementCount(shape) * ITEM_BYTES[dtype];
  if (bytes.length - end !== expected) {
    throw new InterpBenchError("E_NPY", "the data do not fit the shape", {
      at,
      expected: `${expected} bytes for ${dtype} [${shape.join(", ")}]`,
      received: `${bytes.length - end} bytes`,
    });
  }
  const data = bytes.subarray(end);
  const rows = order === "True" ? toRowMajor(data, shape, ITEM_BYTES[dtype]) : data;
  return arrayFromBytes(dtype, shape, rows);
}

/**
 * Reads a NumPy `.npz` archive: array name (without `.npy`) → array. `E_ZIP` or `E_NPY`; files in
 * the archive that are no arrays are an error.
 */
export function decodeNpz(bytes: Uint8Array, at = "npz file"): Map<string, StoredArray> {
  const arrays = new Map<string, StoredArray>();
  for (const [file, content] of readZip(bytes, at)) {
    arrays.set(file.replace(/\.npy$/, ""), decodeNpy(content, `${at}: ${file}`));
  }
  return arrays;
}

function readHeader(bytes: Uint8Array, at: string): { text: string; end: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  const version = bytes[6];
  const known = version === 1 || version === 2 || version === 3;
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte) || !known) {
    throw new InterpBenchError("E_NPY", "this is no NumPy array", {
      at,
      expected: "a .npy file of format 1, 2 or 3",
      received: describeBytes(bytes),
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = version === 1 ? 10 : 12;
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end - start > MAX_HEADER) {
    throw new InterpBenchError("E_NPY", "the header is too long", {
      at,
      expected: `at most ${MAX_HEADER} bytes`,
      received: `${end - start} bytes`,
    });
  }
  if (end > bytes.length) {
    throw new InterpBenchError("E_NPY", "the file ends inside its header", {
      at,
      expected: `${end} bytes`,
      received: `${bytes.length} bytes`,
    });
  }
  return { text: new TextDecoder().decode(bytes.subarray(start, end)), end };
}

/** Reorders elements of `size` bytes from first-axis-fastest to last-axis-fastest. */
function toRowMajor(data: Uint8Array, shape: readonly number[], size: number): Uint8Array {
  const out = new Uint8Array(data.length);
  const strides = shape.map((_, axis) => size * elementCount(shape.slice(0, axis)));
  // Axes of length 1 never move.
  const axes = [...shape.keys()].filter((axis) => shape[axis]! > 1).reverse();
  const index = new Uint32Array(shape.length);
  for (let target = 0, source = 0; target < out.length; target += size) {
    for (let byte = 0; byte < size; byte++) out[target + byte] = data[source + byte]!;
    for (const axis of axes) {
      source += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
