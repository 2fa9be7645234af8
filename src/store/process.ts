import { readFileSync, readlinkSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { sha256 } from "./sha256.ts";

/**
 * Which process made a file, as a part of its name: `<machine>-<pid>-<start>`. The start, in ticks
 * since the machine's (Linux; else 0), tells a process from a later one with the same number.
 */
export function thisProcess(): string {
  return `${machine()}-${process.pid}-${startOf(process.pid) ?? 0}`;
}

/** The form of {@link thisProcess}, to be found in file names. */
export const PROCESS_PATTERN = "[0-9a-f]{8}-\\d+-\\d+";

/** Files of a process on another machine are its own as long as it has touched them lately. */
const FOREIGN_MILLISECONDS = 60_000;

/**
 * Whether the process that a file belongs to may still be at work. On this machine the process is
 * looked for; of another machine (or another container, or before a restart), the file's age decides: a
 * minute.
 */
export function mayBeAtWork(owner: string, path: string, now = Date.now()): boolean {
  const [host, pid, start] = owner.split("-");
  if (host !== machine()) {
    const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return touched !== undefined && now - touched < FOREIGN_MILLISECONDS;
  }
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    const isForbidden = error instanceof Error && "code" in error && error.code === "EPERM";
    if (!isForbidden) return false;
  }
  const startNow = startOf(Number(pid));
  return startNow === undefined || String(startNow) === start;
}

/** This machine since it was started, and this container of it: process numbers mean one thing there. */
function machine(): string {
  const facts = [hostname(), readOr("/proc/sys/kernel/random/boot_id", readFileSync)];
  facts.push(readOr("/proc/self/ns/pid", readlinkSync));
  return sha256(facts.join("\n")).slice(0, 8);
}

function readOr(path: string, read: (path: string, encoding: "utf8") => string): string {
  try {
    return read(path, "utf8");
  } catch {
    return "";
  }
}

/** When a process was started, in ticks; `undefined` where the system does not tell. */
function startOf(pid: number): number | undefined {
  const text = readOr(`/proc/${pid}/stat`, readFileSync);
  // The second field is the program's name in parentheses, which may hold anything.
  const ticks = Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[19]);
  return text === "" || Number.isNaN(ticks) ? undefined : ticks;
}
