import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { InterpBenchError } from "../../errors/index.ts";
import { type Artifact, parseArtifact, RESULT_FILE, sha256 } from "../../store/index.ts";
import type { JobContext } from "../context.ts";
import { beginOrFind } from "../run-job.ts";
import type { Shipment } from "./messages.ts";

const keyOf = (hash: string) => `interpbench:file:${hash}`;

/** Seconds that files lie in Redis: whoever asks late has the job done again, which finds its result. */
const KEPT = 24 * 3600;

/** Puts the files of an artefact into Redis, by their hashes. */
export async function ship({ folder, provenance }: Artifact, redis: Redis): Promise<Shipment> {
  const hashes: Record<string, string> = {};
  for (const name of [...Object.keys(provenance.files), RESULT_FILE]) {
    const bytes = readFileSync(join(folder, name));
    hashes[name] = sha256(bytes);
    await redis.set(keyOf(hashes[name]), bytes, "EX", KEPT);
  }
  return hashes;
}

/**
 * Fetches the files of a shipment, by name. `E_QUEUE` if one has gone, or is not what it should be.
 */
export async function fetchShipment(
  shipment: Shipment,
  redis: Redis,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const [name, hash] of Object.entries(shipment)) {
    const bytes = await redis.getBuffer(keyOf(hash));
    if (bytes === null || sha256(bytes) !== hash) {
      throw new InterpBenchError("E_QUEUE", "a file of a result is not there any more", {
        at: name,
        expected: `bytes with the SHA-256 ${hash}`,
        received: bytes === null ? "nothing" : "others",
      });
    }
    files.set(name, bytes);
  }
  return files;
}

/** The artefact of these files in the store of a context, where it is written unless it is there already. */
export async function takeOver(
  files: ReadonlyMap<string, Uint8Array>,
  context: JobContext,
  again: boolean,
): Promise<Artifact> {
  const content = files.get(RESULT_FILE) ?? new Uint8Array();
  const { kind, case: id, config, backend } = parseArtifact(content, RESULT_FILE).provenance;
  const input = { kind, case: id, config, backend: backend ?? undefined };
  const { finished, draft } = await beginOrFind(context, again, input, {}, `${kind} ${id}`);
  if (draft === undefined) return finished;
  try {
    for (const [name, bytes] of files) if (name !== RESULT_FILE) draft.write(name, bytes);
    return draft.adopt(content);
  } finally {
    draft.release();
  }
}
