import type { z } from "zod";
import type { Backend } from "../engine/index.ts";
import type { InterpBenchError } from "../errors/index.ts";
import { checkSchema } from "../formats/index.ts";
import type { JobOptions, ProgressJob } from "../report/index.ts";
import type { ArtifactDraft } from "../store/index.ts";
import type { JobCheckpoint } from "./checkpoint.ts";
import type { JobContext } from "./context.ts";
import type { JsonDocument } from "./document.ts";
import type { Plan, Subject } from "./plan.ts";

/** Work of one kind: how its plans are prepared and done. */
export interface JobKind {
  /** Names the results folder and the documents: `train-iit` gives `interpbench/train-iit@1`. */
  readonly name: string;
  /** What progress calls its jobs: `train iit`. */
  readonly title: string;
  /** Whether it runs tensor programs, whose bits depend on the backend. */
  readonly usesEngine: boolean;
  /** Finds out what a plan comes to, reading all it needs. Its errors are failures of this job alone. */
  prepare(plan: Plan, context: PrepareContext): Promise<PreparedWork>;
  /** What a result has to confess: work that ended without what it was for. */
  readonly failure?: ((document: JsonDocument) => InterpBenchError | undefined) | undefined;
}

/** What surrounds the preparation of a job. */
export interface PrepareContext extends JobContext {
  /** What progress calls the jobs of the kind. */
  readonly title: string;
}

/** A plan whose options are checked and complete. */
export interface CheckedPlan<Config> {
  readonly subject: Subject;
  readonly config: Config;
  readonly parents: readonly string[];
}

/** Work that is known in full, before it is done: the same work always has the same artefact. */
export interface PreparedWork {
  /** The id of its case, or what stands for it. Names the results folder. */
  readonly case: string;
  /** Everything that decides the result, in full; contents instead of the names of files. */
  readonly config: object;
  /** What it is made from, as the store names it. Recorded in the provenance. Default none. */
  readonly parents?: readonly string[];
  /** Recorded in the provenance. Default none. */
  readonly seeds?: Readonly<Record<string, number>>;
  /**
   * Does the work and returns the document as it is stored, in which nothing depends on the clock or
   * on names of files; other files go to `job.draft`.
   */
  run(job: RunningJob): Promise<JsonDocument>;
}

/** What a running job is handed. */
export interface RunningJob {
  /** What progress calls it: `train iit 3`. */
  readonly name: string;
  readonly draft: ArtifactDraft;
  readonly checkpoint: JobCheckpoint;
  readonly signal: AbortSignal;
  /** Runs work on the plan's engine, whose backend is the one that the address names. */
  withBackend<T>(work: (backend: Backend) => Promise<T>): Promise<T>;
  /** Starts the job's progress line. */
  begin(
    unit: string,
    total: number | undefined,
    options?: Pick<JobOptions, "done" | "mayEndEarly">,
  ): ProgressJob;
  readonly context: JobContext;
}

/** How a kind of work is written down. */
export interface KindDefinition<Config extends z.ZodType>
  extends Pick<JobKind, "name" | "title" | "failure"> {
  /** Default true. */
  readonly usesEngine?: boolean;
  /** The options, with their defaults. */
  readonly config: Config;
  prepare(plan: CheckedPlan<z.output<Config>>, context: PrepareContext): Promise<PreparedWork>;
}

/**
 * Makes a kind of work of its definition. Options of a plan that are not as the schema says are the
 * error `E_PLAN`.
 *
 * ```ts
 * const square = defineKind({
 *   name: "square",
 *   title: "square",
 *   usesEngine: false,
 *   config: z.strictObject({ x: z.number() }),
 *   prepare: async ({ config }) => ({
 *     case: "numbers",
 *     config,
 *     run: async () => ({ square: config.x ** 2 }),
 *   }),
 * });
 * ```
 */
export function defineKind<Config extends z.ZodType>(definition: KindDefinition<Config>): JobKind {
  const { name, title, usesEngine = true, config: schema, failure } = definition;
  return {
    name,
    title,
    usesEngine,
    failure,
    prepare({ subject, config = {}, parents = [] }, context) {
      const checked = checkSchema(schema, config, "E_PLAN", `the options of ${name}`);
      return definition.prepare({ subject, config: checked, parents }, context);
    },
  };
}
