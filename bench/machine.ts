import { loadavg } from "node:os";
import { formatFacts } from "../src/report/index.ts";
import { type HostFacts, hostFacts, packageVersion } from "../src/store/index.ts";
import { withBackends } from "./backends.ts";

/** Where a bench was run. */
export interface Machine extends HostFacts {
  /** Of interpbench. */
  readonly version: string;
  /** Processes that wanted to run in the minute before, on average. */
  readonly load: number;
  /** Names of the backends that are timed. */
  readonly backends: readonly string[];
}

/** The facts that the numbers depend on. */
export async function describeMachine(): Promise<Machine> {
  const load = loadavg()[0]!;
  const backends = await withBackends(1, async (opened) => opened.map(({ name }) => name));
  return { ...hostFacts(), version: packageVersion(), load, backends };
}

/** The facts as text, with a warning where others are at work. */
export function showMachine({ version, cpu, cores, node, load, backends }: Machine): string {
  const facts = formatFacts([
    ["interpbench", version],
    ["processor", `${cpu}, ${cores} available, load ${load.toFixed(1)}`],
    ["node", node],
    ["backends", backends.join(", ")],
  ]);
  const warning =
    "\nOther processes keep this machine busy. They delay long runs more than short ones, so that even\nratios are to be trusted on an idle machine only.\n";
  return load < cores ? facts : facts + warning;
}
