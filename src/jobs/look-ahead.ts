import type { BackendIdentity } from "../engine/index.node.ts";
import type { ChainedJob } from "./chain.ts";
import { type JobContext, pathBelow } from "./context.ts";
import { type Plan, withoutAdvice, withParents } from "./plan.ts";
import { preparePlan, type RunOptions } from "./run-job.ts";

/** What doing a plan would come to. */
export interface PlannedJob {
  readonly kind: string;
  /** The id of its case. */
  readonly case: string;
  readonly action: "do" | "do again" | "reuse";
  /** Not known as long as something that it is made from is not there; nor is the configuration. */
  readonly folder: string | undefined;
  readonly config: object | undefined;
  readonly backend: BackendIdentity | undefined;
  /** What any program can run (`docs/jobs.md`). */
  readonly plan: Plan;
}

/**
 * What doing a job would come to, behind what has to be done before it. Does nothing: what would have to
 * be downloaded is an error. Throws what {@link preparePlan} throws, after what is known before that.
 */
export async function* lookAhead(
  { case: id, plan, before = {} }: ChainedJob,
  context: JobContext,
  { force = false, kinds }: RunOptions = {},
): AsyncGenerator<PlannedJob> {
  const around = { ...context, hub: { ...context.hub, isOffline: true } };
  const look = async (next: Plan) => {
    const { input } = await preparePlan(next, around, kinds === undefined ? {} : { kinds });
    const { store, folder } = around;
    const finished = store.find(input);
    const planned: PlannedJob = {
      kind: next.kind,
      case: id,
      action: finished === undefined ? "do" : force ? "do again" : "reuse",
      folder: pathBelow(store.folderOf(input), folder),
      config: input.config,
      backend: input.backend,
      plan: withoutAdvice(next),
    };
    return { planned, name: finished && !force ? store.nameOf(finished) : undefined };
  };
  const names = new Map<string, string | undefined>();
  for (const [alias, first] of Object.entries(before)) {
    const { planned, name } = await look(first);
    yield planned;
    names.set(alias, name);
  }
  if ([...names.values()].includes(undefined)) {
    const unknown = { folder: undefined, config: undefined, backend: undefined };
    yield { kind: plan.kind, case: id, action: "do", ...unknown, plan: withoutAdvice(plan) };
  } else {
    yield (await look(withParents(plan, (name) => names.get(name) ?? name))).planned;
  }
}
