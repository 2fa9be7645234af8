import type { AblationChoice } from "../algorithm/ablation-option.ts";
import { discoveryParts, measureFindings } from "../algorithm/conclude.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import type { DiscoveryParts } from "../algorithm/discovery.ts";
import { selectedCircuit } from "../algorithm/selected-circuit.ts";
import type { Setting } from "../algorithm/settings.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { AcdcSweep } from "./sweep.ts";

/**
 * What a sweep over thresholds found, a circuit for each setting; pruned ones are measured anew.
 *
 * @param settings those that the sweep was asked for, in its order
 */
export async function sweepFindings(
  task: DiscoveryTask,
  settings: readonly Setting[],
  { outcomes, scores, evaluations }: Omit<AcdcSweep, "order">,
  { prune, ablation }: { readonly prune: boolean; readonly ablation?: AblationChoice },
  context: DiscoveryContext,
): Promise<DiscoveryParts> {
  const selected = outcomes.map(({ circuit, changes }, i) =>
    selectedCircuit(settings[i]!, { circuit }, changes, prune),
  );
  const measured = prune
    ? await measureFindings(task, selected, context, { ablation })
    : selected.map((found, i) => ({ ...found, faithfulness: outcomes[i]!.faithfulness }));
  const findings = measured.map((found, i) => {
    const { closestDecision } = outcomes[i]!;
    return { ...found, closestDecision };
  });
  const effects = outcomes.length === 1 ? outcomes[0]!.changes : undefined;
  return discoveryParts(findings, { scores, effects, evaluations, backwardPasses: 0 });
}
