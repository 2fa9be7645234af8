import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedState, formatAddress, parseAddress } from "./address.ts";

describe("addresses in the page", () => {
  it("are read as they were written, whatever is in them", () => {
    const odd = fc.constantFrom("/", "?", "#", "%", "%2F", "é", "💡", "<b>", "a b", "..", "\u0000");
    const word = fc.oneof(odd, fc.string({ minLength: 1, maxLength: 6 }));
    const name = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text !== "__proto__");
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 4 }),
        fc.dictionary(name, word, { maxKeys: 4 }),
        (path, state) => {
          const address = { path, state: { ...state } };
          expect(parseAddress(formatAddress(address))).toEqual(address);
        },
      ),
    );
  });

  it("are the first page without a hash", () => {
    expect(parseAddress("")).toEqual({ path: [], state: {} });
    expect(parseAddress("#")).toEqual({ path: [], state: {} });
  });

  it.each([
    ["#v2/case/3", "another version"],
    ["#case/3", "none of the explorer's"],
    ["#v1/case/%", "damaged"],
    [`#v1/${"a".repeat(70_000)}`, "longer"],
  ])("are refused: %.12s", (hash, why) => {
    expect(parseAddress(hash)).toEqual({ problem: expect.stringContaining(why) });
  });

  it("lose what is taken away", () => {
    expect(changedState({ a: "1", b: "2" }, { a: undefined, c: "3" })).toEqual({ b: "2", c: "3" });
  });
});
