import { fileURLToPath } from "node:url";
import { writeSite } from "../src/explorer/index.ts";
import { siteLeaderboard } from "./site-leaderboard.ts";

/*
 * Makes the explorer as files for any web server, in dist/site or the folder that is named, with the leaderboard of
 * the documentation.
 */

const [folder = fileURLToPath(new URL("../dist/site", import.meta.url))] = process.argv.slice(2);
const document = await siteLeaderboard();
const name = "leaderboard";
const board = { name, kind: name, case: document.model, model: undefined, document };
console.log(`${folder}: the explorer with ${writeSite(folder, { results: [board] })} models`);
