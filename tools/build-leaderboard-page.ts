import { writeFileSync } from "node:fs";
import { LEADERBOARD_TABLES, leaderboardPage } from "./leaderboard-page.ts";

writeFileSync(LEADERBOARD_TABLES.page, await leaderboardPage());
