/**
 * @file The engine's part that needs Node: the native backend, choosing a backend by name, and checking
 * whether those that are there compute what they should.
 *
 * May import: `errors/`, and the rest of `engine/`.
 */
export type { BackendIdentity } from "./identity.node.ts";
export { hasNativeKernels } from "./native/host.node.ts";
export { addonPath } from "./native/location.node.ts";
export {
  BACKEND_CHOICES,
  type BackendChoice,
  type BackendOptions,
  nativeBackend,
  openBackend,
  resolveBackend,
} from "./open.node.ts";
export {
  type BackendCheck,
  type BackendEntry,
  backendEntries,
  checkBackend,
  nativeAbsence,
} from "./self-check.node.ts";
