import { type Algorithm, parseOptions, sharedOptions } from "../../discovery/index.ts";

/** All options of a run: the algorithm's defaults, what all runs share, and those that are asked for. `E_OPTION`. */
export const runParams = (
  { options }: Algorithm,
  params: Readonly<Record<string, unknown>>,
  seed: number,
): Readonly<Record<string, unknown>> =>
  parseOptions(options, { ...sharedOptions(options, { seed }), ...params });
