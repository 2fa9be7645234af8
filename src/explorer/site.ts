import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MODEL_FILES, packagedZoo } from "../models/index.ts";
import type { PageResult } from "../report/index.ts";
import { effectsIn } from "./effects.ts";
import { listedContent } from "./listing.ts";
import { explorerPage } from "./page.ts";
import { type PageParts, readParts } from "./parts.ts";

/** What a site is made of. */
export interface SiteSpec {
  readonly parts?: PageParts;
  /** Where the zoo lies. Default: in this package. */
  readonly zoo?: string;
  /** Whether a model of the zoo, by its folder, is part of the site. Default: all are. */
  readonly takes?: (model: string) => boolean;
  /** Results that are shown, whose documents lie beside the page then. Default: none. */
  readonly results?: readonly PageResult[];
}

/**
 * Writes the explorer as files for any web server: the page with all cases, and models of the zoo beside it. How
 * many models there are.
 */
export function writeSite(
  folder: string,
  {
    parts = readParts("whole"),
    zoo = packagedZoo(),
    takes = () => true,
    results = [],
  }: SiteSpec = {},
): number {
  const { models: all, ...content } = listedContent({ zoo, kind: "site" });
  const models = all.filter(({ name }) => takes(name));
  mkdirSync(folder, { recursive: true });
  const listed = results.map((result) => ({ ...result, document: undefined }));
  const whole = { ...content, models, results: listed };
  writeFileSync(join(folder, "index.html"), explorerPage(parts, whole, { connects: true }));
  for (const { name, document } of results) {
    const file = join(folder, "results", `${name}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(document));
  }
  for (const { name, effects } of models) {
    const own = join(folder, "models", name);
    for (const file of [MODEL_FILES.config, MODEL_FILES.circuit, MODEL_FILES.weights]) {
      cpSync(join(zoo, name, file), join(own, file));
    }
    if (effects === undefined) continue;
    writeFileSync(join(own, "effects.json"), JSON.stringify(effectsIn(join(zoo, name))));
  }
  return models.length;
}
