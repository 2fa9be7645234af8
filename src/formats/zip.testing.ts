import { crc32 } from "./index.ts";

/** A file of an archive. */
export interface ZipFile {
  readonly name: string;
  readonly data: Uint8Array;
  /** Default: that of the data. */
  readonly size?: number;
  /** Default: stored. */
  readonly method?: number;
}

/** An archive of these files; `entries`: directory entries instead of the right ones. */
export function zip(
  files: readonly ZipFile[],
  entries?: readonly { readonly name: string; readonly offset: number }[],
): Uint8Array {
  const bytes: number[] = [];
  const u16 = (n: number) => bytes.push(n & 255, (n >> 8) & 255);
  const u32 = (n: number) => {
    u16(n % 65536);
    u16(Math.floor(n / 65536) % 65536);
  };
  const text = (name: string) => bytes.push(...new TextEncoder().encode(name));
  const offsets: number[] = [];
  for (const { name, data } of files) {
    offsets.push(bytes.length);
    u32(0x04034b50);
    for (let i = 0; i < 11; i++) u16(0);
    u16(name.length);
    u16(0);
    text(name);
    for (const byte of data) bytes.push(byte);
  }
  const listed = entries ?? files.map(({ name }, i) => ({ name, offset: offsets[i]! }));
  const start = bytes.length;
  for (const [i, { name, offset }] of listed.entries()) {
    const { data, size = data.length, method = 0 } = files[Math.min(i, files.length - 1)]!;
    u32(0x02014b50);
    for (const n of [20, 20, 0, method, 0, 0]) u16(n);
    u32(crc32(data));
    u32(data.length);
    u32(size);
    u16(name.length);
    for (let k = 0; k < 6; k++) u16(0);
    u32(offset);
    text(name);
  }
  const length = bytes.length - start;
  u32(0x06054b50);
  for (const n of [0, 0, listed.length, listed.length]) u16(n);
  u32(length);
  u32(start);
  u16(0);
  return Uint8Array.from(bytes);
}
