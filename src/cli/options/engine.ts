import { availableParallelism } from "node:os";
import { z } from "zod";
import { BACKEND_CHOICES, openBackend } from "../../engine/index.node.ts";
import type { Backend } from "../../engine/index.ts";
import { flag } from "../flags/flag.ts";

const group = "Jobs and results";

/** Options of every command that runs tensor programs. */
export const engineOptions = {
  backend: flag(
    z.enum(BACKEND_CHOICES).default("auto"),
    "What executes tensor programs; auto takes the fastest that works here",
    { group },
  ),
  threads: flag(z.int().min(0).default(0), "Number of threads; does not change any result", {
    aliases: ["--torch-num-threads"],
    group,
    defaultText: "0: one per processor",
  }),
};

/** Values of {@link engineOptions}. */
export type EngineChoice = z.output<z.ZodObject<typeof engineOptions>>;

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
