import { caseDiscoveryTask, type DiscoveryTask, discoveryKey } from "../../discovery/index.ts";
import type { Backend } from "../../engine/index.ts";
import { promptsTask } from "../../formats/index.ts";
import { type FittingModel, promptsInIds } from "../../models/index.ts";
import type { Subject } from "../plan.ts";

/** Which inputs of a case, where it is not prompts. */
export interface InputChoice {
  readonly dataSize: number;
  readonly corruption?: string | undefined;
  readonly seed: number;
}

/** The inputs that a circuit is looked for on, and measured on. */
export interface TaskInputs {
  /** What decides them, for addresses. */
  readonly data: object;
  /** The task of the model on them; targets of a case are computed on the backend. */
  taskOn(backend: Backend): DiscoveryTask;
}

/** The inputs of a plan: the prompts that its subject has, or else those of its case. */
export async function taskInputs(
  subject: Subject,
  { case_, transformer }: Pick<FittingModel, "case_" | "transformer">,
  { dataSize, corruption, seed }: InputChoice,
): Promise<TaskInputs> {
  const { prompts } = subject;
  if (prompts !== undefined) {
    const content = await promptsInIds(prompts, { case_, config: transformer.config });
    return { data: content, taskOn: () => promptsTask(content, transformer, prompts.file) };
  }
  const key = discoveryKey(seed);
  return {
    data: { dataSize, ...(corruption === undefined ? {} : { corruption }) },
    taskOn: (backend) =>
      caseDiscoveryTask(case_!, transformer, { key, size: dataSize, corruption, backend }),
  };
}
