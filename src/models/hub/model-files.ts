import type { CachedRepository } from "./cache.ts";

/** How the files of a model are called: what it needs, and what may lie beside. */
interface ModelForm {
  readonly needs: readonly RegExp[];
  readonly optional: readonly { readonly name: string; readonly pattern: RegExp }[];
}

const optional = (name: string, pattern: RegExp) => ({ name, pattern });

/** Models as InterpBench publishes them, and as this package writes them. */
const FORMS: readonly ModelForm[] = [
  {
    needs: [/^ll_model(?:_\w+)?\.pth$/, /^ll_model_cfg(?:_\w+)?\.pkl$/],
    optional: [
      optional("edges.pkl", /^edges(?:_\w+)?\.pkl$/),
      optional("meta.json", /^meta(?:_\w+)?\.json$/),
    ],
  },
  {
    needs: [/^model\.safetensors$/, /^config\.json$/],
    optional: [
      optional("circuit.json", /^circuit\.json$/),
      optional("result.json", /^result\.json$/),
      optional("tokens.json", /^tokens\.json$/),
    ],
  },
];

const hasAll = (names: readonly string[], patterns: readonly RegExp[]) =>
  patterns.every((pattern) => names.some((name) => pattern.test(name)));

const formOf = (names: readonly string[]) => FORMS.find(({ needs }) => hasAll(names, needs));

/** Whether files of these names are a model. */
export const isModel = (names: readonly string[]): boolean => formOf(names) !== undefined;

/** Those of the names that belong to a model; none where there is no model. */
export function modelNames(names: readonly string[]): readonly string[] {
  const form = formOf(names);
  if (form === undefined) return [];
  const patterns = [...form.needs, ...form.optional.map(({ pattern }) => pattern)];
  return names.filter((name) => patterns.some((pattern) => pattern.test(name)));
}

/** The usual names of what a model could have beside it, and these files do not hold. */
function absentNames(names: readonly string[]): readonly string[] {
  const absent = formOf(names)?.optional.filter(({ pattern }) => !hasAll(names, [pattern])) ?? [];
  return absent.map(({ name }) => name);
}

const inside = (folder: string, name: string) => (folder === "" ? name : `${folder}/${name}`);

/** How much of the model of a folder is in the cache: all that the hub has, enough to use it, or less. */
export function stateOf(
  cached: CachedRepository,
  commit: string,
  folder: string,
): "whole" | "usable" | "absent" {
  const names = cached.names(commit, folder);
  if (!isModel(names)) return "absent";
  const isKnown = (name: string) => cached.isMissing(commit, inside(folder, name));
  return absentNames(names).every(isKnown) ? "whole" : "usable";
}

/** Remembers what the hub does not have beside a model whose files are all in the cache. */
export function markWhole(cached: CachedRepository, commit: string, folder: string): void {
  for (const name of absentNames(cached.names(commit, folder))) {
    cached.setMissing(commit, inside(folder, name));
  }
}
