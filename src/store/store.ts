import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { InterpBenchError } from "../errors/index.ts";
import { canonicalJson } from "../formats/index.ts";
import { type AddressInput, addressOf } from "./address.ts";
import { type Artifact, broken, RESULT_FILE, readArtifact } from "./artifact.ts";
import { failureReason, outputError } from "./atomic.ts";
import { namesIn, removeCheckpoints } from "./checkpoint.ts";
import { type Claim, claim, livingRival } from "./claim.ts";
import { type ArtifactDraft, draftIn, makeFolder } from "./draft.ts";
import { assertFolderName, compareNames, compareTexts } from "./names.ts";
import { removeStaleTemporaries } from "./temporary.ts";

/** Options of {@link Store.begin}. */
export interface BeginOptions {
  /** Every seed that is used, by what it seeds; recorded in the provenance. Default none. */
  readonly seeds?: Readonly<Record<string, number>>;
  /** What it is made from, as {@link Store.nameOf} calls it; recorded in the provenance. Default none. */
  readonly parents?: readonly string[];
  /** Make it again although it is finished, beside the finished one. Default false. */
  readonly again?: boolean;
}

/** Which artefacts {@link Store.list} returns; absent members match everything. */
export interface ListFilter {
  readonly kind?: string;
  readonly case?: string;
}

/**
 * A results folder. Append-only: no method deletes or replaces anything finished.
 *
 * An artefact is finished exactly if its `result.json` exists. The same (kind, case, config,
 * backend) always has the same folder; made again, it goes to `<address>-2`, `<address>-3`, …. One
 * whose files are gone, or are not what was written, counts for nothing: it is passed over, told as
 * `E_ARTIFACT`, and made again beside.
 */
export interface Store {
  readonly root: string;
  /** Where the artefact is or will be: that of the newest finished one, else the plain address. */
  folderOf(input: AddressInput): string;
  /** The artefact's folder below the root, with slashes: what parents are called in provenance. */
  nameOf(artifact: Artifact): string;
  /** The finished artefact of that name (see {@link nameOf}). `E_ARTIFACT` if there is none. */
  read(name: string): Artifact;
  /** The finished artefact, the newest if it was made again; `undefined` if there is none. */
  find(input: AddressInput): Artifact | undefined;
  /**
   * Removes what a process that was killed as it finished an artefact has left beside its files: its
   * claim, its state, temporary files. Nothing while another process has the claim.
   */
  tidy(artifact: Artifact): void;
  /**
   * Claims the artefact of `input`, and starts it or takes it up after an interruption. The files
   * that a killed process had begun to write are removed.
   *
   * `E_FINISHED` if it is finished and `again` is not set, `E_BUSY` if another process is making
   * it, `E_OUTPUT` if the folder cannot be written, all before any work is done.
   */
  begin(input: AddressInput, options?: BeginOptions): ArtifactDraft;
  /** All finished artefacts: by kind, by case (2 before 10), then the oldest first. */
  list(filter?: ListFilter): Artifact[];
}

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Told, once for each place, what is passed over: `E_ARTIFACT`, `E_CHECKPOINT`. */
  readonly onProblem?: (problem: InterpBenchError) => void;
}

