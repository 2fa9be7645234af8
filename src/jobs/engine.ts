import { availableParallelism } from "node:os";
import { type BACKEND_CHOICES, openBackend } from "../engine/index.node.ts";
import type { Backend } from "../engine/index.ts";
import { type Machine, thisMachine } from "./machine.ts";

/** What executes the tensor programs of a job. */
export interface EngineChoice {
  readonly backend: (typeof BACKEND_CHOICES)[number];
  /** 0: one per processor. Does not change any result. */
  readonly threads: number;
}

/** The engine of plans that do not say one. */
export const DEFAULT_ENGINE: EngineChoice = { backend: "auto", threads: 0 };

/** Bytes to have in hand for each job that runs at a time; training took up to 0.6 GiB where measured. */
const JOB_MEMORY = 2 ** 30;

/**
 * How `jobs` share `threads`: so many jobs at a time, with so many threads each. By default
 * (`threads` 0) there are as many threads as processors, and no more jobs at a time than have 1 GiB
 * of memory each. Where the process's addresses are limited, no more than have 1 GiB of those each,
 * whatever is asked for: a thread that does not get them ends the process.
 */
export function shareThreads(
  threads: number,
  jobs: number,
  machine: Machine = thisMachine(),
): { readonly lanes: number; readonly threads: number } {
  const total = threads || machine.processors;
  const memory = Math.min(
    machine.addresses,
    threads > 0 ? Number.POSITIVE_INFINITY : machine.memory,
  );
  const affordable = Math.floor(memory / JOB_MEMORY);
  const lanes = Math.max(1, Math.min(total, jobs, affordable));
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
