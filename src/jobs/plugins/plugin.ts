import type { Algorithm } from "../../discovery/index.ts";

/** An algorithm of a plugin file. */
export interface PluginAlgorithm {
  readonly algorithm: Algorithm;
  /** As the user calls it. */
  readonly file: string;
  /** SHA-256 of the file's text: what decides results, as long as the file imports no others. */
  readonly sha256: string;
}

/** Where plugin files are looked for, and how waiting for one is ended. */
export interface PluginPlace {
  /** Relative names start here. */
  readonly folder: string;
  readonly signal: AbortSignal;
}
