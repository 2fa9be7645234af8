import { describe, expect, it } from "vitest";
import { sideBySide } from "./side-by-side.ts";

/** Work that ends when it is told to. */
function deferredWork() {
  const begun: number[] = [];
  const ends = new Map<number, { resolve: (value: string) => void; reject: (e: Error) => void }>();
  const work = (item: number) => {
    begun.push(item);
    return new Promise<string>((resolve, reject) => ends.set(item, { resolve, reject }));
  };
  const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  return {
    begun,
    work,
    async end(item: number) {
      ends.get(item)!.resolve(`result ${item}`);
      await turn();
    },
    async fail(item: number) {
      ends.get(item)!.reject(new Error(`error ${item}`));
      await turn();
    },
  };
}

describe("sideBySide", () => {
  it("does nothing with no items", async () => {
    expect(await sideBySide([], 3, async (item) => item)).toEqual([]);
  });

  it("never does more at a time than it has lanes, and keeps the order of the items", async () => {
    const { begun, work, end } = deferredWork();
    const done = sideBySide([1, 2, 3, 4], 2, work);
    expect(begun).toEqual([1, 2]);
    await end(2);
    expect(begun).toEqual([1, 2, 3]);
    await end(3);
    await end(4);
    await end(1);
    expect(await done).toEqual(["result 1", "result 2", "result 3", "result 4"]);
  });

  it("begins nothing before what it comes after, and lets others go ahead", async () => {
    const { begun, work, end } = deferredWork();
    const after = (item: number) => (item === 2 ? [1, 4] : item === 3 ? [5] : []);
    const done = sideBySide([1, 2, 3, 4], 2, work, after);
    expect(begun).toEqual([1, 3]);
    await end(1);
    expect(begun).toEqual([1, 3, 4]);
    await end(3);
    expect(begun).toEqual([1, 3, 4]);
    await end(4);
    expect(begun).toEqual([1, 3, 4, 2]);
    await end(2);
    expect(await done).toEqual(["result 1", "result 2", "result 3", "result 4"]);
  });

  it("begins nothing after an error, and throws it when all that was begun has ended", async () => {
    const { begun, work, end, fail } = deferredWork();
    let outcome: unknown = "open";
    const done = sideBySide([1, 2, 3, 4], 2, work).catch((error: Error) => {
      outcome = error.message;
    });
    await fail(2);
    expect([begun, outcome]).toEqual([[1, 2], "open"]);
    await end(1);
    await done;
    expect([begun, outcome]).toEqual([[1, 2], "error 2"]);
  });
});
