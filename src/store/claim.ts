import { randomBytes } from "node:crypto";
import { closeSync, openSync, readdirSync, rmSync, utimesSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InterpBenchError } from "../errors/index.ts";
import { mayBeAtWork, PROCESS_PATTERN, thisProcess } from "./process.ts";
import { removeIfPossible } from "./temporary.ts";

/** The right to work on an artefact, which one process at a time has. */
export interface Claim {
  /** Gives it up. */
  release(): void;
}

/** How often a claim is touched, for machines that cannot see the process. */
const TOUCH_MILLISECONDS = 5_000;

const ENDING = ".claim";
const NAME = new RegExp(`^\\.(.+)\\.(${PROCESS_PATTERN})\\.[0-9a-f]{8}\\${ENDING}$`);

/**
 * Claims the artefact whose folder is `base`, by a file beside it; its folder must exist.
 *
 * Everyone writes a file with a name of its own and then looks for others': of two that claim at the
 * same time at least one sees the other and withdraws. The claim of a process that was killed is
 * void, and is removed.
 *
 * Throws `E_BUSY` if another has it, and what writing the file throws.
 */
export function claim(base: string): Claim {
  const path = join(dirname(base), claimName(base));
  const file = openSync(path, "wx");
  try {
    writeSync(file, `${process.pid}\n`);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  const rival = livingRival(path, base);
  if (rival !== undefined) {
    rmSync(path, { force: true });
    throw new InterpBenchError("E_BUSY", "another process is making this result", {
      at: base,
      received: `a claim of process ${rival.split("-")[1]}`,
      hint: "Wait for it, or end it; the work goes on from its last checkpoint.",
    });
  }
  const touching = setInterval(() => touch(path), TOUCH_MILLISECONDS);
  touching.unref();
  return {
    release() {
      clearInterval(touching);
      rmSync(path, { force: true });
    },
  };
}

const claimName = (base: string) =>
  `.${basename(base)}.${thisProcess()}.${randomBytes(4).toString("hex")}${ENDING}`;

/**
 * Who claims the artefact, but by the file `own`, and may be at work; removes the claims of those who
 * are not.
 */
export function livingRival(own: string | undefined, base: string): string | undefined {
  for (const name of readdirSync(dirname(base))) {
    const path = join(dirname(base), name);
    const [, claimed, owner] = NAME.exec(name) ?? [];
    if (path === own || claimed !== basename(base) || owner === undefined) continue;
    if (mayBeAtWork(owner, path)) return owner;
    removeIfPossible(path);
  }
  return undefined;
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Somebody has removed the file or the folder: the next write will say so.
  }
}
