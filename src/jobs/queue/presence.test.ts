import { expect, it } from "vitest";
import { absenceText } from "./presence.ts";

const own = { queue: "b", version: "2.0.0", backend: "wasm relaxed" };
const worker = (queue: string, version: string, backend = own.backend) => ({
  ...{ id: "x", queue, version, backend },
});

it("nothing is told of the absence of workers while one is there", () => {
  expect(absenceText([worker("a", "1.0.0"), worker("b", "2.0.0")], own)).toBeUndefined();
});

it("the absence of workers is told with what is wanted, and what is there", () => {
  expect(absenceText([], own)).toBe(
    "no workers are there; the jobs wait for some of version 2.0.0 with the backend wasm relaxed",
  );
  const others = [worker("a", "1.0.0"), worker("a", "1.0.0"), worker("c", "2.0.0", "native x")];
  expect(absenceText(others, own)).toContain(
    "only other workers are there (version 1.0.0 with wasm relaxed, version 2.0.0 with native x)",
  );
});
