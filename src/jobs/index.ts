/**
 * @file Work as data: a plan says what is to be done, to what, with which options. It has an address
 * made of all that decides its result, is found again when it is finished, goes on where it was
 * stopped, and tells how far it is. Plans can be made from each other's results (a graph), and run
 * here, on threads or on other machines, to which only plain data crosses.
 *
 * May import: errors … models. Runs in Node only.
 */

export {
  type ArrayJob,
  arrayJobOptions,
  type ContainerArrayJob,
  containerOptions,
  kubernetesManifest,
  slurmScript,
} from "./array-jobs.ts";
export { type ChainedJob, graphOfChains, partOfChains } from "./chain.ts";
export type { JobCheckpoint } from "./checkpoint.ts";
export { type ContextOptions, type JobContext, jobContext, pathBelow } from "./context.ts";
export { errorDocument, type JsonDocument, schemaName, withSchema } from "./document.ts";
export { type EngineChoice, shareThreads } from "./engine.ts";
export { type GraphOptions, type JobGraph, type JobOutcome, runGraph } from "./graph.ts";
export { checkInstallation, type Installation } from "./installation.ts";
export {
  Interrupted,
  type InterruptHandlers,
  interruptHandlers,
  untilInterrupted,
} from "./interrupt.ts";
export {
  type CheckedPlan,
  defineKind,
  type JobKind,
  type KindDefinition,
  type PrepareContext,
  type PreparedWork,
  type RunningJob,
} from "./kind.ts";
export type { Contestant, Protocol, PublishedNumber, RunNumbers } from "./leaderboard/protocol.ts";
export { contestantsOf, PROTOCOLS, protocolOf } from "./leaderboard/protocols.ts";
export {
  type LeaderboardOptions,
  type LeaderboardOutcome,
  runLeaderboard,
} from "./leaderboard/run.ts";
export {
  type LeaderboardCase,
  type LeaderboardRequest,
  type LeaderboardRun,
  leaderboardRuns,
} from "./leaderboard/runs.ts";
export { lookAhead, type PlannedJob } from "./look-ahead.ts";
export { type Plan, parsePlan, type Subject, withParents } from "./plan.ts";
export { auditOptions } from "./plans/audit.ts";
export type { AuditDocument } from "./plans/audit-document.ts";
export {
  type CircuitDiscovery,
  type CircuitSettings,
  circuitDiscovery,
  circuitSettingOptions,
} from "./plans/circuit-discovery.ts";
export { headWidthOptions, residualWidthOptions } from "./plans/compression.ts";
export {
  DEMO_CASE,
  DEMO_STEPS,
  type DemoDocument,
  type DemoStep,
  demoGraph,
} from "./plans/demo.ts";
export { discoveryKind, discoveryOptions } from "./plans/discover.ts";
export {
  type DiscoveryDocument,
  discoveryDocument,
  type PointDocument,
} from "./plans/discovery-document.ts";
export { discoveryPicture } from "./plans/discovery-picture.ts";
export { nodeEffectOptions } from "./plans/effects.ts";
export type { LeaderboardDocument } from "./plans/leaderboard-document.ts";
export { linearOptions } from "./plans/linear-compression.ts";
export { autoencoderOptions } from "./plans/non-linear-compression.ts";
export { REALISM_INPUTS, realismOptions } from "./plans/realism.ts";
export { scoreOptions } from "./plans/score.ts";
export type { ScoreDocument } from "./plans/score-document.ts";
export type { StudyDocument } from "./plans/study-document.ts";
export { numSamplesOption, TRAINING_INPUTS, trainingOptions } from "./plans/train.ts";
export type { TrainingDocument } from "./plans/training-document.ts";
export type { PluginAlgorithm, PluginPlace } from "./plugins/plugin.ts";
export { loadPlugins, pluginKind } from "./plugins/plugins.ts";
export { printedDocument } from "./printed.ts";
export { type QueueAddress, queueAddress } from "./queue/address.ts";
export { type JobQueue, type QueueOptions, withJobQueue } from "./queue/coordinator.ts";
export { type ServedJobs, type ServeOptions, serveQueue } from "./queue/worker.ts";
export { jobKinds } from "./registry.ts";
export {
  type DoneJob,
  type JobInput,
  type PreparedJob,
  preparePlan,
  type RunOptions,
  runPlan,
} from "./run-job.ts";
export { type PlannedRun, type RunAllOptions, runPart } from "./runs/run-all.ts";
export { itemsOfShard, parseShard, type Shard } from "./shard.ts";
export { runStudy, type StudyOptions, type StudyOutcome } from "./study/run.ts";
export { STUDIED_ALGORITHMS, type StudyRequest, type StudyRun, studyRuns } from "./study/runs.ts";
export { type StudyCase, studyCase } from "./study/study-case.ts";
export { auditText } from "./texts/audit.ts";
export { compilationText } from "./texts/compilation.ts";
export { compressionColumns, compressionText } from "./texts/compression.ts";
export { demoText } from "./texts/demo.ts";
export { type DemoStory, demoStory } from "./texts/demo-story.ts";
export { discoveryColumns, discoveryText, type PrintedDiscovery } from "./texts/discovery.ts";
export type { Naming } from "./texts/discovery-notes.ts";
export { nodeEffectsText } from "./texts/effects.ts";
export { type Failure, failuresDocument, failuresText } from "./texts/failures.ts";
export { installationText } from "./texts/installation.ts";
export {
  leaderboardText,
  type PrintedLeaderboard,
} from "./texts/leaderboard.ts";
export { partText } from "./texts/part.ts";
export { plannedText } from "./texts/planned.ts";
export { type DemoStages, type PrintedDemo, printedDemo } from "./texts/printed-demo.ts";
export { realismText } from "./texts/realism.ts";
export { scoreText } from "./texts/score.ts";
export { type PrintedStudy, studyText } from "./texts/study.ts";
export { type TrainingWords, trainingColumns, trainingText } from "./texts/training.ts";
export { zooColumns, zooPage, zooRow, zooText } from "./texts/zoo.ts";
export { jobThreads } from "./threads.ts";
export { jobTasks } from "./workers/job-task.ts";
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
export { buildZoo, type ZooOptions, type ZooOutcome } from "./zoo/build.ts";
export type { ZooWork } from "./zoo/plans.ts";
export { type VerifyOptions, verifyZoo, verifyZooModel } from "./zoo/verify.ts";
