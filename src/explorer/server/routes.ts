import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InterpBenchError } from "../../errors/index.ts";
import { packagedZoo } from "../../models/index.ts";
import type { PageContent } from "../../report/index.ts";
import type { Store } from "../../store/index.ts";
import { effectsIn } from "../effects.ts";
import { documentOf, listedContent, modelFolder } from "../listing.ts";
import { explorerPage } from "../page.ts";
import type { PageParts } from "../parts.ts";
import { type Answer, type Answerer, jsonAnswer } from "./listen.ts";
import type { Runs } from "./runs.ts";

/** What a server of the explorer has to give. */
export interface Served {
  readonly parts: PageParts;
  readonly store: Store;
  readonly runs: Runs;
  /** Where the zoo lies. Default: in this package. */
  readonly zoo?: string;
}

/**
 * The answers of a server: the page, what there is (`content.json`), documents of results, files of models, and
 * what audits say of these, by name, and the runs of this process, which a page begins (`POST`) and stops (`DELETE`).
 */
export function routesOf({ parts, store, runs, zoo = packagedZoo() }: Served): Answerer {
  const content = (): PageContent => listedContent({ store, zoo, kind: "serve" });
  const read = (path: string): Answer | undefined => {
    if (path === "/") return page(parts, content());
    if (path === "/content.json") return jsonAnswer(content());
    if (path === "/runs") return jsonAnswer(runs.list());
    const result = /^\/results\/(.+)\.json$/.exec(path)?.[1];
    if (result !== undefined) return found(() => jsonAnswer(documentOf(store.read(result))));
    const audited = /^\/models\/(.+)\/effects\.json$/.exec(path)?.[1];
    if (audited !== undefined) {
      return found(() => {
        const effects = effectsIn(modelFolder({ store, zoo }, audited));
        return effects && jsonAnswer(effects);
      });
    }
    const [, name, file] =
      /^\/models\/(.+)\/(config\.json|circuit\.json|model\.safetensors)$/.exec(path) ?? [];
    if (name === undefined || file === undefined) return undefined;
    return found(() => ({
      type: file.endsWith(".json") ? "application/json" : "application/octet-stream",
      body: readFileSync(join(modelFolder({ store, zoo }, name), file)),
    }));
  };
  return ({ method, path, json }) => {
    if (method === "GET") return read(path);
    if (method === "POST" && path === "/runs") {
      return json()
        .then(runs.begin)
        .then((state) => jsonAnswer(state, 201));
    }
    const id = /^\/runs\/(\d+)$/.exec(path)?.[1];
    if (method !== "DELETE" || id === undefined) return undefined;
    return runs.stop(Number(id)) ? jsonAnswer({}) : undefined;
  };
}

const page = (parts: PageParts, content: PageContent): Answer => ({
  type: "text/html; charset=utf-8",
  body: explorerPage(parts, content, { connects: true }),
});

/** What a name leads to; nothing for names that lead nowhere. */
function found(answer: () => Answer | undefined): Answer | undefined {
  try {
    return answer();
  } catch (error) {
    const isMissing = (error as { readonly code?: unknown }).code === "ENOENT";
    if (isMissing || error instanceof InterpBenchError) return undefined;
    throw error;
  }
}
