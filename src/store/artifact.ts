import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InterpBenchError } from "../errors/index.ts";
import { type AddressInput, addressOf, RESULTS_SCHEMA } from "./address.ts";
import { outputError, publishFile, writeFileAtomic } from "./atomic.ts";
import {
  type CheckpointSlot,
  checkpointSlot,
  isCheckpointName,
  removeCheckpoints,
} from "./checkpoint.ts";
import { canonicalJson, formatJson } from "./json.ts";
import { assertFolderName } from "./names.ts";
import { hostFacts, type Provenance, packageVersion } from "./provenance.ts";

/** A finished piece of work: a folder whose `result.json` exists. */
export interface Artifact {
  readonly folder: string;
  /** The document of `result.json`, without its provenance. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly provenance: Provenance;
}

/** An artefact being made. Nothing is written, not even the folder, before the first file is. */
export interface ArtifactDraft {
  readonly address: string;
  readonly folder: string;
  /**
   * Writes a file, atomically, replacing the one an interrupted run left. `name` may have folders
   * (`figures/roc.json`). `E_NAME` for `result.json` and `checkpoint.*`, `E_FINISHED` after
   * {@link finish}.
   */
  write(name: string, content: string | Uint8Array): void;
  /** Where the job keeps its state between interruptions; `extension` defaults to `json`. */
  checkpoint(extension?: string): CheckpointSlot;
  /**
   * Completes the artefact: writes `result.json` = the document with its provenance, then removes
   * the checkpoints. If another process finished the same artefact first, that one is returned.
   */
  finish(document: Readonly<Record<string, unknown>>): Artifact;
}

/** What a draft records about itself. */
export interface DraftFacts {
  readonly seeds: Readonly<Record<string, number>>;
  readonly backend: string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const RESULT_FILE = "result.json";

/** Makes a folder and those above it, one by one: Node's own recursion never ends in `/proc`. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    const madeByAnother = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!madeByAnother) throw outputError(path, error);
  }
}

/** The draft of `input` in `folder`. */
export function draftIn(folder: string, input: AddressInput, facts: DraftFacts): ArtifactDraft {
  const address = addressOf(input);
  const startedAt = facts.now();
  const state = { finished: false };
  return {
    address,
    folder,
    write(name, content) {
      assertFileName(name);
      if (state.finished) {
        throw new InterpBenchError("E_FINISHED", "a finished artefact is never written to", {
          at: join(folder, name),
        });
      }
      const path = join(folder, name);
      makeFolder(dirname(path));
      writeFileAtomic(path, content);
    },
    checkpoint: (extension = "json") => checkpointSlot(folder, extension, () => makeFolder(folder)),
    finish(document) {
      const provenance: Provenance = {
        package: "interpbench",
        version: packageVersion(),
        resultsSchema: RESULTS_SCHEMA,
        kind: input.kind,
        case: input.case,
        address,
        config: input.config,
        seeds: facts.seeds,
        parents: input.parents ?? [],
        startedAt: new Date(startedAt).toISOString(),
        seconds: (facts.now() - startedAt) / 1000,
        host: hostFacts(facts.backend),
      };
      const text = formatJson({ ...document, provenance });
      makeFolder(folder);
      publishFile(join(folder, RESULT_FILE), text);
      state.finished = true;
      removeCheckpoints(folder);
      return readArtifact(folder);
    },
  };
}

/**
 * The finished artefact in `folder`. `E_ARTIFACT` if its `result.json` is missing, unreadable, or
 * not one of ours; with `input`, also if it holds another configuration than its address says.
 */
export function readArtifact(folder: string, input?: AddressInput): Artifact {
  const path = join(folder, RESULT_FILE);
  const refuse = (received: string, cause?: unknown) =>
    new InterpBenchError("E_ARTIFACT", "a result cannot be read", {
      at: path,
      expected: "a JSON object with its provenance",
      received,
      hint: "The file was changed or damaged; move its folder away to make the result again.",
      cause,
    });
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
  if (typeof document !== "object" || document === null || !("provenance" in document)) {
    throw refuse("JSON without provenance");
  }
  const { provenance, ...result } = document;
  if (!isProvenance(provenance)) throw refuse("JSON with another provenance");
  if (input !== undefined && canonicalJson(provenance.config) !== canonicalJson(input.config)) {
    throw refuse("the result of another configuration");
  }
  return { folder, result, provenance };
}

function isProvenance(value: unknown): value is Provenance {
  if (typeof value !== "object" || value === null) return false;
  const has = (key: string, type: string) =>
    key in value && typeof (value as Record<string, unknown>)[key] === type;
  return (
    has("address", "string") &&
    has("kind", "string") &&
    has("case", "string") &&
    has("config", "object") &&
    has("startedAt", "string") &&
    has("parents", "object")
  );
}

function assertFileName(name: string): void {
  for (const part of name.split("/")) assertFolderName("file", part);
  if (name !== RESULT_FILE && !isCheckpointName(name)) return;
  throw new InterpBenchError("E_NAME", `"${name}" is reserved`, {
    hint: "The store writes result.json and checkpoint.* itself.",
  });
}
