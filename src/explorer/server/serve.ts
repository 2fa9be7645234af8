import type { JobContext } from "../../jobs/index.ts";
import { type PageParts, readParts } from "../parts.ts";
import { type Listening, listen } from "./listen.ts";
import { routesOf } from "./routes.ts";
import { openRuns } from "./runs.ts";

/** Where a server of the explorer listens. */
export interface ServeOptions {
  /** 0: any port that is free. */
  readonly port: number;
  /** The built program. Default: that of this package. */
  readonly parts?: PageParts;
}

/**
 * Serves the explorer on this machine: the results of a folder, the zoo, and runs whose results go to that
 * folder. Closing it stops the runs, which save their state.
 *
 * `E_INSTALL` without the built program, `E_OUTPUT` if the port cannot be had.
 */
export async function serveExplorer(
  around: Omit<JobContext, "progress" | "signal">,
  { port, parts = readParts("whole") }: ServeOptions,
): Promise<Listening> {
  const { store, zoo } = around;
  const runs = openRuns(around);
  const served = { parts, store, runs, ...(zoo === undefined ? {} : { zoo }) };
  const { url, close } = await listen(port, routesOf(served));
  return {
    url,
    close: async () => {
      await Promise.all([close(), runs.close()]);
    },
  };
}
