import { canonicalJson } from "../formats/index.ts";
import { assertFolderName } from "./names.ts";
import { sha256 } from "./sha256.ts";

/**
 * The version of what result files mean. It is part of every address: a release that would write
 * something else for the same configuration raises it, and never finds the old results.
 */
export const RESULTS_SCHEMA = 2;

/** Hex digits of an address: 48 bits, a clash among a million artefacts has probability 0.002. */
const ADDRESS_DIGITS = 12;

/** Which arithmetic a result was computed with; other arithmetic gives other bits. */
export interface BackendFacts {
  /** `native`, `wasm`, `reference`; never `auto`. */
  readonly name: string;
  /** The build of it, as far as it decides the bits. */
  readonly variant: string;
}

/** Everything that decides an artefact's content. */
export interface AddressInput {
  /** What was done: `siit`, `acdc`, `node-effects`. Names the folder. */
  readonly kind: string;
  /** The case it was done to: `3`, `ioi`. Names the folder. */
  readonly case: string;
  /**
   * The configuration in full, with all defaults and the seed, and the content (or its hash) of all
   * that is read: models, data, programs. No names of files, which decide nothing.
   */
  readonly config: object;
  /** What executes tensor programs, if the content depends on it. */
  readonly backend?: BackendFacts | undefined;
}

/**
 * The content address: the first 12 hex digits of SHA-256 over the canonical JSON of
 * `{kind, case, config, backend, resultsSchema}`.
 *
 * `E_NAME` if kind or case cannot be a folder's name, `E_JSON` if the configuration is no JSON.
 */
export function addressOf(input: AddressInput): string {
  assertFolderName("kind", input.kind);
  assertFolderName("case", input.case);
  const { kind, case: name, config, backend } = input;
  const decisive = { kind, case: name, config, backend, resultsSchema: RESULTS_SCHEMA };
  return sha256(canonicalJson(decisive)).slice(0, ADDRESS_DIGITS);
}
