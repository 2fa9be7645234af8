import { InterpBenchError } from "../../errors/index.ts";
import { add, mul } from "../graph/elementwise.ts";
import { fill, sampleMask } from "../graph/inputs.ts";
import { formatShape } from "../graph/shape.ts";
import { node, type Operation, type Tensor, topologicalOrder } from "../graph/tensor.ts";
import { GRADIENT_RULES, type GradientRule } from "./rules.ts";

function applyRule<K extends Operation["kind"]>(
  kind: K,
  g: Tensor,
  y: Tensor,
): readonly (Tensor | undefined)[] {
  const rule: GradientRule<K> = GRADIENT_RULES[kind];
  return rule(g, y as Tensor & { readonly op: Extract<Operation, { kind: K }> });
}

/** Which tensors lie between one of `wrt` and the rest of the graph. */
function dependents(order: readonly Tensor[], wrt: ReadonlySet<Tensor>): Set<Tensor> {
  const depends = new Set<Tensor>();
  for (const tensor of order) {
    if (wrt.has(tensor) || tensor.inputs.some((input) => depends.has(input))) depends.add(tensor);
  }
  return depends;
}

/**
 * Gradients of one number with respect to tensors of its graph, as new tensors of the same graph
 * (reverse mode, graph to graph).
 *
 * `loss` is shared and of shape `[]`, typically `batchMean(…)` or `batchSum(…)`. The result for
 * a shared tensor (parameter, scalar, constant) is shared, summed over the batch; for a per-sample
 * tensor it is per sample, ∂loss/∂(that sequence's value). A tensor on which the loss does not
 * depend gets zeros. Throws `E_SHAPE` when `loss` is per sample or not a single number.
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.extent !== "shared" || loss.shape.length !== 0) {
    throw new InterpBenchError("E_SHAPE", "gradients needs a single number for the whole batch", {
      expected: "a shared tensor of shape []",
      received: `a ${loss.extent === "sample" ? "per-sample" : "shared"} tensor of shape ${formatShape(loss.shape)}`,
      hint: "Reduce it with batchMean or batchSum first.",
    });
  }
  const order = topologicalOrder([loss]);
  const needed = dependents(order, new Set(wrt));
  const found = new Map<Tensor, Tensor>([[loss, fill(1)]]);
  for (const y of order.toReversed()) {
    const g = found.get(y);
    if (g === undefined || !needed.has(y)) continue;
    const parts = y.inputs.some((x) => needed.has(x)) ? applyRule(y.op.kind, g, y) : [];
    parts.forEach((part, i) => {
      const x = y.inputs[i]!;
      if (part === undefined || !needed.has(x)) return;
      const crosses = x.extent === "shared" && part.extent === "sample";
      const own = crosses ? node({ kind: "batchSum" }, [part], part.shape) : part;
      const before = found.get(x);
      found.set(x, before === undefined ? own : add(before, own));
    });
  }
  return wrt.map((x) => {
    const g = found.get(x) ?? fill(0, x.shape);
    return x.extent === "sample" && g.extent === "shared" ? mul(g, sampleMask()) : g;
  });
}
