import { expect, it } from "vitest";
import { rangesText } from "./ranges.ts";

it.each([
  [[], ""],
  [[3], "3"],
  [[3, 4], "3 to 4"],
  [[1, 2, 3, 5, 7, 8], "1 to 3, 5, 7 to 8"],
])("%j in short", (numbers, text) => {
  expect(rangesText(numbers)).toBe(text);
});
