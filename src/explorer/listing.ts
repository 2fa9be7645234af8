import { join } from "node:path";
import { InterpBenchError } from "../errors/index.ts";
import { readZoo } from "../models/index.ts";
import { PAGE_SCHEMA, type PageContent, type PageModel } from "../report/index.ts";
import { type Artifact, packageVersion, type Store } from "../store/index.ts";
import { factsOfModel, factsOfZoo, historyIn, isModel, referenceOf } from "./content.ts";
import { hasEffects } from "./effects.ts";

/** What a page can be about whose data lie beside it. */
export interface Listed {
  /** Absent where there are no results. */
  readonly store?: Store;
  readonly zoo: string;
}

/** A content with names alone: of all results, of their models, and of those of the zoo. */
export function listedContent({
  store,
  zoo,
  kind,
}: Listed & Pick<PageContent, "kind">): PageContent {
  const artifacts = store?.list() ?? [];
  const models: PageModel[] = [
    ...artifacts
      .filter(({ folder }) => isModel(folder))
      .map((one) => ({ ...factsOfModel(one), name: store!.nameOf(one), files: undefined })),
    ...readZoo(zoo).models.map((entry) => ({
      ...factsOfZoo(entry),
      name: entry.folder,
      files: undefined,
      effects: hasEffects(join(zoo, entry.folder)) ? ("fetched" as const) : undefined,
    })),
  ];
  return {
    schema: PAGE_SCHEMA,
    kind,
    title: "interpbench",
    version: packageVersion(),
    results: artifacts.map((artifact) => ({
      name: store!.nameOf(artifact),
      kind: artifact.provenance.kind,
      case: artifact.provenance.case,
      model: reachable(() => referenceOf({ store: store!, artifact }, zoo).ref),
      document: undefined,
    })),
    models,
  };
}

/** What can be had; nothing where what it is made from is gone. */
function reachable<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof InterpBenchError) return undefined;
    throw error;
  }
}

/** The document of a result as pages have it: with its provenance and, of a training, its history. */
export function documentOf({ result, provenance, folder }: Artifact) {
  return { ...result, ...historyIn(folder), provenance };
}

/** The folder of a model by its name in a page. `E_MODEL` if there is none. */
export function modelFolder({ store, zoo }: Listed, name: string): string {
  const entry = readZoo(zoo).models.find(({ folder }) => folder === name);
  if (entry !== undefined) return join(zoo, entry.folder);
  const folder = store?.read(name).folder;
  if (folder !== undefined && isModel(folder)) return folder;
  throw new InterpBenchError("E_MODEL", `there is no model "${name}"`);
}
