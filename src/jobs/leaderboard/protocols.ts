import { listAlgorithms } from "../../discovery/index.ts";
import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import { paperProtocol } from "./paper-protocol.ts";
import type { Contestant, Protocol } from "./protocol.ts";

/** Every algorithm with its default options, by all its thresholds at once. */
const standard: Protocol = {
  name: "default",
  summary: "Every algorithm with its default options; the ranking of all edges counts.",
  measure: "AUROC of edges, exact: ties count one half",
  contestants: listAlgorithms().map(({ name }) => ({ name, algorithm: name, params: {} })),
  numbersOf: ({ auroc: { edges, nodes } }) => ({
    edges,
    nodes,
    ...(edges === undefined ? { reason: "the truth has all edges, or none" } : {}),
  }),
};

/** All protocols, the default first. */
export const PROTOCOLS: readonly [Protocol, ...Protocol[]] = [standard, paperProtocol];

/** The protocol of a name. `E_PLAN` if there is none. */
export function protocolOf(name: string): Protocol {
  const found = PROTOCOLS.find((protocol) => protocol.name === name);
  if (found !== undefined) return found;
  const names = PROTOCOLS.map((protocol) => protocol.name);
  throw unknownNameError("E_PLAN", "protocol", name, names);
}

/** What stands for every contestant. */
const ALL = "all";

/**
 * The contestants of a protocol that are named, in that order; all of them for `all` and for no names.
 * `E_ALGORITHM` for a name of none.
 */
export function contestantsOf(
  { name: protocol, contestants }: Protocol,
  names: readonly string[] = [ALL],
): readonly Contestant[] {
  const chosen = names.flatMap((text) => {
    const wanted = text.trim();
    if (wanted === ALL) return contestants;
    const found = contestants.find(({ name }) => name === wanted);
    if (found !== undefined) return [found];
    const known = contestants.map(({ name }) => name);
    throw unknownNameError("E_ALGORITHM", `algorithm of the protocol ${protocol}`, wanted, known);
  });
  if (chosen.length > 0) return [...new Set(chosen)];
  throw new InterpBenchError("E_ALGORITHM", "no algorithm is named", {
    expected: "names of algorithms, or all",
    received: "none",
  });
}
