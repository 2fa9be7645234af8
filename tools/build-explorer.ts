import { fileURLToPath } from "node:url";
import { buildExplorer } from "../web/build.ts";

const [folder = fileURLToPath(new URL("../dist/web", import.meta.url))] = process.argv.slice(2);
process.env.NODE_ENV = "production";
await buildExplorer(folder);
