import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { mayBeAtWork, PROCESS_PATTERN, thisProcess } from "./process.ts";

/** The ending of files that are not there yet, or no longer. */
const ENDING = ".tmp";

/** What of a file's name its temporary ones begin with: names have a greatest length. */
const stemOf = (path: string) => `.${basename(path).slice(0, 48)}.`;

/** A new name for what will be the file `path`, in the same folder, with this process in it. */
export function temporaryPath(path: string): string {
  const name = `${stemOf(path)}${thisProcess()}.${randomBytes(4).toString("hex")}${ENDING}`;
  return join(dirname(path), name);
}

const NAME = new RegExp(`^\\..*\\.(${PROCESS_PATTERN})\\.[0-9a-f]{8}\\${ENDING}$`);

/**
 * Removes the temporary files that killed processes left in a folder: all of them, or those of the
 * file `of`. Files of processes that may be at work stay, and so does what cannot be removed.
 */
export function removeStaleTemporaries(folder: string, of?: string): void {
  const stem = of === undefined ? "." : stemOf(of);
  for (const name of filesIn(folder)) {
    const path = join(folder, name);
    const owner = NAME.exec(basename(name))?.[1];
    if (owner === undefined || !basename(name).startsWith(stem)) continue;
    if (!mayBeAtWork(owner, path)) removeIfPossible(path);
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) =>
      statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true ? [name] : [],
    );
  } catch {
    return [];
  }
}

/** Removes a file, if that can be done. */
export function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A file that stays behind keeps nobody from working.
  }
}
