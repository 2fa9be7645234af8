import {
  type Algorithm,
  listAlgorithms,
  loadRegistry,
  parseOptions,
} from "../../discovery/index.ts";
import { InterpBenchError, unknownNameError } from "../../errors/index.ts";
import { mibProtocol } from "./mib-protocol.ts";
import { paperProtocol } from "./paper-protocol.ts";
import { type Contestant, NO_TRUTH, type Protocol } from "./protocol.ts";

/** Every algorithm with its default options, by all its thresholds at once. */
const standard: Protocol = {
  name: "default",
  summary: "Every algorithm with its default options; the ranking of all edges counts.",
  measure: "AUROC of edges, exact: ties count one half",
  contestants: listAlgorithms().map((one) => plain(one)),
  numbersOf: ({ score }) => {
    const { edges, nodes } = score?.auroc ?? {};
    const why = score === undefined ? NO_TRUTH : "the truth has all edges, or none";
    return { edges, nodes, merged: edges, ...(edges === undefined ? { reason: why } : {}) };
  },
};

/** All protocols, the default first. */
export const PROTOCOLS: readonly [Protocol, ...Protocol[]] = [standard, paperProtocol, mibProtocol];

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
 * The contestants that are named, in that order: those of the protocol by their names, and algorithms with options,
 * `eap:integratedGradSteps=10`, which compete under that text. All of the protocol for `all` and for no names, and
 * with them the algorithms of one's own.
 *
 * `E_ALGORITHM` for a name of none, `E_OPTION` for options that an algorithm does not have.
 *
 * @param own algorithms of plugins
 */
export async function contestantsOf(
  { name: protocol, contestants }: Protocol,
  names: readonly string[] = [ALL],
  own: readonly Algorithm[] = [],
): Promise<readonly Contestant[]> {
  const added = own.filter(({ name }) => !contestants.some((one) => one.name === name));
  const all = [...contestants, ...added.map(plain)];
  const chosen = new Map<string, Contestant>();
  for (const text of names) {
    const wanted = text.trim();
    const plainly = wanted === ALL ? all : all.filter(({ name }) => name === wanted);
    const found = wanted.includes(":") ? [await withOptions(wanted, own)] : plainly;
    if (found.length === 0) {
      const known = all.map(({ name }) => name);
      throw unknownNameError("E_ALGORITHM", `algorithm of the protocol ${protocol}`, wanted, known);
    }
    for (const one of found) chosen.set(one.name, one);
  }
  if (chosen.size > 0) return [...chosen.values()];
  throw new InterpBenchError("E_ALGORITHM", "no algorithm is named", {
    expected: "names of algorithms, or all",
    received: "none",
  });
}

/** An algorithm with its default options. */
function plain({ name }: Pick<Algorithm, "name">): Contestant {
  return { name, algorithm: name, params: {} };
}

/** An algorithm with options that are checked, and written as they were given. */
async function withOptions(text: string, own: readonly Algorithm[]): Promise<Contestant> {
  const { allAlgorithms, parseAlgorithmText } = await loadRegistry();
  const isOwn = ({ name }: Algorithm) => own.some((one) => one.name === name);
  const known = [...allAlgorithms().filter((one) => !isOwn(one)), ...own];
  const { algorithm, given } = parseAlgorithmText(text, known);
  const all = parseOptions(algorithm.options, given);
  const params = Object.fromEntries(Object.keys(given).map((key) => [key, all[key]]));
  return { name: text, algorithm: algorithm.name, params };
}
