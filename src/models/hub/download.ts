import { createHash, type Hash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InterpBenchError } from "../../errors/index.ts";
import { type Claim, claim } from "../../store/index.ts";
import type { CachedRepository } from "./cache.ts";
import type { HubClient, HubFile } from "./client.ts";

/** Options of {@link download}. */
export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Is told how many bytes of the file are here. */
  readonly onBytes?: (bytes: number) => void;
  /** Bytes that are asked for at a time; what has come is kept in these steps. Default 4 MiB. */
  readonly step?: number;
}

const STEP = 4 * 2 ** 20;

/** How often one looks whether another process has the file, in milliseconds. */
const LOOK_INTERVAL = 200;

/**
 * Downloads the content of a file into the cache, unless it is there: in steps, going on where an
 * earlier attempt was stopped. The content has the hash that the hub says, or does not come into the
 * cache. Two processes that want one file do not load it twice.
 *
 * @returns how many bytes were downloaded
 * @throws InterpBenchError `E_HUB`: what the client throws, and a content of another hash
 */
export async function download(
  file: HubFile,
  cached: CachedRepository,
  client: Pick<HubClient, "read">,
  options: DownloadOptions,
): Promise<number> {
  const blob = cached.blob(file.hash);
  mkdirSync(dirname(blob), { recursive: true });
  const lock = await claimed(blob, options.signal);
  try {
    if (existsSync(blob)) return 0;
    const partial = `${blob}.incomplete`;
    const before = sizeOf(partial);
    let loaded = await append(file, partial, client, options);
    let hash = await hashOfFile(partial, file);
    if (hash !== file.hash && before > 0) {
      // What was left may be of another file, or damaged.
      rmSync(partial);
      loaded = await append(file, partial, client, options);
      hash = await hashOfFile(partial, file);
    }
    if (hash !== file.hash) {
      rmSync(partial);
      throw new InterpBenchError(
        "E_HUB",
        "a file of the hub does not have the hash it should have",
        {
          at: file.path,
          expected: file.hash,
          received: hash,
          hint: "It was damaged on the way or changed; nothing of it is kept. Try again.",
        },
      );
    }
    renameSync(partial, blob);
    return loaded;
  } finally {
    lock.release();
  }
}

/** Loads what is missing behind what is there, and returns how many bytes that were. */
async function append(
  file: HubFile,
  partial: string,
  client: Pick<HubClient, "read">,
  { signal, onBytes, step = STEP }: DownloadOptions,
): Promise<number> {
  if (sizeOf(partial) > file.bytes) rmSync(partial);
  const first = sizeOf(partial);
  const handle = await open(partial, "a");
  try {
    for (let start = first; start < file.bytes; start += step) {
      signal.throwIfAborted();
      const end = Math.min(start + step, file.bytes);
      await handle.appendFile(await client.read(file, start, end));
      onBytes?.(end);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return file.bytes - first;
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The hash of the kind that the hub gives: SHA-256, or Git's of a blob. */
async function hashOfFile(path: string, { hash, bytes }: HubFile): Promise<string> {
  const digest: Hash = createHash(hash.length === 64 ? "sha256" : "sha1");
  if (hash.length !== 64) digest.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest("hex");
}

/** Waits for the right to write a blob. */
async function claimed(blob: string, signal: AbortSignal): Promise<Claim> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return claim(blob);
    } catch (error) {
      if (!(error instanceof InterpBenchError) || error.code !== "E_BUSY") throw error;
    }
    await sleep(LOOK_INTERVAL, undefined, { signal }).catch(() => {});
  }
}
