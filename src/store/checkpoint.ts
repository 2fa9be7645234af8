import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "./atomic.ts";
import { assertFolderName } from "./names.ts";

/**
 * The place of a resumable job's state: one file `checkpoint.<extension>` in the artefact's folder.
 *
 * One file, because a state spread over two is torn when the job dies between them. The folder is
 * named by the configuration, so a checkpoint never meets a job with other settings.
 */
export interface CheckpointSlot {
  /** Replaces the state, atomically. */
  write(state: string | Uint8Array): void;
  /** The last state written, or `undefined`. */
  read(): Uint8Array | undefined;
  /** Removes the state; a finished artefact does it itself. */
  remove(): void;
}

const PREFIX = "checkpoint.";

/** Whether a file name belongs to checkpoints. */
export const isCheckpointName = (name: string): boolean => name.startsWith(PREFIX);

/** The slot of one extension in `folder`; `makeFolder` is called before writing. */
export function checkpointSlot(
  folder: string,
  extension: string,
  makeFolder: () => void,
): CheckpointSlot {
  assertFolderName("checkpoint", extension);
  const name = `${PREFIX}${extension}`;
  const path = join(folder, name);
  return {
    write(state) {
      makeFolder();
      writeFileAtomic(path, state);
    },
    read: () => (namesIn(folder).includes(name) ? readFileSync(path) : undefined),
    remove: () => rmSync(path, { force: true }),
  };
}

/** Removes the checkpoints of `folder` and nothing else. */
export function removeCheckpoints(folder: string): void {
  for (const name of namesIn(folder).filter(isCheckpointName)) {
    rmSync(join(folder, name), { force: true });
  }
}

/** The names in a folder, sorted; none if there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
