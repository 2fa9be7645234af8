import { z } from "zod";
import { InterpBenchError } from "../../errors/index.ts";
import { asUsage, flag } from "../../flags/index.ts";
import { queueAddress, serveQueue } from "../../jobs/index.ts";
import { defineCommand } from "../command.ts";
import { commandJobs } from "../job-context.ts";
import { jobOptions, queueFlag } from "../options/common.ts";
import { engineOf, engineOptions } from "../options/engine.ts";
import { pluginOptions } from "../options/plugins.ts";

/** `work`: a worker of a queue. */
export const work = defineCommand({
  path: ["work"],
  summary: "Do the jobs of a queue, for commands with --queue on other machines",
  description:
    "Takes jobs of the same version of the package and the same backend, as many at a time as there are threads. Results go to the output folder; where that is not the one of who asks, they are sent back. Ctrl-C saves what has begun and gives it back to the queue. Whoever can write to the Redis can have programs run here: docs/fleets.md.",
  options: z.object({
    queue: queueFlag,
    idle: flag(z.number().min(0).optional(), "End after so long without a job", {
      unit: "seconds",
      defaultText: "never",
    }),
    outputDir: jobOptions.outputDir,
    ...engineOptions,
    ...pluginOptions,
  }),
  examples: [
    { command: "work --queue redis://host:6379", summary: "All processors of this machine" },
  ],
  async run(context, { queue, idle, outputDir, ...machine }) {
    asUsage(() => queueAddress(queue));
    const { workers } = context;
    if (workers === undefined) {
      throw new InterpBenchError("E_INSTALL", "there are no threads to work on", {
        hint: "Build the package: npm run build.",
      });
    }
    const options = { engine: engineOf(machine), workers, idle };
    const served = await serveQueue(queue, commandJobs(context, outputDir), options);
    return {
      kind: "work",
      document: { ...served },
      text: () => `${served.done} jobs done, ${served.failed} failed\n`,
    };
  },
});
