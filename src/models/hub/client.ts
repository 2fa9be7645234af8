import { InterpBenchError } from "../../errors/index.ts";
import { DEFAULT_PATIENCE, hubFetch, type Patience, patiently } from "./network.ts";
import { formatPlace, type HubPlace, isPath } from "./place.ts";
import type { HubSettings } from "./settings.ts";

/** A file of a repository, at one commit. */
export interface HubFile {
  readonly repository: string;
  readonly commit: string;
  /** From the root of the repository. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of a large file (Git LFS), or else the hash that Git gives it. Names it in the cache. */
  readonly hash: string;
}

/** What is asked of the hub. */
export interface HubClient {
  /** The commit that a revision means now. */
  commitOf(place: HubPlace): Promise<string>;
  /** The files of the folder, or with `isDeep` of those below it, too. */
  files(place: HubPlace, commit: string, isDeep?: boolean): Promise<readonly HubFile[]>;
  /** Some bytes of a file. */
  read(file: HubFile, start: number, end: number): Promise<Uint8Array>;
}

/** So many files a repository may have. */
const MOST_FILES = 50_000;

const COMMIT = /^[0-9a-f]{40}$/;
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether a revision is a commit, which means the same for ever. */
export const isCommit = (revision: string) => COMMIT.test(revision);

/**
 * A client of the hub. All of its methods throw `E_HUB`: no network, no answer, no such thing, no
 * access, answers that cannot be true; and the reason of the signal once that is aborted.
 */
export function hubClient(
  settings: HubSettings,
  signal: AbortSignal,
  patience: Patience = DEFAULT_PATIENCE,
): HubClient {
  const common = { hubUrl: settings.endpoint, fetch: hubFetch(settings, signal) };
  const ask = async <T>(question: (hub: typeof import("@huggingface/hub")) => Promise<T>) => {
    const hub = await import("@huggingface/hub");
    return patiently(() => question(hub), patience, signal);
  };
  const repoOf = (name: string) => ({ type: "model", name }) as const;
  return {
    async commitOf(place) {
      const { repository: name, revision } = place;
      if (isCommit(revision)) return revision;
      const { sha } = await ask((hub) =>
        hub.modelInfo({ ...common, name, revision, additionalFields: ["sha"] }),
      );
      if (isCommit(sha)) return sha;
      throw impossible(formatPlace(place), "a commit", String(sha));
    },
    async files({ repository, folder }, commit, isDeep = false) {
      const where = { repo: repoOf(repository), revision: commit, recursive: isDeep };
      return ask(async (hub) => {
        const files: HubFile[] = [];
        const path = folder === "" ? {} : { path: folder };
        for await (const entry of hub.listFiles({ ...common, ...where, ...path })) {
          if (entry.type !== "file") continue;
          files.push(checkedFile({ repository, commit, folder }, entry));
          if (files.length > MOST_FILES) {
            throw impossible(repository, `at most ${MOST_FILES} files`, "more");
          }
        }
        return files;
      });
    },
    read(file, start, end) {
      return ask(async (hub) => {
        const blob = await hub.downloadFile({
          ...common,
          repo: repoOf(file.repository),
          path: file.path,
          revision: file.commit,
          xet: false,
          downloadInfo: { size: file.bytes, etag: file.hash, url: addressOf(settings, file) },
        });
        const bytes = new Uint8Array(await blob!.slice(start, end).arrayBuffer());
        if (bytes.length === end - start) return bytes;
        throw impossible(file.path, `${end - start} bytes`, `${bytes.length} bytes`);
      });
    },
  };
}

function addressOf({ endpoint }: HubSettings, { repository, commit, path }: HubFile): string {
  return `${endpoint}/${repository}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly oid?: string;
  readonly lfs?: { readonly oid: string; readonly size: number };
}

/** The file, if its name stays in the folder that was asked for and its hash can name a file. */
function checkedFile(
  { repository, commit, folder }: Pick<HubFile, "repository" | "commit"> & { folder: string },
  { path, size, oid, lfs }: ListedFile,
): HubFile {
  const hash = lfs?.oid ?? oid ?? "";
  const bytes = lfs?.size ?? size;
  const isInside = isPath(path) && (folder === "" || path.startsWith(`${folder}/`));
  if (!isInside) throw impossible(repository, "names of files in the folder", String(path));
  if (!HASH.test(hash)) throw impossible(path, "a hash of Git", String(hash));
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw impossible(path, "a size", String(bytes));
  return { repository, commit, path, bytes, hash };
}

/** The error of an answer that cannot be true. */
function impossible(at: string, expected: string, received: string): InterpBenchError {
  const message = "the hub gives an answer that cannot be true";
  return new InterpBenchError("E_HUB", message, { at, expected, received });
}
