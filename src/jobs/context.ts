import { isAbsolute, relative } from "node:path";
import type { ModelPlace } from "../models/index.ts";
import type { Progress } from "../report/index.ts";
import type { Store } from "../store/index.ts";

/** What surrounds jobs that run: where results go, whom they tell, and what stops them. */
export interface JobContext extends ModelPlace {
  /** Where finished results are found and new ones go. */
  readonly store: Store;
  readonly progress: Progress;
  /** Aborted when the work is to stop: it saves and throws the reason. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Relative names of files start here, and paths below it are shown without it. */
  readonly folder: string;
}

/** A path as one types it: relative if it is below the folder. */
export function pathBelow(path: string, folder: string): string {
  const shown = relative(folder, path);
  return shown === "" || shown.startsWith("..") || isAbsolute(shown) ? path : shown;
}
