import { expect, it } from "vitest";
import { latestCalls } from "./latest.ts";

it("holds a call for the latest until there is another", () => {
  const call = latestCalls();
  const isFirst = call();
  expect(isFirst()).toBe(true);
  expect(isFirst()).toBe(true);
  const isSecond = call();
  expect([isFirst(), isSecond()]).toEqual([false, true]);
});

it("holds each thing's calls apart", () => {
  const [call, other] = [latestCalls(), latestCalls()];
  const isLatest = call();
  other();
  expect(isLatest()).toBe(true);
});
