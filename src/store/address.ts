import { createHash } from "node:crypto";
import { canonicalJson } from "./json.ts";
import { assertFolderName } from "./names.ts";

/**
 * The version of what result files mean. It is part of every address: a release that would write
 * something else for the same configuration raises it, and never finds the old results.
 */
export const RESULTS_SCHEMA = 1;

/** Hex digits of an address: 48 bits, a clash among a million artefacts has probability 0.002. */
const ADDRESS_DIGITS = 12;

/** Everything that decides an artefact's content. */
export interface AddressInput {
  /** What was done: `siit`, `acdc`, `node-effects`. Names the folder. */
  readonly kind: string;
  /** The case it was done to: `3`, `ioi`. Names the folder. */
  readonly case: string;
  /** The configuration in full, with all defaults and the seed. */
  readonly config: object;
  /** Addresses of the artefacts this one is made from (the trained model, …), in a fixed order. */
  readonly parents?: readonly string[];
}

/**
 * The content address: the first 12 hex digits of SHA-256 over the canonical JSON of
 * `{kind, case, config, parents, resultsSchema}`.
 *
 * `E_NAME` if kind or case cannot be a folder's name, `E_JSON` if the configuration is no JSON.
 */
export function addressOf(input: AddressInput): string {
  assertFolderName("kind", input.kind);
  assertFolderName("case", input.case);
  const text = canonicalJson({
    kind: input.kind,
    case: input.case,
    config: input.config,
    parents: input.parents ?? [],
    resultsSchema: RESULTS_SCHEMA,
  });
  return createHash("sha256").update(text).digest("hex").slice(0, ADDRESS_DIGITS);
}
