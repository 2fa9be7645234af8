import { InterpBenchError } from "../../errors/index.ts";

/** A folder of a repository of the hub. */
export interface HubPlace {
  /** `OWNER/REPO`. */
  readonly repository: string;
  /** Empty for the repository itself. */
  readonly folder: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

/** Where all tools of the hub look unless they are told otherwise. */
export const DEFAULT_REVISION = "main";

const OWNER_AND_NAME = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;

/**
 * The place, if its parts can be parts of addresses and of paths in the cache. `E_HUB` for names that
 * the hub does not have, and for paths that lead out of a folder.
 */
export function hubPlace({ repository, folder, revision }: HubPlace): HubPlace {
  if (!OWNER_AND_NAME.test(repository) || /--|\.\./.test(repository)) {
    throw badPlace("a repository", "OWNER/REPO, of letters, digits and . _ -", repository);
  }
  const path = folder.replace(/\/+$/, "");
  if (path !== "" && !isPath(path)) {
    throw badPlace("a folder of a repository", "names with / between them", folder);
  }
  if (!isPath(revision)) throw badPlace("a revision", "a branch, a tag or a commit", revision);
  return { repository, folder: path, revision };
}

/** Whether a text is a path that stays where it begins, on every system. */
export function isPath(text: string): boolean {
  return text
    .split("/")
    .every((part) => /^[^\s\\:?#%\p{C}]+$/u.test(part) && !/^\.\.?$/.test(part));
}

/** A place as people write it: `hf:OWNER/REPO/FOLDER@REVISION`, without what is the default. */
export function formatPlace({ repository, folder, revision }: HubPlace): string {
  const path = folder === "" ? repository : `${repository}/${folder}`;
  return `hf:${path}${revision === DEFAULT_REVISION ? "" : `@${revision}`}`;
}

function badPlace(what: string, expected: string, received: string): InterpBenchError {
  return new InterpBenchError("E_HUB", `this is not the name of ${what}`, { expected, received });
}
