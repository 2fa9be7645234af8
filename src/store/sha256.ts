import { createHash } from "node:crypto";

/** The SHA-256 of texts (as UTF-8) or bytes, one after the other, in hex digits. */
export function sha256(...contents: readonly (string | NodeJS.ArrayBufferView)[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex");
}
