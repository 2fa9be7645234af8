import type { Backend } from "../../engine/index.ts";
import type { Ablation, RunAblation } from "../../interventions/index.ts";
import { TorchRandom } from "../../rng/index.ts";
import { makeTransformer, runInSteps, type Transformer } from "../../transformer/index.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** The seed of the original's permutation. */
const SEED = 49;

/**
 * Resampling from a corrupted run whose position embeddings are permuted, by `torch.randperm` with seed 49:
 * without that they would be the same in both runs, and their edges change nothing. Other ablations
 * stay as they are.
 */
export function shuffledPositions(
  task: DiscoveryTask,
  ablation: Ablation,
  backend: Backend,
): Ablation {
  const { transformer, positions, rows, corruptedTokens } = task;
  if (ablation.kind !== "run" || corruptedTokens === undefined) return ablation;
  const shuffled = withPositions(transformer, new TorchRandom(SEED).randperm(positions));
  const tokens = Array.from({ length: rows }, (_, row) =>
    corruptedTokens.subarray(row * positions, (row + 1) * positions),
  );
  const carried: RunAblation = {
    ...ablation,
    *carry(_, hook) {
      const { cache } = yield* runInSteps(shuffled, backend, { tokens, capture: [hook] });
      return cache.get(hook)!.data;
    },
  };
  return carried;
}

/** The transformer with its first position embeddings in another order. */
function withPositions({ config, weights }: Transformer, order: readonly number[]): Transformer {
  const { shape, data } = weights.get("pos_embed.W_pos")!;
  const { dModel } = config;
  const moved = data.slice();
  for (const [to, from] of order.entries()) {
    moved.set(data.subarray(from * dModel, (from + 1) * dModel), to * dModel);
  }
  return makeTransformer(
    config,
    new Map([...weights, ["pos_embed.W_pos", { shape, data: moved }]]),
  );
}
