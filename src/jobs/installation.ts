import {
  type BackendCheck,
  backendEntries,
  checkBackend,
  openBackend,
} from "../engine/index.node.ts";
import { type HostFacts, hostFacts, packageVersion } from "../store/index.ts";

/** What a machine offers, and whether every backend computes what it should. */
export interface Installation extends HostFacts {
  /** Of this package. */
  readonly version: string;
  /** The backend that `auto` takes; `none` if that fails. */
  readonly active: string;
  readonly backends: readonly BackendCheck[];
}

/** Looks at this machine: a small tensor program runs on every backend that is there. */
export async function checkInstallation(): Promise<Installation> {
  const host = hostFacts();
  const backends = await Promise.all((await backendEntries()).map(checkBackend));
  return { version: packageVersion(), ...host, active: await activeBackend(), backends };
}

async function activeBackend(): Promise<string> {
  try {
    const backend = await openBackend("auto");
    const { name } = backend;
    backend.dispose();
    return name;
  } catch {
    return "none";
  }
}
