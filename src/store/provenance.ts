import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InterpBenchError } from "../errors/index.ts";
import type { BackendFacts } from "./address.ts";

/** The machine a result was made on, as far as it can matter to the numbers or the speed. */
export interface HostFacts {
  /** Node's version, without the `v`. */
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  /** The processor's model name, or `unknown`. */
  readonly cpu: string;
  /** Processors this process may use. */
  readonly cores: number;
}

/** A file of an artefact: what it must be for the artefact to be whole. */
export interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

/** Where a result comes from: enough to make it again. Part of every `result.json`. */
export interface Provenance {
  readonly package: "interpbench";
  readonly version: string;
  readonly resultsSchema: number;
  readonly kind: string;
  readonly case: string;
  /** The content address of (kind, case, config, backend); a repeated run has the same. */
  readonly address: string;
  /** The configuration in full, defaults included. */
  readonly config: object;
  /** Every seed that was used, by what it seeds. */
  readonly seeds: Readonly<Record<string, number>>;
  /** What executed tensor programs; `null` if the content does not depend on it. */
  readonly backend: BackendFacts | null;
  /** The artefacts this one is made from: their folders below the results folder, `siit/3/0123456789ab-2`. */
  readonly parents: readonly string[];
  /** Every file beside `result.json`, by its name in the folder. */
  readonly files: Readonly<Record<string, FileFacts>>;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Wall-clock seconds of the run that finished it; an interrupted run's time is not counted. */
  readonly seconds: number;
  /** Processor seconds that the process took in that time, for this and for what it did beside it. */
  readonly processorSeconds: number;
  readonly host: HostFacts;
}

/** The facts about this machine; no host or user names. */
export function hostFacts(): HostFacts {
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
  };
}

/** The version of the installed package, read from its `package.json`. */
export function packageVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
      if (isManifest(manifest) && manifest.name === "interpbench") return manifest.version;
    }
    if (folder === dirname(folder)) {
      throw new InterpBenchError("E_INSTALL", "the package.json of interpbench is missing", {
        hint: "Install the package again.",
      });
    }
  }
}

function isManifest(value: unknown): value is { name: string; version: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "version" in value &&
    typeof value.version === "string"
  );
}
