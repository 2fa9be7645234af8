import type { NodeSelection, Selection } from "../../../src/discovery/index.ts";
import { commandFacts } from "../../../src/discovery/index.ts";
import { runLine, runOfResult, shellWord } from "../../../src/flags/index.ts";
import type { Subject } from "../contract.ts";
import type { Shown } from "./selection.ts";

/**
 * The command line of the circuit that is seen: the run that found it, or the same with another threshold. `undefined`
 * where there is none, as of a ranking that is cut otherwise than its algorithm does.
 */
export function circuitCommand(
  { case: facts, result, model }: Pick<Subject, "case" | "result" | "model">,
  shown: Shown,
): string | undefined {
  const word = facts?.word ?? String(result?.case ?? model.case ?? "");
  if (typeof result?.algorithm !== "string") return `cases show ${shellWord(word)}`;
  const run = runOfResult(result);
  if (run === undefined) return undefined;
  const line = { ...run, case: word };
  if (shown.kind !== "above") return runLine(line);
  const ways = commandFacts(run.algorithm)?.circuit ?? [];
  if (ways.length === 0) return undefined;
  const { threshold, edgeCount, nodeCount, select, positiveShare, prune, ...own }: Params =
    run.params ?? {};
  const isAll = shown.threshold === Number.NEGATIVE_INFINITY;
  const count = ways.find((way) => way !== "threshold")!;
  const cut = isAll ? { [count]: rankedIn(result) } : { threshold: shown.threshold };
  return runLine({ ...line, params: { ...own, ...cut } });
}

/** Options of an algorithm; those that make a circuit of its scores are about to be others. */
type Params = Selection & NodeSelection & Readonly<Record<string, unknown>>;

/** How many edges, or nodes, a result ranks. */
function rankedIn({ scores, nodeScores }: Readonly<Record<string, unknown>>): number | undefined {
  const rows = nodeScores ?? scores;
  return Array.isArray(rows) ? rows.length : undefined;
}
