import { closeSync, openSync, readSync } from "node:fs";

/** So many bytes of a file that a user names are read at most: no text of ours is as long. */
const MOST_BYTES = 2 ** 28;
const CHUNK_BYTES = 2 ** 16;

/**
 * The bytes of a file, a pipe or a device, which may be endless.
 *
 * @param most how many bytes it may have; default 256 MiB
 * @throws RangeError if there are more, and what the file system says: for callers to say of which file
 */
export function readWithin(path: string, most: number = MOST_BYTES): Buffer {
  const file = openSync(path, "r");
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks);
      total += count;
      if (total > most) throw new RangeError(`more than ${most} bytes`);
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
