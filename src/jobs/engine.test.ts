import { describe, expect, it } from "vitest";
import { shareThreads } from "./engine.ts";
import { freeAddresses } from "./machine.ts";

describe("shareThreads", () => {
  const GIB = 2 ** 30;
  const machine = { processors: 8, memory: 64 * GIB, addresses: Number.POSITIVE_INFINITY };

  it.each([
    ["all threads to one case", [4, 1], [1, 4]],
    ["a thread to each case, so many at a time", [4, 129], [4, 1]],
    ["what is left to the cases evenly", [8, 3], [3, 2]],
    ["one thread to one case at a time", [1, 129], [1, 1]],
    ["by default all processors to one case", [0, 1], [1, 8]],
    ["by default a processor to each case", [0, 129], [8, 1]],
    ["something even to no cases", [0, 0], [1, 8]],
  ])("gives %s", (_, [threads, cases], [lanes, each]) => {
    expect(shareThreads(threads!, cases!, machine)).toEqual({ lanes, threads: each });
  });

  it("runs no more cases at a time than there is memory for, unless told to", () => {
    const small = { ...machine, memory: 3.9 * GIB };
    expect(shareThreads(0, 129, small)).toEqual({ lanes: 3, threads: 2 });
    expect(shareThreads(8, 129, small)).toEqual({ lanes: 8, threads: 1 });
    expect(shareThreads(0, 129, { ...machine, memory: 0 })).toEqual({ lanes: 1, threads: 8 });
  });

  it("runs no more cases at a time than there are addresses for, whatever it is told", () => {
    const limited = { ...machine, addresses: 2.5 * GIB };
    expect(shareThreads(0, 129, limited)).toEqual({ lanes: 2, threads: 4 });
    expect(shareThreads(4, 129, limited)).toEqual({ lanes: 2, threads: 2 });
    expect(shareThreads(4, 129, { ...machine, addresses: 0 })).toEqual({ lanes: 1, threads: 4 });
  });
});

describe("freeAddresses", () => {
  const system = (limit: string) => (file: "limits" | "status") =>
    file === "limits"
      ? `Max file locks           unlimited  unlimited  locks\nMax address space        ${limit}  ${limit}  bytes\n`
      : "VmPeak:\t 1200000 kB\nVmSize:\t 1000000 kB\n";

  it("are what a limit leaves", () => {
    expect(freeAddresses(system("3072000000"))).toBe(3_072_000_000 - 1_024_000_000);
    expect(freeAddresses(system("1000"))).toBe(0);
  });

  it("are without end where there is no limit, or the system does not tell", () => {
    expect(freeAddresses(system("unlimited"))).toBe(Number.POSITIVE_INFINITY);
    expect(freeAddresses(() => undefined)).toBe(Number.POSITIVE_INFINITY);
  });
});
