import type { Backend, Buffer, Executable, Program } from "../engine/index.ts";

/** A backend whose buffers and programs are freed together. */
export interface Scope {
  /** The backend itself, for work that frees what it makes. */
  readonly backend: Backend;
  /** As `Backend.buffer`. */
  buffer: Backend["buffer"];
  load<O extends string>(program: Program<O>): Executable<O>;
  /** Frees one buffer before the others. */
  release(buffer: Buffer): void;
}

/** A scope that its owner ends. */
export interface OpenScope extends Scope {
  /** Frees whatever is left of what it made. */
  dispose(): void;
}

/** A scope for work without a fixed end, such as a page that runs circuits as they are chosen. */
export function openScope(backend: Backend): OpenScope {
  const owned = new Set<{ dispose(): void }>();
  const own = <D extends { dispose(): void }>(resource: D): D => {
    owned.add(resource);
    return resource;
  };
  return {
    backend,
    buffer: (...contents) => own(backend.buffer(...contents)),
    load: (program) => own(backend.load(program)),
    release: (buffer) => {
      if (owned.delete(buffer)) buffer.dispose();
    },
    dispose: () => {
      for (const resource of owned) resource.dispose();
      owned.clear();
    },
  };
}

/** Runs `work` with a scope; whatever it made is freed when it ends, also when it fails. */
export async function withScope<T>(
  backend: Backend,
  work: (scope: Scope) => T | Promise<T>,
): Promise<T> {
  const scope = openScope(backend);
  try {
    return await work(scope);
  } finally {
    scope.dispose();
  }
}
