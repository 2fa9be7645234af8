import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { InterpBenchError, reasonOf } from "../errors/index.ts";
import { temporaryPath } from "./temporary.ts";

/** Options of {@link writeFileAtomic}. */
export interface AtomicOptions {
  /** The rights of the new file. Default: those of any new file. */
  readonly mode?: number;
  /** Where the file goes that was there before. Default: nowhere. */
  readonly previous?: string;
}

/**
 * Writes a file so that every reader, and every crash, finds either the old content or the new one:
 * a temporary file in the same folder, fsync, rename, fsync of the folder. (With `previous`, a crash
 * may leave the old content there alone.)
 *
 * `E_OUTPUT` if the folder is missing, read-only or full; then nothing has changed, and nothing
 * half-written stays behind.
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  { mode, previous }: AtomicOptions = {},
): void {
  const place = (temporary: string) => {
    if (previous !== undefined && existsSync(path)) renameSync(path, previous);
    renameSync(temporary, path);
  };
  writeThrough(path, content, place, mode);
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
  if (error instanceof InterpBenchError) return error;
  return new InterpBenchError("E_OUTPUT", `cannot write to the output folder`, {
    at: path,
    received: failureReason(error),
    hint: "Choose a folder you can write to with `outputDir`.",
    cause: error,
  });
}

/** Why the system refused a file operation, in words. */
export function failureReason(error: unknown): string {
  return REASONS[codeOf(error)] ?? reasonOf(error);
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
  ENAMETOOLONG: "a name that is too long for the file system (ENAMETOOLONG)",
  ELOOP: "links that lead in a circle (ELOOP)",
  EPIPE: "a reader that has gone (EPIPE)",
};

function writeThrough<T>(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  place: (temporary: string) => T,
  mode?: number,
): T {
  const temporary = temporaryPath(path);
  try {
    const file = openSync(temporary, "wx");
    try {
      if (mode !== undefined) fchmodSync(file, mode);
      writeAll(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const result = place(temporary);
    syncFolder(dirname(path));
    return result;
  } catch (error) {
    throw outputError(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Writes everything to an open file; several parts one after the other. */
export function writeAll(file: number, content: string | Uint8Array | readonly Uint8Array[]): void {
  const isWhole = typeof content === "string" || content instanceof Uint8Array;
  for (const part of isWhole ? [content] : content) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
  }
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

/** The system's name for a failure: `ENOSPC`; empty if it is none of the system's. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
