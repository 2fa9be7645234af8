import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { InterpBenchError } from "../errors/index.ts";

/**
 * Writes a file so that every reader, and every crash, finds either the old content or the new one:
 * a temporary file in the same folder, fsync, rename, fsync of the folder.
 *
 * `E_OUTPUT` if the folder is missing, read-only or full; nothing half-written stays behind.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  writeThrough(path, content, (temporary) => renameSync(temporary, path));
}

/**
 * Like {@link writeFileAtomic}, but never replaces a file: returns false, and leaves everything as
 * it was, if `path` exists. Of several processes publishing the same path exactly one succeeds
 * (where the file system has hard links; elsewhere the check and the rename are two steps).
 */
export function publishFile(path: string, content: string | Uint8Array): boolean {
  if (existsSync(path)) return false;
  return writeThrough(path, content, (temporary) => {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error))) throw error;
      renameSync(temporary, path);
    }
    return true;
  });
}

/** The `E_OUTPUT` error for a failed file operation on `path`. */
export function outputError(path: string, error: unknown): InterpBenchError {
  const code = codeOf(error);
  return new InterpBenchError("E_OUTPUT", `cannot write to the output folder`, {
    at: path,
    received: REASONS[code] ?? (error instanceof Error ? error.message : String(error)),
    hint: "Choose a folder you can write to with --output-dir.",
    cause: error,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied (EACCES)",
  EPERM: "operation not permitted (EPERM)",
  EROFS: "a read-only file system (EROFS)",
  ENOSPC: "a full disk (ENOSPC)",
  EDQUOT: "an exhausted disk quota (EDQUOT)",
  ENOENT: "a folder that does not exist (ENOENT)",
  ENOTDIR: "a path that leads through a file (ENOTDIR)",
  EEXIST: "a file in the place of a folder (EEXIST)",
  EISDIR: "a folder in the place of a file (EISDIR)",
};

function writeThrough<T>(
  path: string,
  content: string | Uint8Array,
  place: (temporary: string) => T,
): T {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = openSync(temporary, "wx");
    try {
      writeAll(file, typeof content === "string" ? Buffer.from(content) : content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const result = place(temporary);
    syncFolder(folder);
    return result;
  } catch (error) {
    throw outputError(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
}

/** Makes the rename itself durable; file systems and platforms that cannot do it are left alone. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (!["EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP", "EBADF"].includes(codeOf(error))) {
      throw error;
    }
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
