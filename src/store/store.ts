import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InterpBenchError } from "../errors/index.ts";
import { type AddressInput, addressOf } from "./address.ts";
import {
  type Artifact,
  type ArtifactDraft,
  draftIn,
  RESULT_FILE,
  readArtifact,
} from "./artifact.ts";
import { outputError } from "./atomic.ts";
import { namesIn } from "./checkpoint.ts";
import { compareNames } from "./names.ts";

/** Options of {@link Store.begin}. */
export interface BeginOptions {
  /** Every seed that is used, by what it seeds; recorded in the provenance. Default none. */
  readonly seeds?: Readonly<Record<string, number>>;
  /** The engine's backend, recorded in the provenance. Default none. */
  readonly backend?: string | null;
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
 * parents) always has the same folder; made again, it goes to `<address>-2`, `<address>-3`, ….
 */
export interface Store {
  readonly root: string;
  /** Where the artefact is or will be: that of the newest finished one, else the plain address. */
  folderOf(input: AddressInput): string;
  /** The finished artefact, the newest if it was made again; `undefined` if there is none. */
  find(input: AddressInput): Artifact | undefined;
  /**
   * Starts, or takes up after an interruption, the artefact of `input`.
   *
   * `E_FINISHED` if it is finished and `again` is not set; `E_OUTPUT` if the folder cannot be
   * written, before any work is done.
   */
  begin(input: AddressInput, options?: BeginOptions): ArtifactDraft;
  /** All finished artefacts: by kind, by case (2 before 10), then the oldest first. */
  list(filter?: ListFilter): Artifact[];
}

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** The store in the folder `root`, which need not exist yet. */
export function openStore(root: string, options: StoreOptions = {}): Store {
  const now = options.now ?? Date.now;
  const base = (input: AddressInput) => join(root, input.kind, input.case, addressOf(input));
  const newestFinished = (input: AddressInput) => candidates(base(input)).finished.at(-1);
  return {
    root,
    folderOf: (input) => newestFinished(input) ?? base(input),
    find(input) {
      const folder = newestFinished(input);
      return folder === undefined ? undefined : readArtifact(folder, input);
    },
    begin(input, { seeds = {}, backend = null, again = false } = {}) {
      const { finished, next } = candidates(base(input));
      if (finished.length > 0 && !again) {
        throw new InterpBenchError("E_FINISHED", "this artefact is finished already", {
          at: finished.at(-1),
          hint: "Use it, or make it again beside the finished one with --force.",
        });
      }
      assertWritable(next);
      return draftIn(next, input, { seeds, backend, now });
    },
    list: (filter = {}) => listIn(root, filter),
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

function listIn(root: string, filter: ListFilter): Artifact[] {
  const wanted = (names: string[], only: string | undefined) =>
    names.filter((name) => only === undefined || name === only).sort(compareNames);
  return wanted(namesIn(root), filter.kind).flatMap((kind) =>
    wanted(namesIn(join(root, kind)), filter.case).flatMap((name) =>
      namesIn(join(root, kind, name))
        .map((address) => join(root, kind, name, address))
        .filter((folder) => existsSync(join(folder, RESULT_FILE)))
        .map((folder) => readArtifact(folder))
        .sort((a, b) => compareText(a.provenance.startedAt, b.provenance.startedAt)),
    ),
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Throws `E_OUTPUT` unless the folder, or the nearest one above that exists, can be written. */
function assertWritable(folder: string): void {
  let existing = resolve(folder);
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing);
  try {
    if (!statSync(existing).isDirectory()) {
      throw Object.assign(new Error(`${existing} is a file`), { code: "ENOTDIR" });
    }
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw outputError(existing, error);
  }
}
