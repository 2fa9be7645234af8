import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { availableMemory } from "node:process";

/** What a machine has to share: its processors, and the bytes of memory that are free. */
export interface Machine {
  readonly processors: number;
  readonly memory: number;
  /** Bytes of addresses that the process may still take; infinite without a limit (`ulimit -v`). */
  readonly addresses: number;
}

/** What the system is asked about this process; `undefined` where it does not say. */
type Ask = (file: "limits" | "status") => string | undefined;

const askSystem: Ask = (file) => {
  try {
    return readFileSync(`/proc/self/${file}`, "utf8");
  } catch {
    return undefined;
  }
};

/** The addresses that are left of a limit: Linux tells, other systems have none that anybody sets. */
export function freeAddresses(ask: Ask = askSystem): number {
  const limit = /^Max address space +(\d+)/m.exec(ask("limits") ?? "")?.[1];
  const taken = /^VmSize:\s+(\d+) kB/m.exec(ask("status") ?? "")?.[1];
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, Number(limit) - Number(taken ?? 0) * 1024);
}

/** This machine, now. */
export const thisMachine = (): Machine => ({
  processors: availableParallelism(),
  memory: availableMemory(),
  addresses: freeAddresses(),
});
