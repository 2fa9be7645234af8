import type { Component } from "svelte";
import type { Session } from "./session.svelte.ts";

/** Pages that not every build of the explorer has. */
export interface FurtherPages {
  /** A leaderboard, by the name of its result. */
  readonly Board?: Component<{ readonly session: Session; readonly name: string }>;
  /** The editor of programs. */
  readonly Write?: Component<{ readonly session: Session }>;
  /** The runs of the server. */
  readonly Runs?: Component<{ readonly session: Session }>;
}
