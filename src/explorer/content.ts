import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { InterpBenchError } from "../errors/index.ts";
import { isRecord, parseJson } from "../formats/index.ts";
import {
  MODEL_FILES,
  packagedZoo,
  readModelFile,
  readZoo,
  type ZooEntry,
} from "../models/index.ts";
import {
  PAGE_SCHEMA,
  type PageContent,
  type PageModel,
  type PageModelFiles,
  type PageModelRef,
  type PageResult,
} from "../report/index.ts";
import { type Artifact, openStore, packageVersion, type Store } from "../store/index.ts";
import { effectsIn } from "./effects.ts";
import { packed } from "./packed.ts";

/** What a report is made of. */
export interface ReportSpec {
  /** Folders of finished results, or their `result.json`. */
  readonly results: readonly string[];
  readonly title?: string | undefined;
  /** Where the zoo lies. Default: in this package. */
  readonly zoo?: string;
}

/**
 * The content of a report on some results: their documents, and the models that they are about, where these
 * lie beside them or in the zoo. A comparison of results brings these along.
 *
 * `E_ARTIFACT` for what is no finished result, or was changed.
 */
export function reportContent({ results, title, zoo = packagedZoo() }: ReportSpec): PageContent {
  const given = results.map((path) => artifactAt(path));
  const all = new Map<string, Opened>();
  for (const { store, artifact } of given) {
    for (const one of [artifact, ...discoveriesOf(store, artifact)]) {
      all.set(one.folder, { store, artifact: one });
    }
  }
  const models = new Map<string, PageModel>();
  const pages = [...all.values()].map((opened) => resultOf(opened, zoo, models));
  return {
    schema: PAGE_SCHEMA,
    kind: "report",
    title: title ?? titleOf(pages),
    version: packageVersion(),
    results: pages,
    models: [...models.values()],
  };
}

/** A finished result, and where its parents lie. */
export interface Opened {
  readonly store: Store;
  readonly artifact: Artifact;
}

function artifactAt(path: string): Opened {
  const file = resolve(path);
  const folder = basename(file) === "result.json" ? join(file, "..") : file;
  const parts = folder.split(/[\\/]/).slice(-3);
  const store = openStore(join(folder, "..", "..", ".."));
  try {
    return { store, artifact: store.read(parts.join("/")) };
  } catch (cause) {
    if (cause instanceof InterpBenchError && existsSync(join(folder, "result.json"))) throw cause;
    throw new InterpBenchError("E_ARTIFACT", "there is no finished result here", {
      at: path,
      expected: "a folder of results, such as results/run-acdc/3/0123456789ab",
      received: existsSync(file) ? "a folder or file without result.json" : "nothing",
      hint: "Commands that make results print their folders.",
      cause,
    });
  }
}

/** The discoveries that a comparison compares. */
function discoveriesOf(store: Store, { provenance }: Artifact): Artifact[] {
  if (provenance.kind.startsWith("run-")) return [];
  return provenance.parents
    .filter((name) => name.startsWith("run-"))
    .map((name) => store.read(name));
}

function resultOf(opened: Opened, zoo: string, models: Map<string, PageModel>): PageResult {
  const { store, artifact } = opened;
  const { result, provenance, folder } = artifact;
  const { ref, model } = referenceOf(opened, zoo);
  if (model !== undefined && !models.has(model.name)) {
    models.set(model.name, {
      ...model.facts,
      name: model.name,
      files: filesIn(model.folder),
      effects: effectsIn(model.folder),
    });
  }
  return {
    name: store.nameOf(artifact),
    kind: provenance.kind,
    case: provenance.case,
    model: ref,
    document: { ...result, ...historyIn(folder), provenance },
  };
}

/** The model that a result is, or is about, and where it lies if it is not compiled. */
export interface Referred {
  readonly ref: PageModelRef | undefined;
  readonly model?: {
    readonly name: string;
    readonly folder: string;
    readonly facts: Omit<PageModel, "name" | "files">;
  };
}

/** Finds the model of a result: in its folder, in those of its parents, or in the zoo. */
export function referenceOf({ store, artifact }: Opened, zoo: string): Referred {
  const { provenance } = artifact;
  const at = (
    folder: string,
    name: string,
    facts: Omit<PageModel, "name" | "files">,
  ): Referred => ({
    ref: { kind: "loaded", name },
    model: { name, folder, facts },
  });
  // Of several the last: what is compared has been made from the others.
  const parents = () => provenance.parents.map((name) => store.read(name));
  const holder = isModel(artifact.folder)
    ? artifact
    : parents().findLast(({ folder }) => isModel(folder));
  if (holder !== undefined) return at(holder.folder, store.nameOf(holder), factsOfModel(holder));
  const { name, sha256 } = modelFacts({ ...provenance.config });
  if (name === "tracr") return { ref: { kind: "compiled", case: provenance.case } };
  const entry = readZoo(zoo).models.find((one) => one.sha256 === sha256);
  if (entry === undefined) return { ref: undefined };
  return at(join(zoo, entry.folder), entry.folder, factsOfZoo(entry));
}

/** What pages say of a model that a job has made. */
export const factsOfModel = ({ provenance: { kind, case: id, address } }: Artifact) => ({
  title: `${kind} of case ${id}, ${address}`,
  case: id,
  isCompiled: kind === "compile",
});

/** What pages say of a model of the zoo. */
export const factsOfZoo = ({ id, seed }: ZooEntry) => ({
  title: `zoo model of case ${id}, seed ${seed}`,
  case: id,
  isCompiled: false,
});

/** The name and the hash of the model that a job was configured with. */
function modelFacts({
  model,
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isRecord(model) ? model : {};
}

/** Whether a folder has the files of a model. */
export const isModel = (folder: string) =>
  [MODEL_FILES.weights, MODEL_FILES.config].every((name) => existsSync(join(folder, name)));

/** The files of a model folder as texts, the weights compressed. */
export function filesIn(folder: string): PageModelFiles {
  const read = (name: string) => readModelFile(join(folder, name));
  return {
    config: read(MODEL_FILES.config).toString("utf8"),
    weights: packed(read(MODEL_FILES.weights)),
    circuit: existsSync(join(folder, MODEL_FILES.circuit))
      ? read(MODEL_FILES.circuit).toString("utf8")
      : undefined,
  };
}

/** What a training was at each validation, which is kept apart from its result. */
export function historyIn(folder: string): { readonly history?: unknown } {
  const path = join(folder, "training.json");
  if (!existsSync(path)) return {};
  const training = parseJson(readFileSync(path, "utf8"), path);
  return isRecord(training) ? { history: training.history } : {};
}

function titleOf(results: readonly PageResult[]): string {
  const cases = [...new Set(results.map((result) => result.case))];
  const [only] = results;
  const what = results.length === 1 ? only!.kind : `${results.length} results`;
  return `${what} on case${cases.length === 1 ? "" : "s"} ${cases.join(", ")}`;
}
