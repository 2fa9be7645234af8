import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { effectsIn, explorerPage, listedContent, readParts } from "../src/explorer/index.ts";
import { packagedZoo } from "../src/models/index.ts";

/*
 * Makes the explorer as files for any web server, in dist/site or the folder that is named: the page with
 * all cases, and the models of the zoo beside it.
 */

const [folder = fileURLToPath(new URL("../dist/site", import.meta.url))] = process.argv.slice(2);
const FILES = ["config.json", "circuit.json", "model.safetensors"];

const zoo = packagedZoo();
const content = listedContent({ zoo, kind: "site" });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "index.html"), explorerPage(readParts(), content, { connects: true }));
for (const { name, effects } of content.models) {
  for (const file of FILES) {
    cpSync(join(zoo, name, file), join(folder, "models", name, file));
  }
  if (effects === undefined) continue;
  const found = JSON.stringify(effectsIn(join(zoo, name)));
  writeFileSync(join(folder, "models", name, "effects.json"), found);
}
console.log(`${folder}: the explorer with ${content.models.length} models`);
