const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

const MAGICS: readonly (readonly [number[], string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a ZIP archive (.npz, or a .pth of PyTorch)"],
  [[0x50, 0x4b, 0x05, 0x06], "an empty ZIP archive"],
  [[0x1f, 0x8b], "a gzip file"],
  [[0x93, ...ascii("NUMPY")], "a NumPy array (.npy)"],
  [[0x80, 0x02], "a Python pickle"],
  [[0x80, 0x03], "a Python pickle"],
  [[0x80, 0x04], "a Python pickle"],
  [[0x80, 0x05], "a Python pickle"],
  [ascii("version https://git-lfs"), "a Git LFS pointer (the file itself was never fetched)"],
  [ascii("<!"), "an HTML page"],
  [ascii("<html"), "an HTML page"],
  [ascii("{"), "JSON text"],
];

/** What a file looks like by its first bytes, for error messages: `a gzip file`, `12 unknown bytes`. */
export function describeBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "an empty file";
  for (const [magic, name] of MAGICS) {
    if (magic.every((byte, i) => bytes[i] === byte)) return name;
  }
  if (isSafetensors(bytes)) return "a safetensors file";
  return `${bytes.length} bytes of another kind`;
}

function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10) return false;
  const high = bytes[4]! | bytes[5]! | bytes[6]! | bytes[7]!;
  return high === 0 && bytes[8] === 0x7b;
}
