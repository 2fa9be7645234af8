import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addressBar } from "./address-bar.ts";

describe("the address of a page", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const barWithNotes = () => {
    const written: string[] = [];
    let here = "#0";
    const go = (address: string) => {
      here = address;
    };
    const write = (address: string) => {
      written.push(address);
      go(address);
    };
    return { written, go, bar: addressBar(write, () => here) };
  };

  it("is written soon, of what follows shortly the last", () => {
    const { written, bar } = barWithNotes();
    for (const address of ["#1", "#2", "#3"]) bar.show(address);
    expect(written).toEqual([]);
    vi.runAllTimers();
    expect(written).toEqual(["#3"]);
  });

  it("is written before one leaves", () => {
    const { written, bar } = barWithNotes();
    bar.show("#1");
    bar.flush();
    bar.flush();
    vi.runAllTimers();
    expect(written).toEqual(["#1"]);
  });

  it("is written fewer than 100 times in half a minute, however often it changes", () => {
    const { written, bar } = barWithNotes();
    for (let frame = 0; frame < 1800; frame++) {
      bar.show(`#${frame}`);
      vi.advanceTimersByTime(1000 / 60);
    }
    expect(written.length).toBeLessThan(100);
    vi.runAllTimers();
    expect(written.at(-1)).toBe("#1799");
  });

  it("is left as it is when one has gone elsewhere", () => {
    const { written, bar } = barWithNotes();
    bar.show("#1");
    bar.drop();
    vi.runAllTimers();
    expect(written).toEqual([]);
  });

  it("is left as it is when a link has led elsewhere, of which the page has not been told yet", () => {
    const { written, go, bar } = barWithNotes();
    bar.show("#1");
    go("#elsewhere");
    bar.show("#2");
    vi.runAllTimers();
    expect(written).toEqual([]);
    bar.drop();
    bar.show("#3");
    vi.runAllTimers();
    expect(written).toEqual(["#3"]);
  });
});
