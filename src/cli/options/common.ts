import { z } from "zod";
import { flag } from "../../flags/index.ts";

const group = "Common options";

/** The options of every command; the program reads them before the command does. */
export const commonOptions = z.object({
  json: flag(z.boolean().default(false), "Write exactly one JSON document to standard output", {
    group,
  }),
  log: flag(
    z.enum(["pretty", "plain", "json"]).optional(),
    "How progress is written to standard error",
    { group, defaultText: "pretty in a terminal, else plain" },
  ),
  config: flag(z.string().optional(), "Read options from a JSON file; flags win", {
    group,
    placeholder: "FILE",
  }),
  set: flag(z.array(z.string()).default([]), "Set an option by its key, e.g. --set epochs=30", {
    group,
    placeholder: "KEY=VALUE",
    defaultText: "",
    isWhole: true,
  }),
});

/** Values of {@link commonOptions}. */
export type CommonOptions = z.output<typeof commonOptions>;

const jobs = "Jobs and results";

const DEFAULT_FOLDER = "results";

/** What a command that goes on from results in this folder needs: `-o FOLDER`, or nothing. */
export function outputWords({ outputDir }: { readonly outputDir: string }): string[] {
  return outputDir === DEFAULT_FOLDER ? [] : ["-o", outputDir];
}

/** Where other machines take jobs from; `work` is one of those. */
export const queueFlag = flag(
  z.string().min(1),
  "Queue from which workers on other machines do the jobs (docs/fleets.md)",
  {
    placeholder: "REDIS-URL",
    group: jobs,
    defaultText: "none: they are done here",
    isSecret: true,
  },
);

/** Options of every command that writes results. Spread the shape into the command's schema. */
export const jobOptions = {
  outputDir: flag(z.string().min(1).default(DEFAULT_FOLDER), "Folder of all results", {
    short: "-o",
    placeholder: "FOLDER",
    group: jobs,
  }),
  seed: flag(
    z.int().min(0).default(1234),
    "Seed of everything random: initialisation, data, pairing, node sampling",
    { group: jobs },
  ),
  force: flag(z.boolean().default(false), "Do it again, beside results that are finished", {
    group: jobs,
  }),
  dryRun: flag(z.boolean().default(false), "Show what would be done, and do nothing", {
    group: jobs,
  }),
  shard: flag(z.string().optional(), "Do the i-th of n parts of the jobs, for array jobs", {
    placeholder: "I/N",
    group: jobs,
    defaultText: "all of them",
  }),
  queue: queueFlag.optional(),
};
