import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { formatError, InterpBenchError } from "../errors/index.ts";
import { codeOf, writeFileAtomic } from "./atomic.ts";
import { packageVersion } from "./provenance.ts";
import { sha256 } from "./sha256.ts";
import { removeIfPossible } from "./temporary.ts";

/**
 * The place of a resumable job's state: the file `checkpoint.state` in the artefact's folder, and the
 * state before it in `checkpoint.previous`.
 *
 * A state is one file, because one that is spread over two is torn when the job dies between them.
 * The first line holds the artefact's address, the package's version and the SHA-256 of the rest.
 */
export interface CheckpointSlot {
  /** Replaces the state, atomically, and keeps the one before it. `E_OUTPUT` changes neither. */
  write(state: CheckpointContent): void;
  /**
   * What `decode` makes of the last state that was written whole by this job and that `decode` does
   * not throw on; `undefined` if there is none. Whatever is passed over is told as `E_CHECKPOINT`.
   */
  read<T>(decode: (state: Uint8Array) => T): T | undefined;
  /** Removes the states; a finished artefact does it itself. */
  remove(): void;
}

/** A state: a text, bytes, or bytes in parts, one after the other. */
export type CheckpointContent = string | Uint8Array | readonly Uint8Array[];

/** The newest first. */
const NAMES = ["checkpoint.state", "checkpoint.previous"] as const;

/** Whether a file name belongs to checkpoints. */
export const isCheckpointName = (name: string): boolean => name.startsWith("checkpoint.");

const MAGIC = "interpbench-checkpoint@1";

/** The slot of an artefact in `folder`, which must exist before anything is written. */
export function checkpointSlot(
  folder: string,
  address: string,
  onProblem: (problem: InterpBenchError) => void,
): CheckpointSlot {
  const [path, previous] = [join(folder, NAMES[0]), join(folder, NAMES[1])];
  const owner = `${address} ${packageVersion()}`;
  return {
    write(state) {
      const parts = partsOf(state);
      const head = Buffer.from(`${MAGIC} ${owner} ${sha256(...parts)}\n`);
      writeFileAtomic(path, [head, ...parts], { previous });
    },
    read(decode) {
      for (const at of [path, previous]) {
        try {
          const bytes = readIfThere(at);
          if (bytes !== undefined) return decode(stateIn(bytes, owner));
        } catch (error) {
          onProblem(passedOver(at, error));
        }
      }
      return undefined;
    },
    remove: () => removeCheckpoints(folder),
  };
}

function partsOf(state: CheckpointContent): readonly Uint8Array[] {
  if (typeof state === "string") return [Buffer.from(state)];
  return state instanceof Uint8Array ? [state] : state;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    // Of a pipe there would be no end.
    if (!statSync(path).isFile()) throw new Error("no file");
    return readFileSync(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function stateIn(bytes: Buffer, owner: string): Uint8Array {
  const end = bytes.subarray(0, 1024).indexOf("\n");
  const [magic, address, version, hash] = bytes.toString("latin1", 0, Math.max(0, end)).split(" ");
  const state = bytes.subarray(end + 1);
  if (magic !== MAGIC) throw new Error("no checkpoint");
  if (`${address} ${version}` !== owner) {
    throw new Error(`the state of ${address} by version ${version}`);
  }
  if (sha256(state) !== hash) throw new Error("a state that is damaged: its hash is another");
  return state;
}

function passedOver(at: string, error: unknown): InterpBenchError {
  const isPlain = error instanceof Error && !(error instanceof InterpBenchError);
  return new InterpBenchError("E_CHECKPOINT", "a checkpoint cannot be used and is passed over", {
    at,
    received: isPlain ? error.message : formatError(error),
    cause: error,
  });
}

/** Removes the checkpoints of `folder` and nothing else; what cannot be removed stays. */
export function removeCheckpoints(folder: string): void {
  for (const name of namesIn(folder).filter(isCheckpointName)) {
    removeIfPossible(join(folder, name));
  }
}

/** The names in a folder, sorted; none if there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return [];
    throw error;
  }
}
