/**
 * @file Work whose result is kept: a job has an address made of all that decides its result, is found
 * again when it is finished, goes on where it was stopped, and tells how far it is. Jobs run here or on
 * threads, to which only plain data crosses.
 *
 * May import: errors … models. Runs in Node only.
 */
export type { JobCheckpoint } from "./checkpoint.ts";
export { type JobContext, pathBelow } from "./context.ts";
export { errorDocument, type JsonDocument, schemaName, withSchema } from "./document.ts";
export { type EngineChoice, shareThreads } from "./engine.ts";
export {
  Interrupted,
  type InterruptHandlers,
  interruptHandlers,
  untilInterrupted,
} from "./interrupt.ts";
export {
  type DoneJob,
  inputOf,
  type Job,
  type JobInput,
  type JobPlan,
  type JobSettings,
  type RunningJob,
  runJob,
} from "./run-job.ts";
export { sideBySide } from "./side-by-side.ts";
export {
  type Errand,
  type ErrorData,
  errorData,
  errorOf,
  type Order,
  type Report,
  type WorkerThread,
} from "./workers/messages.ts";
export { type WorkerPool, workerPool } from "./workers/pool.ts";
export { type Port, serveOrders, type Tasks, type WorkerSurroundings } from "./workers/serve.ts";
