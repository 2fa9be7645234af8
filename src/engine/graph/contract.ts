import { InterpBenchError } from "../../errors/index.ts";
import { broadcastShapes, formatShape, type Shape } from "./shape.ts";
import { node, type Tensor } from "./tensor.ts";
import { broadcastTo } from "./views.ts";

/** The size that each label has in the operands; throws `E_SHAPE` where two disagree. */
function labelSizes(
  spec: string,
  sides: readonly (readonly [string, Shape])[],
): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [labels, shape] of sides) {
    if (labels.length !== shape.length || new Set(labels).size !== labels.length) {
      throw new InterpBenchError("E_SHAPE", `einsum "${spec}": labels and axes do not match`, {
        expected: `one distinct letter per axis of ${formatShape(shape)}`,
        received: `"${labels}"`,
      });
    }
    for (const [axis, label] of [...labels].entries()) {
      const size = shape[axis]!;
      const known = sizes.get(label);
      if (known !== undefined && known !== size) {
        throw new InterpBenchError("E_SHAPE", `einsum "${spec}": axis "${label}" has two sizes`, {
          received: sides.map(([, s]) => formatShape(s)).join(" and "),
        });
      }
      sizes.set(label, size);
    }
  }
  return sizes;
}

/**
 * Sum of products over named axes: `einsum("pd,hde->phe", x, W)[p,h,e] = Σ_d x[p,d]·W[h,d,e]`.
 *
 * Every letter stands for one axis and must occur in two of the three terms at least (an axis of
 * one operand alone is summed with `sum` first; one of the result alone is made by `broadcastTo`).
 * There is no implicit broadcasting. Throws `E_SHAPE` when the text and the shapes do not fit.
 */
export function einsum(spec: string, a: Tensor, b: Tensor): Tensor {
  const match = /^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$/.exec(spec);
  if (match === null) {
    throw new InterpBenchError("E_SHAPE", `einsum "${spec}" is not of the form "ab,bc->ac"`);
  }
  const [la, lb, lo] = [match[1]!, match[2]!, match[3]!];
  const sizes = labelSizes(spec, [
    [la, a.shape],
    [lb, b.shape],
  ]);
  for (const label of new Set(la + lb + lo)) {
    const terms = [la, lb, lo].filter((labels) => labels.includes(label)).length;
    if (terms < 2) {
      throw new InterpBenchError(
        "E_SHAPE",
        `einsum "${spec}": "${label}" stands in one term only`,
        {
          hint: "Sum the axis first, or broadcast the result.",
        },
      );
    }
  }
  const shape = [...lo].map((label) => sizes.get(label)!);
  return node({ kind: "contract", a: la, b: lb, out: lo }, [a, b], shape);
}

/**
 * Matrix product `[..., m, k] × [..., k, n] → [..., m, n]`; leading axes broadcast.
 *
 * Throws `E_SHAPE` when an operand has fewer than two axes or the inner sizes differ.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) {
    throw new InterpBenchError("E_SHAPE", "matmul: the shapes do not fit", {
      expected: "[..., m, k] and [..., k, n]",
      received: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    });
  }
  const [leadA, leadB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const lead = broadcastShapes([leadA, leadB], "matmul");
  const letters = "abcdefghij".slice(0, lead.length);
  // An axis that one side alone has needs no copy: it is left out of the other side's labels.
  const side = (x: Tensor, own: Shape): { labels: string; tensor: Tensor } => {
    const missing = lead.length - own.length;
    const stretched = own.some((size, i) => size !== lead[i + missing]);
    const tensor = stretched ? broadcastTo(x, [...lead.slice(missing), ...x.shape.slice(-2)]) : x;
    return { labels: letters.slice(missing), tensor };
  };
  const [left, right] = [side(a, leadA), side(b, leadB)];
  return einsum(`${left.labels}mk,${right.labels}kn->${letters}mn`, left.tensor, right.tensor);
}
