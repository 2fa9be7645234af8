import { type Backend, referenceBackend } from "./index.ts";

/** A backend that counts what is alive on it, and does its work on another one. */
export function countingBackend(inner = referenceBackend()): {
  readonly backend: Backend;
  /** Buffers and programs that are not disposed of. */
  readonly alive: () => number;
  /** Those that were ever made. */
  readonly made: () => number;
} {
  let [alive, made] = [0, 0];
  const counted = <D extends { dispose(): void }>(resource: D): D => {
    alive++;
    made++;
    // In its place, so that the backend knows it again.
    const dispose = resource.dispose.bind(resource);
    return Object.assign(resource, {
      dispose: () => {
        alive--;
        dispose();
      },
    });
  };
  const backend: Backend = {
    ...inner,
    buffer: (valuesOrLength) => counted(inner.buffer(valuesOrLength)),
    load: (program) => counted(inner.load(program)),
  };
  return { backend, alive: () => alive, made: () => made };
}
