import type { PaperSweep } from "./discovery.ts";

/** The paper's sweep of an algorithm that is run with every value of an option, and does not prune. */
export function runsSweep(option: string): (options: { readonly prune: boolean }) => PaperSweep {
  return ({ prune }) => ({
    option,
    from: "runs",
    obstacle: prune ? "the paper's sweep does not prune circuits" : undefined,
  });
}
