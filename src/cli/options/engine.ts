import { availableParallelism } from "node:os";
import { z } from "zod";
import { BACKEND_CHOICES, openBackend } from "../../engine/index.node.ts";
import type { Backend } from "../../engine/index.ts";
import { flag } from "../flags/flag.ts";
import { type Machine, thisMachine } from "./machine.ts";

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

/** Values of {@link engineOptions}. */
export type EngineChoice = z.output<z.ZodObject<typeof engineOptions>>;

/** Bytes to have in hand for each case that runs at a time; training took up to 0.6 GiB where measured. */
const CASE_MEMORY = 2 ** 30;

/**
 * How `cases` share `threads`: so many cases at a time, with so many threads each. By default
 * (`threads` 0) there are as many threads as processors, and no more cases at a time than have 1 GiB
 * of memory each. Where the process's addresses are limited, no more than have 1 GiB of those each,
 * whatever is asked for: a thread that does not get them ends the process.
 */
export function shareThreads(
  threads: number,
  cases: number,
  machine: Machine = thisMachine(),
): { readonly lanes: number; readonly threads: number } {
  const total = threads || machine.processors;
  const memory = Math.min(
    machine.addresses,
    threads > 0 ? Number.POSITIVE_INFINITY : machine.memory,
  );
  const affordable = Math.floor(memory / CASE_MEMORY);
  const lanes = Math.max(1, Math.min(total, cases, affordable));
  return { lanes, threads: Math.floor(total / lanes) };
}

/** Runs `work` with the backend that is asked for, and frees it afterwards. */
export async function withBackend<T>(
  { backend: choice, threads }: EngineChoice,
  work: (backend: Backend) => Promise<T>,
): Promise<T> {
  const backend = await openBackend(choice, { threads: threads || availableParallelism() });
  try {
    return await work(backend);
  } finally {
    backend.dispose();
  }
}
