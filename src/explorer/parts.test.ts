import { expect, it } from "vitest";
import { buildFor } from "./parts.ts";

const result = (kind: string) => ({ name: kind, kind, case: "3", model: undefined, document: {} });

it("leaves out of a report what it never shows: leaderboards, unless it is about one", () => {
  expect(buildFor({ kind: "report", results: [result("run-acdc")] })).toBe("report");
  const results = [result("run-acdc"), result("leaderboard")];
  expect(buildFor({ kind: "report", results })).toBe("whole");
  expect(buildFor({ kind: "serve", results: [] })).toBe("whole");
  expect(buildFor({ kind: "site", results: [] })).toBe("whole");
});
