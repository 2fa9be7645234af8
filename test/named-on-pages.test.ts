import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { listAlgorithms } from "../src/discovery/index.ts";
import { jobKinds } from "../src/jobs/index.ts";

/** What stands as code in the first column of the tables of a page. */
function namesIn(page: string): ReadonlySet<string> {
  const text = readFileSync(new URL(`../docs/${page}`, import.meta.url), "utf8");
  const cells = text.matchAll(/^\| (`.*?) \|/gm);
  return new Set(
    [...cells].flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map((m) => m[1]!)),
  );
}

it("docs/jobs.md says what options every kind of work has", () => {
  const known = namesIn("jobs.md");
  const kinds = jobKinds.map(({ name }) => name).filter((name) => !name.startsWith("run-"));
  expect(kinds.filter((name) => !known.has(name))).toEqual([]);
});

it("docs/discovery.md says what every algorithm ranks by", () => {
  const known = namesIn("discovery.md");
  const names = listAlgorithms().map(({ name }) => name);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});