/** The store in the folder `root`, which need not exist yet. */
export function openStore(root: string, options: StoreOptions = {}): Store {
  const now = options.now ?? Date.now;
  const onProblem = once(options.onProblem ?? (() => {}));
  const read = (folder: string): Artifact | undefined => {
    try {
      return readArtifact(folder);
    } catch (error) {
      if (!(error instanceof InterpBenchError)) throw error;
      onProblem(error);
      return undefined;
    }
  };
  const foldersIn = (folder: string, only?: string): string[] => {
    try {
      return subfolders(folder, only);
    } catch (error) {
      onProblem(broken(folder, failureReason(error), error, "a folder that can be read"));
      return [];
    }
  };
  const base = (input: AddressInput) => join(root, input.kind, input.case, addressOf(input));
  const find = (input: AddressInput): Artifact | undefined => {
    const config = canonicalJson(input.config);
    for (const folder of candidates(base(input)).finished.toReversed()) {
      const artifact = read(folder);
      if (artifact === undefined) continue;
      if (canonicalJson(artifact.provenance.config) === config) return artifact;
      onProblem(broken(folder, "the result of another configuration"));
    }
    return undefined;
  };
  const assertUnfinished = (input: AddressInput, again: boolean) => {
    const finished = again ? undefined : find(input);
    if (finished === undefined) return;
    throw new InterpBenchError("E_FINISHED", "this artefact is finished already", {
      at: finished.folder,
      hint: "Use it, or make it again beside the finished one with `force`.",
    });
  };
  return {
    root,
    folderOf: (input) => find(input)?.folder ?? candidates(base(input)).next,
    nameOf: ({ folder }) => relative(root, folder).split(sep).join("/"),
    read(name) {
      const parts = name.split("/");
      for (const part of parts) assertFolderName("result", part);
      return readArtifact(join(root, ...parts));
    },
    find,
    tidy({ folder, provenance }) {
      if (livingRival(undefined, join(dirname(folder), provenance.address)) !== undefined) return;
      removeStaleTemporaries(folder);
      removeCheckpoints(folder);
    },
    begin(input, { seeds = {}, parents = [], again = false } = {}) {
      assertUnfinished(input, again);
      const claimed = claimIn(base(input));
      try {
        // Another process may have finished it before the claim.
        assertUnfinished(input, again);
        const folder = candidates(base(input)).next;
        makeFolder(folder);
        assertWritable(folder);
        removeStaleTemporaries(folder);
        return draftIn(folder, input, { seeds, parents, now, onProblem, release: claimed.release });
      } catch (error) {
        claimed.release();
        throw error;
      }
    },
    list: ({ kind, case: name } = {}) =>
      foldersIn(root, kind)
        .flatMap((folder) => foldersIn(folder, name))
        .flatMap((folder) =>
          foldersIn(folder)
            .filter((artifact) => existsSync(join(artifact, RESULT_FILE)))
            .flatMap((artifact) => read(artifact) ?? [])
            .sort((a, b) => compareTexts(a.provenance.startedAt, b.provenance.startedAt)),
        ),
  };
}

/** A listener that hears of each place once. */
function once(listener: (problem: InterpBenchError) => void) {
  const told = new Set<string | undefined>();
  return (problem: InterpBenchError) => {
    if (!told.has(problem.at)) listener(problem);
    told.add(problem.at);
  };
}

/** The finished folders of an address in order, and the first one that is not finished. */
function candidates(base: string): { finished: string[]; next: string } {
  const finished: string[] = [];
  for (let next = base; ; next = `${base}-${finished.length + 1}`) {
    if (!existsSync(join(next, RESULT_FILE))) return { finished, next };
    finished.push(next);
  }
}

/** The folders in a folder, or the one of them with a name; files and hidden ones are no results. */
function subfolders(folder: string, only: string | undefined): string[] {
  return namesIn(folder)
    .filter((name) => !name.startsWith(".") && (only === undefined || name === only))
    .sort(compareNames)
    .map((name) => join(folder, name))
    .filter(isFolder);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** How often a folder is made again that another process took for one of work that came to nothing. */
const MOST_ATTEMPTS = 5;

/** Claims an artefact beside its folder; a folder that cannot be written is noticed by doing it. */
function claimIn(base: string): Claim {
  for (let attempt = 1; ; attempt++) {
    try {
      makeFolder(dirname(resolve(base)));
      assertWritable(dirname(base));
      return claim(base);
    } catch (error) {
      const isGone = attempt < MOST_ATTEMPTS && !existsSync(dirname(base));
      if (!isGone) throw outputError(dirname(base), error);
    }
  }
}

/** Throws `E_OUTPUT` unless the path is a folder in which files can be made. */
function assertWritable(folder: string): void {
  try {
    readdirSync(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw outputError(folder, error);
  }
}
