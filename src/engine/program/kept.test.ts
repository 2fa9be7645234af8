import { describe, expect, it } from "vitest";
import { keeper } from "./kept.ts";

describe("what is kept", () => {
  const counting = (room: number) => {
    const { kept, size } = keeper(room);
    let made = 0;
    const ask = (key: string | undefined, weight = 1) =>
      kept(
        key,
        () => ({ key, number: ++made }),
        () => weight,
      ).number;
    return { ask, size };
  };

  it("is made once of a key, and every time of none", () => {
    const { ask, size } = counting(10);
    expect([ask("a"), ask("b"), ask("a"), ask("b")]).toEqual([1, 2, 1, 2]);
    expect([ask(undefined), ask(undefined)]).toEqual([3, 4]);
    expect(size()).toBe(2);
  });

  it("is what was asked for last, as much as there is room for", () => {
    const { ask, size } = counting(3);
    expect([ask("a"), ask("b"), ask("c"), ask("a")]).toEqual([1, 2, 3, 1]);
    expect(ask("d")).toBe(4);
    expect(size()).toBe(3);
    expect([ask("a"), ask("c"), ask("b")]).toEqual([1, 3, 5]);
    expect(ask("large", 2)).toBe(6);
    expect(size()).toBe(3);
  });

  it("is nothing that is larger than the room", () => {
    const { ask, size } = counting(3);
    expect([ask("huge", 4), ask("huge", 4)]).toEqual([1, 2]);
    expect(size()).toBe(0);
  });

  it("takes no room where making fails, which is tried again", () => {
    const { kept, size } = keeper(3);
    const fail = () => {
      throw new Error("no");
    };
    expect(() => kept("a", fail, () => 1)).toThrow("no");
    expect(
      kept(
        "a",
        () => 5,
        () => 1,
      ),
    ).toBe(5);
    expect(size()).toBe(1);
  });
});
