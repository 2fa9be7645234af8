import { fileURLToPath } from "node:url";
import { writeSite } from "../src/explorer/index.ts";

/* Makes the explorer as files for any web server, in dist/site or the folder that is named. */

const [folder = fileURLToPath(new URL("../dist/site", import.meta.url))] = process.argv.slice(2);
console.log(`${folder}: the explorer with ${writeSite(folder)} models`);
