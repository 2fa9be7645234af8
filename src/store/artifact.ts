import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { InterpBenchError, reasonOf } from "../errors/index.ts";
import { canonicalJson, isRecord } from "../formats/index.ts";
import { RESULTS_SCHEMA } from "./address.ts";
import { failureReason } from "./atomic.ts";
import type { FileFacts, Provenance } from "./provenance.ts";
import { sha256 } from "./sha256.ts";

/** A finished piece of work: a folder whose `result.json` exists. */
export interface Artifact {
  readonly folder: string;
  /** The document of `result.json`, without its provenance. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly provenance: Provenance;
}

export const RESULT_FILE = "result.json";

/**
 * The finished artefact in `folder`.
 *
 * `E_ARTIFACT` if its `result.json` is missing, unreadable, not one of ours or of another version,
 * and if one of its files is missing or is not what was written.
 */
export function readArtifact(folder: string): Artifact {
  const path = join(folder, RESULT_FILE);
  let content: Uint8Array;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw broken(path, reasonOf(error), error);
  }
  const parsed = parseArtifact(content, path);
  for (const [name, facts] of Object.entries(parsed.provenance.files)) {
    assertWhole(join(folder, name), facts);
  }
  return { folder, ...parsed };
}

/** What a `result.json` says; its files are not looked at. `E_ARTIFACT` as in {@link readArtifact}. */
export function parseArtifact(content: Uint8Array, path: string): Omit<Artifact, "folder"> {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder().decode(content));
  } catch (error) {
    throw broken(path, reasonOf(error), error);
  }
  if (!isRecord(document) || !("provenance" in document)) {
    throw broken(path, "JSON without provenance");
  }
  const { provenance, ...result } = document;
  if (schemaOf(provenance) !== RESULTS_SCHEMA) {
    throw broken(
      path,
      "a result of another version",
      undefined,
      `results schema ${RESULTS_SCHEMA}`,
    );
  }
  if (!isProvenance(provenance)) throw broken(path, "JSON with another provenance");
  return { result, provenance };
}

/** The SHA-256 of everything in an artefact but its provenance: the same for every repetition. */
export function contentOf({ result, provenance }: Artifact): string {
  return sha256(canonicalJson({ result, files: provenance.files }));
}

/** What a file must be. */
export function factsOf(bytes: Uint8Array): FileFacts {
  return { bytes: bytes.length, sha256: sha256(bytes) };
}

function assertWhole(path: string, facts: FileFacts): void {
  const expected = `${facts.bytes} bytes`;
  const read = <T>(how: () => T): T => {
    try {
      return how();
    } catch (error) {
      throw broken(path, failureReason(error), error, expected);
    }
  };
  const size = read(() => statSync(path, { throwIfNoEntry: false })?.size);
  if (size === undefined) throw broken(path, "no file", undefined, expected);
  if (size !== facts.bytes) throw broken(path, `${size} bytes`, undefined, expected);
  if (sha256(read(() => readFileSync(path))) !== facts.sha256) {
    throw broken(path, "other bytes", undefined, `those with the SHA-256 ${facts.sha256}`);
  }
}

/** The error for a stored result that counts for nothing. */
export function broken(
  at: string,
  received: string,
  cause?: unknown,
  expected = "a JSON object with its provenance",
): InterpBenchError {
  return new InterpBenchError("E_ARTIFACT", "a stored result cannot be used and is passed over", {
    at,
    expected,
    received,
    hint: "The command that made it makes it again, beside it.",
    cause,
  });
}

function schemaOf(provenance: unknown): unknown {
  return isRecord(provenance) ? provenance.resultsSchema : undefined;
}

function isProvenance(value: unknown): value is Provenance {
  if (!isRecord(value)) return false;
  const { address, kind, case: name, version, startedAt, config, parents, files } = value;
  return (
    [address, kind, name, version, startedAt].every((text) => typeof text === "string") &&
    isRecord(config) &&
    Array.isArray(parents) &&
    isRecord(files) &&
    Object.values(files).every(isFileFacts)
  );
}

const isFileFacts = (value: unknown) =>
  isRecord(value) && typeof value.bytes === "number" && typeof value.sha256 === "string";
