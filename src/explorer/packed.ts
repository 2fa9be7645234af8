import { gzipSync } from "node:zlib";

/** Sizes of the compressor's memory that are tried: with less of it blocks are smaller, and codes fit them better. */
const MEMORY_LEVELS = [7, 8] as const;

/** Data of a page: compressed as far as it can be, in base64. */
export function packed(data: string | Uint8Array): string {
  const all = MEMORY_LEVELS.map((memLevel) => gzipSync(data, { level: 9, memLevel }));
  return all.reduce((best, one) => (one.length < best.length ? one : best)).toString("base64");
}
