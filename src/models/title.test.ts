import { expect, it } from "vitest";
import { modelTitle } from "./title.ts";

it.each([
  [{ model: "siit:510", case: "3" }, "siit:510 of case 3"],
  [{ model: "/home/ada/experiments/2026/my-model", case: "own" }, "my-model"],
  [{ model: "C:\\models\\my-model", case: "4" }, "my-model of case 4"],
  [{ model: "folder:0123456789ab", case: "own" }, "folder:0123456789ab"],
  [{ model: "/a/b", case: "3", title: "Seed 7" }, "Seed 7"],
  [{ model: "/a/b", case: "3", title: null }, "b of case 3"],
])("%j is called %s", (document, title) => {
  expect(modelTitle(document)).toBe(title);
});
