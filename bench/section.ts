import type { Pace } from "./interleave.ts";
import type { Table } from "./table.ts";

/** What every section is given. */
export interface BenchContext {
  readonly pace: Pace;
  /** Says what is being timed now. */
  progress(what: string): void;
}

/** One part of the bench. */
export interface Section {
  /** By which it is asked for. */
  readonly name: string;
  readonly summary: string;
  run(context: BenchContext): Promise<readonly Table[]>;
}
