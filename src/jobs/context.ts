import { isAbsolute, relative, resolve } from "node:path";
import { formatError } from "../errors/index.ts";
import { type CaseOpener, caseOpener, type HubSettings, hubSettings } from "../models/index.ts";
import type { Progress } from "../report/index.ts";
import { openStore, type Store } from "../store/index.ts";

/** What surrounds jobs that run: where results go, whom they tell, and what stops them. */
export interface JobContext {
  /** Where finished results are found and new ones go. */
  readonly store: Store;
  readonly progress: Progress;
  /** Aborted when the work is to stop: it saves and throws the reason. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Relative names of files start here, and paths below it are shown without it. */
  readonly folder: string;
  /** Where the zoo lies. Default: in this package. */
  readonly zoo?: string | undefined;
  /** How published models are got. */
  readonly hub: HubSettings;
  /** Gives the cases of plans. */
  readonly openCase: CaseOpener;
}

/** Parts of a {@link JobContext} that have defaults. */
export type ContextOptions = Partial<Omit<JobContext, "store">>;

/**
 * The surroundings of jobs whose results go to a folder, which need not exist yet. What the store passes
 * over is a warning.
 *
 * By default nobody is told anything, nothing stops the work, relative names start at the working
 * directory, and the hub is as environment variables say.
 */
export function jobContext(results: string, options: ContextOptions = {}): JobContext {
  const {
    progress = silentProgress,
    signal = new AbortController().signal,
    now = Date.now,
    folder = process.cwd(),
    hub = hubSettings(process.env),
    openCase = caseOpener({ folder, signal }),
    zoo,
  } = options;
  const store = openStore(resolve(folder, results), {
    now,
    onProblem: (problem) => progress.warn(formatError(problem)),
  });
  return { store, progress, signal, now, folder, hub, openCase, zoo };
}

const nothing = () => {};

const silentProgress: Progress = {
  begin: () => ({ update: nothing, finish: nothing, fail: nothing }),
  note: nothing,
  warn: nothing,
};

/** A path as one types it: relative if it is below the folder. */
export function pathBelow(path: string, folder: string): string {
  const shown = relative(folder, path);
  return shown === "" || shown.startsWith("..") || isAbsolute(shown) ? path : shown;
}
