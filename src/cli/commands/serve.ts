import { z } from "zod";
import { openBrowser, serveExplorer } from "../../explorer/index.ts";
import { flag } from "../../flags/index.ts";
import { type Context, defineCommand } from "../command.ts";
import { commandJobs } from "../job-context.ts";
import { jobOptions } from "../options/common.ts";

const { outputDir } = jobOptions;

/** Serves the explorer until the program is interrupted; `path`: where a browser that is opened begins. */
export async function serveUntilInterrupted(
  context: Context,
  { outputDir, port, open, path = "" }: ServeChoice,
): Promise<never> {
  const { url, close } = await serveExplorer(commandJobs(context, outputDir), { port });
  context.onInterrupt(close);
  context.io.stdout.write(`${url}${path}\n`);
  if (open) openBrowser(`${url}${path}`);
  return new Promise(() => {});
}

/** What is served, and how. */
export interface ServeChoice {
  readonly outputDir: string;
  readonly port: number;
  readonly open: boolean;
  readonly path?: string;
}

/** `serve`: the explorer on this machine. */
export const serve = defineCommand({
  path: ["serve"],
  summary: "Serve the explorer on this machine: results, the zoo, live runs",
  description:
    "Prints the address of a page that shows the results of a folder and the models of the zoo, and that begins, follows and stops runs, whose results go to the folder. It is there for browsers on this machine only; Ctrl-C ends it, and runs save their state.",
  options: z.object({
    outputDir,
    port: flag(z.int().min(0).max(65_535).default(4200), "The port; 0: any that is free"),
    open: flag(z.boolean().default(false), "Open the page in the browser"),
  }),
  examples: [{ command: "serve --open", summary: "Look around" }],
  run: serveUntilInterrupted,
});
