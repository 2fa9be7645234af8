import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { InterpBenchError, reasonOf } from "../errors/index.ts";
import { isRecord, parseJson } from "../formats/index.ts";
import { MODEL_FILES, packagedZoo, readZoo, type ZooEntry } from "../models/index.ts";
import {
  PAGE_SCHEMA,
  type PageContent,
  type PageModel,
  type PageModelFiles,
  type PageModelRef,
  type PageResult,
} from "../report/index.ts";
import { type Artifact, openStore, packageVersion, type Store } from "../store/index.ts";

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
interface Opened {
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

function resultOf(
  { store, artifact }: Opened,
  zoo: string,
  models: Map<string, PageModel>,
): PageResult {
  const { result, provenance, folder } = artifact;
  return {
    name: store.nameOf(artifact),
    kind: provenance.kind,
    case: provenance.case,
    model: modelOf({ store, artifact }, zoo, models),
    document: { ...result, ...historyIn(folder), provenance },
  };
}

/** The model that a result is, or is about; its files are put into `models`. */
function modelOf(
  { store, artifact }: Opened,
  zoo: string,
  models: Map<string, PageModel>,
): PageModelRef | undefined {
  const { provenance } = artifact;
  const add = (folder: string, name: string, title: string): PageModelRef => {
    if (!models.has(name))
      models.set(name, { name, title, case: provenance.case, files: filesIn(folder) });
    return { kind: "loaded", name };
  };
  const parents = provenance.parents.map((name) => store.read(name));
  const holder = [artifact, ...parents].find(({ folder }) => isModel(folder));
  if (holder !== undefined) {
    const { kind, case: id, address } = holder.provenance;
    return add(holder.folder, store.nameOf(holder), `${kind} of case ${id}, ${address}`);
  }
  const { name, sha256 } = modelFacts({ ...provenance.config });
  if (name === "tracr") return { kind: "compiled", case: provenance.case };
  const entry = readZoo(zoo).models.find((one) => one.sha256 === sha256);
  return entry && add(join(zoo, entry.folder), entry.folder, zooTitle(entry));
}

/** What a model of the zoo is called. */
export const zooTitle = ({ id, seed }: ZooEntry) => `zoo model of case ${id}, seed ${seed}`;

/** The name and the hash of the model that a job was configured with. */
function modelFacts({
  model,
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isRecord(model) ? model : {};
}

const isModel = (folder: string) =>
  [MODEL_FILES.weights, MODEL_FILES.config].every((name) => existsSync(join(folder, name)));

/** The files of a model folder as texts. */
export function filesIn(folder: string): PageModelFiles {
  const read = (name: string) => {
    const path = join(folder, name);
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new InterpBenchError("E_MODEL", "a file of the model cannot be read", {
        at: path,
        received: reasonOf(cause),
        cause,
      });
    }
  };
  return {
    config: read(MODEL_FILES.config).toString("utf8"),
    weights: read(MODEL_FILES.weights).toString("base64"),
    circuit: existsSync(join(folder, MODEL_FILES.circuit))
      ? read(MODEL_FILES.circuit).toString("utf8")
      : undefined,
  };
}

/** What a training was at each validation, which is kept apart from its result. */
function historyIn(folder: string): { readonly history?: unknown } {
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
