import { describe, expect, it } from "vitest";
import { formatError, InterpBenchError } from "../../errors/index.ts";
import { errorDocument } from "../document.ts";
import { errorData, errorOf } from "./messages.ts";

describe("an error that crosses from a thread", () => {
  it.each([
    [
      "with all details",
      new InterpBenchError("E_DATA", "two is odd", {
        expected: "an odd number",
        received: "2",
        at: "case 2",
        hint: "Take another.",
        cause: new Error("cause"),
      }),
    ],
    ["with none", new InterpBenchError("E_DATA", "two is odd")],
    ["of ours", new TypeError("x is not a function")],
    ["that is none", "a text"],
  ])("%s has the same text and document", (_, error) => {
    const arrived = errorOf(structuredClone(errorData(error)));
    const expected = typeof error === "string" ? new Error(error) : error;
    expect(formatError(arrived)).toBe(formatError(expected));
    expect(errorDocument(arrived)).toEqual(errorDocument(expected));
  });
});
