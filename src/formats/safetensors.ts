import { InterpBenchError } from "../errors/index.ts";
import {
  arrayFromBytes,
  type Dtype,
  elementCount,
  type HalfBits,
  ITEM_BYTES,
  type StoredArray,
} from "./array.ts";
import { abbreviate, isRecord, parseJson } from "./json.ts";
import { describeBytes } from "./sniff.ts";

/** The content of a safetensors file. */
export interface Safetensors {
  /** Name → array, in the order of their data in the file. */
  readonly tensors: ReadonlyMap<string, StoredArray>;
  /** The free texts of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const MAX_HEADER = 100_000_000;
const METADATA = "__metadata__";

/** The order in which dtypes are stored, by alignment: that of the reference implementation. */
const BY_ALIGNMENT: readonly Dtype[] = [
  "U64",
  "I64",
  "F64",
  "F32",
  "U32",
  "I32",
  "BF16",
  "F16",
  "U16",
  "I16",
  "I8",
  "U8",
  "BOOL",
];

/**
 * Writes a safetensors file: 8 bytes header length, JSON header padded with spaces to a multiple of
 * 8, then the data, little-endian, without gaps.
 *
 * Tensors are stored by dtype (widest first), then by name, metadata by key: the same content gives
 * the same bytes, whatever order it comes in. `E_SAFETENSORS` for 16-bit floats that are not given as
 * their bits, a reserved name, or data that do not fill their shape.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredArray | HalfBits>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/** The same in parts, one after the other: the arrays are not copied. */
export function safetensorsParts(
  tensors: ReadonlyMap<string, StoredArray | HalfBits>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array[] {
  const sorted = [...tensors].sort(
    ([a, x], [b, y]) =>
      BY_ALIGNMENT.indexOf(x.dtype) - BY_ALIGNMENT.indexOf(y.dtype) || compareTexts(a, b),
  );
  const entries: [string, unknown][] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].sort(([a], [b]) => compareTexts(a, b));
    entries.push([METADATA, Object.fromEntries(pairs)]);
  }
  let offset = 0;
  for (const [name, array] of sorted) {
    assertWritable(name, array);
    const { dtype, shape } = array;
    const end = offset + array.data.byteLength;
    entries.push([name, { dtype, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(",");
  const text = new TextEncoder().encode(`{${json}}`);
  const headerLength = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const start = LENGTH_BYTES + headerLength;
  const head = new Uint8Array(start);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerLength), true);
  head.fill(0x20, LENGTH_BYTES, start);
  head.set(text, LENGTH_BYTES);
  const arrays = sorted.map(
    ([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return [head, ...arrays];
}

/**
 * Reads a safetensors file; every array is a copy.
 *
 * `E_SAFETENSORS`, with the tensor's name in `at`, for a foreign or truncated file, a malformed
 * header, a name that comes twice, an unknown dtype, and offsets that overlap, leave gaps, do not fit the shape or do not end
 * with the file.
 */
export function decodeSafetensors(bytes: Uint8Array, at = "safetensors"): Safetensors {
  const header = readHeader(bytes, at);
  const data = bytes.subarray(LENGTH_BYTES + header.length);
  const metadata = new Map<string, string>();
  const found: { name: string; dtype: Dtype; shape: number[]; start: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header.json)) {
    if (name === METADATA) {
      for (const [key, text] of readMetadata(value, at)) metadata.set(key, text);
    } else {
      found.push({ name, ...readEntry(value, `${at}: ${name}`) });
    }
  }
  found.sort((a, b) => a.start - b.start || a.end - b.end);
  let covered = 0;
  for (const { name, start, end } of found) {
    if (start !== covered) {
      const problem = start < covered ? "overlap" : "leave a gap";
      throw failure(`the data of two tensors ${problem}`, `${at}: ${name}`, {
        expected: `data_offsets from ${covered} on`,
        received: `[${start}, ${end}]`,
      });
    }
    covered = end;
  }
  if (covered !== data.length) {
    const problem =
      covered > data.length ? "the file is truncated" : "bytes follow the last tensor";
    throw failure(problem, at, {
      expected: `${covered} bytes of data`,
      received: `${data.length} bytes`,
    });
  }
  const tensors = new Map(
    found.map(({ name, dtype, shape, start, end }) => [
      name,
      arrayFromBytes(dtype, shape, data.subarray(start, end)),
    ]),
  );
  return { tensors, metadata };
}

interface Header {
  readonly length: number;
  readonly json: Readonly<Record<string, unknown>>;
}

function readHeader(bytes: Uint8Array, at: string): Header {
  const foreign = (problem: string) =>
    failure(problem, at, {
      expected: "8 bytes of header length, then a JSON object",
      received: describeBytes(bytes),
    });
  if (bytes.length < LENGTH_BYTES) throw foreign("this is no safetensors file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER) throw foreign("this is no safetensors file");
  if (length > bytes.length - LENGTH_BYTES) {
    throw failure("the file ends inside its header", at, {
      expected: `a header of ${length} bytes`,
      received: describeBytes(bytes),
      hint: "The file is truncated or of another kind.",
    });
  }
  const part = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(part);
    json = parseJson(text, at);
  } catch (cause) {
    throw failure("the header is no JSON text", at, {
      expected: "a JSON object in UTF-8",
      received: describeBytes(bytes),
      cause,
    });
  }
  if (!isRecord(json)) throw foreign("the header is no JSON object");
  const repeated = repeatedName(text);
  if (repeated !== undefined) {
    throw failure("two tensors have one name", `${at}: ${repeated}`, {
      expected: "distinct names",
    });
  }
  return { length, json };
}

/** Strings, with the colon behind those that are keys, and where objects and lists begin and end. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/gs;

/** The first key that a JSON object has twice. */
function repeatedName(json: string): string | undefined {
  const names = new Set<string>();
  let depth = 0;
  for (const [token, text, colon] of json.matchAll(TOKENS)) {
    if (text === undefined) depth += token === "{" || token === "[" ? 1 : -1;
    else if (depth === 1 && colon !== undefined) {
      const name = JSON.parse(text) as string;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}

function readMetadata(value: unknown, at: string): [string, string][] {
  const pairs = isRecord(value) ? Object.entries(value) : undefined;
  if (pairs === undefined || pairs.some(([, text]) => typeof text !== "string")) {
    throw failure("the metadata are malformed", `${at}: ${METADATA}`, {
      expected: "an object of texts",
      received: abbreviate(value),
    });
  }
  return pairs as [string, string][];
}

function readEntry(
  value: unknown,
  at: string,
): { dtype: Dtype; shape: number[]; start: number; end: number } {
  if (!isRecord(value)) {
    throw failure("a tensor's entry is no object", at, {
      expected: "{dtype, shape, data_offsets}",
      received: abbreviate(value),
    });
  }
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const [unknownKey] = Object.keys(rest);
  if (unknownKey !== undefined) {
    throw failure("a tensor's entry has an unknown key", at, {
      expected: "dtype, shape, data_offsets",
      received: unknownKey,
    });
  }
  if (typeof dtype !== "string" || !Object.hasOwn(ITEM_BYTES, dtype)) {
    throw failure("the dtype is not supported", at, {
      expected: Object.keys(ITEM_BYTES).join(", "),
      received: abbreviate(dtype),
    });
  }
  if (!isCounts(shape)) {
    throw failure("the shape is malformed", at, {
      expected: "a list of whole numbers",
      received: abbreviate(shape),
    });
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw failure("the data_offsets are malformed", at, {
      expected: "[start, end] with start ≤ end",
      received: abbreviate(offsets),
    });
  }
  const [start, end] = offsets as [number, number];
  const size = elementCount(shape) * ITEM_BYTES[dtype as Dtype];
  if (end - start !== size) {
    throw failure("the data do not fit the shape", at, {
      expected: `${size} bytes for ${dtype} [${shape.join(", ")}]`,
      received: `${end - start} bytes`,
    });
  }
  return { dtype: dtype as Dtype, shape, start, end };
}

function assertWritable(name: string, { dtype, shape, data }: StoredArray | HalfBits): void {
  if (name === METADATA) throw failure(`a tensor cannot be called ${METADATA}`, name, {});
  if (data.BYTES_PER_ELEMENT !== ITEM_BYTES[dtype]) {
    throw failure("16-bit floats are written as bits", name, {
      expected: "another dtype, for example F32",
      received: dtype,
    });
  }
  if (!isCounts(shape) || elementCount(shape) !== data.length) {
    throw failure("the values do not fill the shape", name, {
      expected: `[${shape.join(", ")}]`,
      received: `${data.length} values`,
    });
  }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** By UTF-8 bytes, which for texts is by code points. */
function compareTexts(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function failure(
  message: string,
  at: string,
  details: { expected?: string; received?: string; hint?: string; cause?: unknown },
): InterpBenchError {
  return new InterpBenchError("E_SAFETENSORS", message, { at, ...details });
}
