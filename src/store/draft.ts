import { existsSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { InterpBenchError } from "../errors/index.ts";
import { canonicalJson, formatJson } from "../formats/index.ts";
import { type AddressInput, addressOf, RESULTS_SCHEMA } from "./address.ts";
import {
  type Artifact,
  broken,
  factsOf,
  parseArtifact,
  RESULT_FILE,
  readArtifact,
} from "./artifact.ts";
import { codeOf, outputError, publishFile, writeFileAtomic } from "./atomic.ts";
import {
  type CheckpointSlot,
  checkpointSlot,
  isCheckpointName,
  removeCheckpoints,
} from "./checkpoint.ts";
import { assertFolderName } from "./names.ts";
import { type FileFacts, hostFacts, type Provenance, packageVersion } from "./provenance.ts";

/** An artefact being made, by this process alone. */
export interface ArtifactDraft {
  readonly address: string;
  readonly folder: string;
  /** Where the job keeps its state between interruptions. */
  readonly checkpoint: CheckpointSlot;
  /**
   * Writes a file, atomically, replacing the one an interrupted run left. `name` may have folders
   * (`figures/roc.json`). `E_NAME` for `result.json` and `checkpoint.*`, `E_FINISHED` after
   * {@link finish}.
   */
  write(name: string, content: string | Uint8Array): void;
  /**
   * Completes the artefact: writes `result.json` = the document with its provenance, then removes
   * the checkpoints and gives up the claim. A result that is there already is never replaced.
   */
  finish(document: Readonly<Record<string, unknown>>): Artifact;
  /**
   * Completes the artefact as another store has it: with its `result.json`, byte by byte, when its files are written.
   * `E_ARTIFACT` if it is of other work, or does not name these files.
   */
  adopt(result: Uint8Array): Artifact;
  /** Lets others make the artefact: files and checkpoints stay. After {@link finish}, nothing. */
  release(): void;
}

/** What a draft records about itself, and whom it tells. */
export interface DraftFacts {
  readonly seeds: Readonly<Record<string, number>>;
  readonly parents: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProblem: (problem: InterpBenchError) => void;
  /** Gives up the claim. */
  readonly release: () => void;
}

/** Makes a folder and those above it, one by one: Node's own recursion never ends in `/proc`. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    const madeByAnother = codeOf(error) === "EEXIST";
    const at = codeOf(error) === "ENAMETOOLONG" ? path : dirname(path);
    if (!madeByAnother) throw outputError(at, error);
  }
}

/** The draft of `input` in `folder`, which exists and is claimed. */
export function draftIn(folder: string, input: AddressInput, facts: DraftFacts): ArtifactDraft {
  const address = addressOf(input);
  const startedAt = facts.now();
  const usedBefore = process.cpuUsage();
  const files: Record<string, FileFacts> = {};
  const state = { isFinished: false };
  const release = () => {
    facts.release();
    // With those of its case and kind, where it is alone.
    for (const path of [folder, dirname(folder), dirname(dirname(folder))]) removeIfEmpty(path);
  };
  const complete = (result: string | Uint8Array): Artifact => {
    publishFile(join(folder, RESULT_FILE), result);
    state.isFinished = true;
    removeCheckpoints(folder);
    release();
    return readArtifact(folder);
  };
  return {
    address,
    folder,
    checkpoint: checkpointSlot(folder, address, facts.onProblem),
    write(name, content) {
      assertFileName(name);
      if (state.isFinished) {
        throw new InterpBenchError("E_FINISHED", "a finished artefact is never written to", {
          at: join(folder, name),
        });
      }
      const path = join(folder, name);
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      makeFolder(dirname(path));
      writeFileAtomic(path, bytes);
      files[name] = factsOf(bytes);
    },
    finish(document) {
      const { user, system } = process.cpuUsage(usedBefore);
      const provenance: Provenance = {
        package: "interpbench",
        version: packageVersion(),
        resultsSchema: RESULTS_SCHEMA,
        kind: input.kind,
        case: input.case,
        address,
        // As it is hashed: what is not defined is not there.
        config: JSON.parse(canonicalJson(input.config)),
        seeds: facts.seeds,
        backend: input.backend ?? null,
        parents: facts.parents,
        files,
        startedAt: new Date(startedAt).toISOString(),
        seconds: (facts.now() - startedAt) / 1000,
        processorSeconds: (user + system) / 1e6,
        host: hostFacts(),
      };
      return complete(formatJson({ ...document, provenance }));
    },
    adopt(result) {
      const { provenance } = parseArtifact(result, RESULT_FILE);
      const made = canonicalJson({ address: provenance.address, files: provenance.files });
      const expected = canonicalJson({ address, files });
      if (made !== expected) throw broken(RESULT_FILE, made, undefined, expected);
      return complete(result);
    },
    release,
  };
}

function removeIfEmpty(folder: string): void {
  try {
    if (readdirSync(folder).length === 0) rmdirSync(folder);
  } catch {
    // An empty folder that stays behind keeps nobody from working.
  }
}

function assertFileName(name: string): void {
  for (const part of name.split("/")) assertFolderName("file", part);
  if (name !== RESULT_FILE && !isCheckpointName(name)) return;
  throw new InterpBenchError("E_NAME", `"${name}" is reserved`, {
    hint: "The store writes result.json and checkpoint.* itself.",
  });
}
