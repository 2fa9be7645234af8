import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinctRows } from "./rows.ts";

describe("distinct rows", () => {
  it("of nothing are none", () => {
    const { rows, counts } = distinctRows(new Uint32Array(), new Uint32Array(3));
    expect([rows.length, counts.length]).toEqual([0, 0]);
  });

  it("come in order with their counts, and every wanted row finds its place", () => {
    const lists = fc.array(fc.array(fc.nat(9), { maxLength: 30 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(lists, (wantedLists) => {
        // The slots of one list are the next one's rubbish.
        const slots = new Uint32Array(10).fill(7);
        for (const wanted of wantedLists) {
          const { rows, counts } = distinctRows(Uint32Array.from(wanted), slots);
          expect([...rows]).toEqual([...new Set(wanted)]);
          expect([...counts]).toEqual(
            [...rows].map((row) => wanted.filter((other) => other === row).length),
          );
          for (const row of wanted) expect(rows[slots[row]!]).toBe(row);
        }
      }),
    );
  });
});
