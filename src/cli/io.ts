import type { WorkerThread } from "../jobs/index.ts";

/** Somewhere to write text to. */
export interface OutputStream {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal, if it is one. */
  readonly columns: number | undefined;
  /** Height of the terminal, if it is one. */
  readonly rows: number | undefined;
}

/** Everything the program takes from and gives to the world around it, so that tests can be one. */
export interface Io {
  /** Results. */
  readonly stdout: OutputStream;
  /** Progress, warnings and errors. */
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative file names start here. */
  readonly cwd: string;
  /** How to call the program again: `npx interpbench`. */
  readonly program: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborted when the user interrupts (Ctrl-C) or the system ends the program. */
  readonly signal: AbortSignal;
  /** Starts a thread that knows the algorithms of plugin files; absent if there is no file to start one on. */
  readonly startWorker?: ((plugins: readonly string[]) => WorkerThread) | undefined;
}
