import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { LEADERBOARD_TABLES, leaderboardPage } from "../tools/leaderboard-page.ts";

it("docs/leaderboard.md has the tables of the runs beside it", async () => {
  const page = readFileSync(LEADERBOARD_TABLES.page, "utf8");
  expect(page, "npm run build:leaderboard").toBe(await leaderboardPage());
});
