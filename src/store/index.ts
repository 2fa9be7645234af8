/**
 * @file Where results live: a content-addressed folder of readable files that no run ever deletes
 * or overwrites.
 *
 * `results/<kind>/<case>/<hash>/` holds `result.json` (written last: it is the artefact's own
 * completion record), `circuit.json`, weights and figures. The hash is taken over everything that
 * decides the content, so the same job finds its own result again, finished or half done. One
 * process at a time works on an artefact; what a killed one leaves is taken up by the next.
 * Runs in Node only. May import: errors … formats. Idea: git and Nix stores, with names a person
 * can read around the hash.
 */
export { type AddressInput, addressOf, type BackendFacts, RESULTS_SCHEMA } from "./address.ts";
export { type Artifact, contentOf, parseArtifact, RESULT_FILE } from "./artifact.ts";
export { publishFile, writeFileAtomic } from "./atomic.ts";
export type { CheckpointContent, CheckpointSlot } from "./checkpoint.ts";
export { type Claim, claim } from "./claim.ts";
export { type ArtifactDraft, makeFolder } from "./draft.ts";
export { storeId } from "./identity.ts";
export { compareNames } from "./names.ts";
export { writeOutput } from "./output.ts";
export {
  type FileFacts,
  type HostFacts,
  hostFacts,
  type Provenance,
  packageVersion,
} from "./provenance.ts";
export { readWithin } from "./read-within.ts";
export { sha256 } from "./sha256.ts";
export {
  type BeginOptions,
  type ListFilter,
  openStore,
  type Store,
} from "./store.ts";
