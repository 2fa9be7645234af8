const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

/** The formats that files are told apart by. */
export type FileFormat = "zip" | "npy" | "torch-legacy" | "pickle" | "json" | "safetensors";

interface Magic {
  readonly bytes: readonly number[];
  readonly name: string;
  readonly format?: FileFormat;
}

const pickle = (protocol: number): Magic => ({
  bytes: [0x80, protocol],
  name: "a Python pickle",
  format: "pickle",
});

const MAGICS: readonly Magic[] = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    name: "a ZIP archive (.npz, or a .pth of PyTorch)",
    format: "zip",
  },
  { bytes: [0x50, 0x4b, 0x05, 0x06], name: "an empty ZIP archive", format: "zip" },
  { bytes: [0x1f, 0x8b], name: "a gzip file" },
  { bytes: [0x93, ...ascii("NUMPY")], name: "a NumPy array (.npy)", format: "npy" },
  {
    // A pickled number of ten bytes, 0x1950a86a20f9469cfc6c.
    bytes: [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
    name: "a .pth of PyTorch before 1.6",
    format: "torch-legacy",
  },
  ...[2, 3, 4, 5].map(pickle),
  {
    bytes: ascii("version https://git-lfs"),
    name: "a Git LFS pointer (the file itself was never fetched)",
  },
  { bytes: ascii("<!"), name: "an HTML page" },
  { bytes: ascii("<html"), name: "an HTML page" },
  { bytes: ascii("{"), name: "JSON text", format: "json" },
];

/** What a file looks like by its first bytes, for error messages: `a gzip file`, `12 unknown bytes`. */
export function describeBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  const magic = magicOf(bytes);
  if (magic !== undefined) return magic.name;
  if (isSafetensors(bytes)) return "a safetensors file";
  return `${bytes.length} bytes of another kind`;
}

/** The format of a file by its first bytes; `undefined` for formats that are not read here. */
export function formatOfBytes(bytes: Uint8Array): FileFormat | undefined {
  const magic = magicOf(bytes);
  if (magic !== undefined) return magic.format;
  if (isSafetensors(bytes)) return "safetensors";
  const isSpace = (byte: number) => [0x20, 0x09, 0x0a, 0x0d].includes(byte);
  const start = bytes.findIndex((byte) => !isSpace(byte));
  return start > 0 && bytes[start] === 0x7b ? "json" : undefined;
}

const magicOf = (start: Uint8Array) =>
  MAGICS.find(({ bytes }) => bytes.every((byte, i) => start[i] === byte));

function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10) return false;
  const high = bytes[4]! | bytes[5]! | bytes[6]! | bytes[7]!;
  return high === 0 && bytes[8] === 0x7b;
}
