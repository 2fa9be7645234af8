import type * as z from "zod/mini";
import { InterpBenchError, type ObjectSchema } from "../../errors/index.ts";
import { type Ablation, assertAblation, assertCorrupted } from "../../interventions/index.ts";
import { type LossName, lossAnswers } from "../task/losses.ts";
import { type DiscoveryTask, keptTargets, type TargetName } from "../task/task.ts";

/** What an algorithm needs of a task, under some options. */
export interface TaskNeeds {
  /** The loss it looks at: needs the answers that the loss compares with. */
  readonly loss?: LossName | undefined;
  /** Further answers, each with what needs it: `{ foils: 'the algorithm "dla"' }`. */
  readonly answers?: { readonly [T in TargetName]?: string };
  /** What cut edges or nodes carry: may need corrupted inputs. */
  readonly ablation?: Ablation;
  /** The fewest blocks for which it, or one of its options, makes sense, and how to do without. */
  readonly blocks?: { readonly atLeast: number; readonly option?: string; readonly hint: string };
  /** Whether it looks at corrupted inputs, whatever cut edges carry. */
  readonly corruptedInputs?: boolean;
}

/** What an algorithm needs. */
export interface Needs<Options extends ObjectSchema = ObjectSchema> {
  /** Gradients of a loss: a backward pass. Default: runs are enough. */
  readonly gradients?: boolean;
  /** The true circuit, to be compared with: nobody else is told. */
  readonly truth?: boolean;
  /** The names of the ablations that it can make. Default: all. */
  readonly ablations?: readonly string[];
  /** What has to be there under some options. */
  readonly of?: (options: z.output<Options>, task: DiscoveryTask) => TaskNeeds;
}

/**
 * Throws where a task does not have what an algorithm needs of it: `E_TASK` for answers, corrupted
 * inputs or a truth that are missing, with their key in files; `E_LOSS` for a loss that is for other outputs;
 * `E_OPTION` for an ablation that the algorithm does not make, or a model with too few blocks.
 */
export function assertNeeds<Options extends ObjectSchema>(
  name: string,
  { ablations, truth = false, of }: Needs<Options>,
  options: z.output<Options>,
  task: DiscoveryTask,
): void {
  const { loss, answers, ablation, blocks, corruptedInputs = false } = of?.(options, task) ?? {};
  const algorithm = `the algorithm "${name}"`;
  const { nLayers } = task.transformer.config;
  if (blocks !== undefined && nLayers < blocks.atLeast) {
    throw new InterpBenchError("E_OPTION", `${algorithm} needs more blocks than the model has`, {
      at: blocks.option,
      expected: `at least ${blocks.atLeast} blocks`,
      received: String(nLayers),
      hint: blocks.hint,
    });
  }
  if (ablation !== undefined) {
    if (ablations !== undefined && !ablations.includes(ablation.name)) {
      throw new InterpBenchError("E_OPTION", `${algorithm} cannot make this ablation`, {
        at: "ablation",
        expected: ablations.join(" or "),
        received: ablation.name,
      });
    }
    assertAblation(task, ablation);
  }
  if (truth && task.truth === undefined) {
    throw new InterpBenchError("E_TASK", `${algorithm} needs the true circuit`, {
      at: "truth",
      expected: "a circuit of heads and MLPs",
      received: "nothing",
      hint: "A folder's model has one in circuit.json, a case of the catalogue by -i.",
    });
  }
  if (corruptedInputs) assertCorrupted(task, algorithm);
  const wanted = { ...(loss === undefined ? {} : lossAnswers(task, loss)), ...answers };
  for (const [table, neededBy] of Object.entries(wanted)) {
    keptTargets(task, table as TargetName, neededBy);
  }
}
