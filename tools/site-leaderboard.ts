import { caseGroups } from "../src/jobs/leaderboard/case-groups.ts";
import { protocolOf } from "../src/jobs/leaderboard/protocols.ts";
import { readLeaderboardRows } from "./leaderboard-rows.ts";

/** The leaderboard of the documentation as a page reads leaderboards: its runs, and what their numbers are. */
export async function siteLeaderboard(path?: URL) {
  const { protocol, model, rows, cases } = await readLeaderboardRows(path);
  const { measure } = protocolOf(protocol);
  return { protocol, model, measure, rows, groups: caseGroups(cases) };
}
