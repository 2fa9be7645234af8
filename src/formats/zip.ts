import { InterpBenchError } from "../errors/index.ts";
import { inflate } from "./inflate.ts";
import { describeBytes } from "./sniff.ts";

const END_SIGNATURE = 0x06054b50;
const END_SIZE = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const ZIP64_EXTRA = 1;
const STORED = 0;
const DEFLATED = 8;
const LARGE = 0xffffffff;

/** So much may come out of any archive, and so many times its size out of a large one. */
const ALWAYS_ALLOWED = 64 * 2 ** 20;
const LARGEST_RATIO = 20;

/**
 * Reads a ZIP archive: file name → content, in the order of the directory.
 *
 * Handles stored and deflated files and 64-bit sizes (PyTorch writes those); checks every file's
 * CRC-32. `E_ZIP` for other files, truncated or corrupt archives, encryption and other methods, and,
 * before anything is unpacked, for files that share bytes, two files of one name, and contents of more
 * than 64 MiB and 20 times the archive together.
 */
export function readZip(bytes: Uint8Array, at = "zip archive"): Map<string, Uint8Array> {
  return withDirectory(bytes, at, (entries, view) => {
    const parts = entries.map((entry) => findPacked(bytes, view, entry, `${at}: ${entry.name}`));
    assertSizes(entries, parts, bytes.length, at);
    return new Map(
      entries.map((entry, i) => [
        entry.name,
        readContent(parts[i]!, entry, `${at}: ${entry.name}`),
      ]),
    );
  });
}

/** The names of the files of a ZIP archive, in the order of its directory; errors as {@link readZip}. */
export function zipNames(bytes: Uint8Array, at = "zip archive"): string[] {
  return withDirectory(bytes, at, (entries) => entries.map(({ name }) => name));
}

/** Reads the directory and hands it on; reading beyond the end is `E_ZIP`. */
function withDirectory<T>(
  bytes: Uint8Array,
  at: string,
  use: (entries: readonly Entry[], view: DataView) => T,
): T {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) {
    throw new InterpBenchError("E_ZIP", "this is no complete ZIP archive", {
      at,
      expected: "a ZIP archive with its directory at the end",
      received: describeBytes(bytes),
    });
  }
  try {
    return use(readDirectory(view, end, at), view);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new InterpBenchError("E_ZIP", "the archive is truncated", { at, cause });
  }
}

function readDirectory(view: DataView, end: number, at: string): Entry[] {
  const large = findZip64Directory(view, end);
  const count = large?.count ?? view.getUint16(end + 10, true);
  let position = large?.start ?? view.getUint32(end + 16, true);
  const entries = new Map<string, Entry>();
  for (let i = 0; i < count; i++) {
    const entry = readEntry(view, position, at);
    if (entries.has(entry.name)) {
      throw new InterpBenchError("E_ZIP", "two files of the archive have one name", {
        at: `${at}: ${entry.name}`,
      });
    }
    entries.set(entry.name, entry);
    position = entry.next;
  }
  return [...entries.values()];
}

/** Throws unless the files lie beside each other and are not too large together. */
function assertSizes(
  entries: readonly Entry[],
  parts: readonly Uint8Array[],
  archive: number,
  at: string,
): void {
  const ordered = entries
    .map(({ name }, i) => ({ name, start: parts[i]!.byteOffset, size: parts[i]!.length }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => a.start - b.start);
  let covered = 0;
  for (const { name, start, size } of ordered) {
    if (start < covered) {
      throw new InterpBenchError("E_ZIP", "files of the archive share bytes", {
        at: `${at}: ${name}`,
      });
    }
    covered = start + size;
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const most = Math.max(ALWAYS_ALLOWED, LARGEST_RATIO * archive);
  if (total <= most) return;
  throw new InterpBenchError("E_ZIP", "the archive's files are too large when they are unpacked", {
    at,
    expected: `at most ${most} bytes together`,
    received: `${total} bytes`,
  });
}

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  readonly next: number;
}

function findEnd(view: DataView): number | undefined {
  const earliest = Math.max(0, view.byteLength - END_SIZE - 0xffff);
  for (let at = view.byteLength - END_SIZE; at >= earliest; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  return undefined;
}

function findZip64Directory(
  view: DataView,
  end: number,
): { readonly start: number; readonly count: number } | undefined {
  const locator = end - 20;
  if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) return undefined;
  const record = Number(view.getBigUint64(locator + 8, true));
  if (record + 56 > view.byteLength || view.getUint32(record, true) !== 0x06064b50)
    return undefined;
  return {
    count: Number(view.getBigUint64(record + 32, true)),
    start: Number(view.getBigUint64(record + 48, true)),
  };
}

function readEntry(view: DataView, at: number, archive: string): Entry {
  if (view.getUint32(at, true) !== ENTRY_SIGNATURE) {
    throw new InterpBenchError("E_ZIP", "the archive's directory is corrupt", { at: archive });
  }
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const commentLength = view.getUint16(at + 32, true);
  const extra = at + 46 + nameLength;
  const sizes = {
    size: view.getUint32(at + 24, true),
    packed: view.getUint32(at + 20, true),
    offset: view.getUint32(at + 42, true),
  };
  for (let field = extra; field + 4 <= extra + extraLength; ) {
    if (view.getUint16(field, true) === ZIP64_EXTRA) {
      let value = field + 4;
      for (const key of ["size", "packed", "offset"] as const) {
        if (sizes[key] !== LARGE) continue;
        sizes[key] = Number(view.getBigUint64(value, true));
        value += 8;
      }
    }
    field += 4 + view.getUint16(field + 2, true);
  }
  const name = new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength);
  return {
    name: new TextDecoder().decode(name),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    ...sizes,
    next: extra + extraLength + commentLength,
  };
}

/** The bytes of a file as they lie in the archive. */
function findPacked(bytes: Uint8Array, view: DataView, entry: Entry, at: string): Uint8Array {
  if ((entry.flags & 1) !== 0) {
    throw new InterpBenchError("E_ZIP", "the file is encrypted", { at });
  }
  if (view.getUint32(entry.offset, true) !== LOCAL_SIGNATURE) {
    throw new InterpBenchError("E_ZIP", "the file is not where the directory says", { at });
  }
  const names = view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  const start = entry.offset + 30 + names;
  if (start + entry.packed > bytes.length) {
    throw new InterpBenchError("E_ZIP", "the archive is truncated", { at });
  }
  return bytes.subarray(start, start + entry.packed);
}

function readContent(packed: Uint8Array, entry: Entry, at: string): Uint8Array {
  const content = unpack(packed, entry, at);
  const crc = crc32(content);
  if (crc !== entry.crc) {
    throw new InterpBenchError("E_ZIP", "the file is damaged: its checksum differs", {
      at,
      expected: entry.crc.toString(16),
      received: crc.toString(16),
    });
  }
  return content;
}

function unpack(packed: Uint8Array, { method, size }: Entry, at: string): Uint8Array {
  if (method === DEFLATED) return inflate(packed, size, at);
  if (method === STORED && packed.length === size) return new Uint8Array(packed);
  throw new InterpBenchError("E_ZIP", "the file cannot be unpacked", {
    at,
    expected: "stored (0) or deflated (8) data",
    received: `method ${method}, ${packed.length} bytes for ${size}`,
  });
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 of RFC 1952, as an unsigned 32-bit integer. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc = CRC_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  }
  return (crc ^ -1) >>> 0;
}
