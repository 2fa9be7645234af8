import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { writeFileAtomic } from "../../store/index.ts";
import { isCommit } from "./client.ts";
import type { HubPlace } from "./place.ts";

/**
 * A repository in the cache, laid out as Python's `huggingface_hub` lays it out, which finds what is
 * put here, and the other way round: contents in `blobs/` by their hashes, links to them in
 * `snapshots/COMMIT/`, what branches mean in `refs/`, and names that do not exist in `.no_exist/`.
 */
export interface CachedRepository {
  readonly folder: string;
  /** The commit that a revision meant when it was last looked up. */
  commitOf(revision: string): string | undefined;
  setCommit(revision: string, commit: string): void;
  /** Where a folder of a commit is, whether or not anything is there. */
  snapshot(commit: string, folder: string): string;
  /** Names of the files of a folder of a commit that are here. */
  names(commit: string, folder: string): readonly string[];
  /** Where the content with a hash is, or goes. */
  blob(hash: string): string;
  /** Gives a content its name at a commit. */
  link(commit: string, path: string, hash: string): void;
  /** Whether it is known that a commit has no such file. */
  isMissing(commit: string, path: string): boolean;
  setMissing(commit: string, path: string): void;
}

/** The repository `OWNER/REPO` in a cache; nothing is made before something is put there. */
export function cachedRepository(cache: string, { repository }: Pick<HubPlace, "repository">) {
  const folder = join(cache, `models--${repository.replace("/", "--")}`);
  const snapshot = (commit: string, path: string) => join(folder, "snapshots", commit, path);
  const missing = (commit: string, path: string) => join(folder, ".no_exist", commit, path);
  const reference = (revision: string) => join(folder, "refs", revision);
  const blob = (hash: string) => join(folder, "blobs", hash);
  const cached: CachedRepository = {
    folder,
    commitOf(revision) {
      if (isCommit(revision)) return revision;
      const path = reference(revision);
      const commit = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
      return isCommit(commit) ? commit : undefined;
    },
    setCommit(revision, commit) {
      if (isCommit(revision)) return;
      mkdirSync(dirname(reference(revision)), { recursive: true });
      writeFileAtomic(reference(revision), commit);
    },
    snapshot,
    names(commit, path) {
      const here = snapshot(commit, path);
      // A link whose content is gone does not exist.
      return existsSync(here)
        ? readdirSync(here).filter((name) => existsSync(join(here, name)))
        : [];
    },
    blob,
    link(commit, path, hash) {
      const place = snapshot(commit, path);
      mkdirSync(dirname(place), { recursive: true });
      if (existsSync(place)) return;
      rmSync(place, { force: true });
      linkOrCopy(blob(hash), place);
    },
    isMissing: (commit, path) => existsSync(missing(commit, path)),
    setMissing(commit, path) {
      mkdirSync(dirname(missing(commit, path)), { recursive: true });
      writeFileSync(missing(commit, path), "");
    },
  };
  return cached;
}

/** A relative link, so that the cache can be moved; a copy where links are not allowed. */
function linkOrCopy(target: string, place: string): void {
  try {
    symlinkSync(relative(dirname(place), target), place);
  } catch {
    if (!existsSync(place)) copyFileSync(target, place);
  }
}
