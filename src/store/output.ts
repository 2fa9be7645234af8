import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, outputError, writeAll, writeFileAtomic } from "./atomic.ts";
import { removeStaleTemporaries } from "./temporary.ts";

/** Milliseconds between two looks at a pipe that nobody reads yet, or that is full. */
const PIPE_INTERVAL = 20;

/** As many links may follow each other as Linux allows. */
const MOST_LINKS = 40;

/**
 * Writes to a place that a user named, whatever is there: a file is replaced atomically, where its
 * links lead, with the rights it has; pipes and devices are written to. A file that has several names
 * (hard links), or lies in a folder where none can be made, is overwritten in place.
 *
 * `E_OUTPUT` if it cannot be written; rejects with the signal's reason where it waits for a reader.
 */
export async function writeOutput(
  path: string,
  content: string | Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there === undefined) writeNew(targetOf(path), content);
    else if (there.isFile()) replace(targetOf(path), there, content);
    else await writeStream(path, content, signal);
  } catch (error) {
    if (signal?.aborted === true && error === signal.reason) throw error;
    throw outputError(path, error);
  }
}

function writeNew(path: string, content: string | Uint8Array): void {
  removeStaleTemporaries(dirname(path), path);
  writeFileAtomic(path, content);
}

function replace(path: string, { mode, nlink, uid }: Stats, content: string | Uint8Array): void {
  accessSync(path, constants.W_OK);
  const isMine = process.getuid === undefined || process.getuid() === uid;
  if (nlink > 1 || !isMine || !canMakeFiles(dirname(path))) {
    overwrite(path, content);
    return;
  }
  removeStaleTemporaries(dirname(path), path);
  writeFileAtomic(path, content, { mode: mode & 0o7777 });
}

function canMakeFiles(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function overwrite(path: string, content: string | Uint8Array): void {
  const file = openSync(path, "w");
  try {
    writeAll(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Where the links at a path lead, also if nothing is there yet. */
function targetOf(path: string, links = 0): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  if (links === MOST_LINKS) throw Object.assign(new Error("too many links"), { code: "ELOOP" });
  return targetOf(resolve(dirname(path), readlinkSync(path)), links + 1);
}

/** Writes to a pipe or a device; waits for the reader of a pipe without keeping Ctrl-C from working. */
async function writeStream(
  path: string,
  content: string | Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await untilReady("ENXIO", signal, () =>
    openSync(path, constants.O_WRONLY | constants.O_NONBLOCK),
  );
  try {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    for (let offset = 0; offset < bytes.length; ) {
      offset += await untilReady("EAGAIN", signal, () => writeSync(file, bytes, offset));
    }
  } finally {
    closeSync(file);
  }
}

async function untilReady<T>(
  notYet: string,
  signal: AbortSignal | undefined,
  attempt: () => T,
): Promise<T> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (codeOf(error) !== notYet) throw error;
    }
    await sleep(PIPE_INTERVAL);
    signal?.throwIfAborted();
  }
}
