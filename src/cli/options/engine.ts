import { z } from "zod";
import { BACKEND_CHOICES } from "../../engine/index.node.ts";
import { flag } from "../../flags/index.ts";
import type { EngineChoice } from "../../jobs/index.ts";
import { jobOptions } from "./common.ts";

const group = "Jobs and results";

/** More threads than this are a slip of the finger. */
const MOST_THREADS = 256;

/** Options of every command that runs tensor programs. */
export const engineOptions = {
  backend: flag(
    z.enum(BACKEND_CHOICES).default("auto"),
    "What executes tensor programs; auto takes the fastest that works here",
    { group },
  ),
  threads: flag(
    z.int().min(0).max(MOST_THREADS).default(0),
    "Threads in all; several cases run side by side, so many at a time. Does not change any result",
    {
      aliases: ["--torch-num-threads"],
      group,
      defaultText: "0: one per processor, but no more cases at a time than GiB of free memory",
    },
  ),
};

/** Options of every command that runs tensor programs and writes results. */
export const workOptions = { ...jobOptions, ...engineOptions };

/** The engine that is asked for. */
export const engineOf = ({
  backend,
  threads,
}: z.output<z.ZodObject<typeof engineOptions>>): EngineChoice => ({ backend, threads });
