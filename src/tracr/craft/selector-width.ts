import { type Direction, makeDirection } from "../direction.ts";
import { type Entry, linearMap } from "../linear.ts";
import { type Space, span } from "../space.ts";
import { type Attends, inverseWidthHead } from "./attention.ts";
import { directionOf } from "./categorical.ts";
import { type Component, combineMlps, type Mlp } from "./component.ts";
import { staircase } from "./numerical.ts";

/**
 * How many keys a query selects, in two steps: a head writes 1 / (1 + width), and an MLP turns
 * that into the width.
 *
 * Up to a width of 6 the result is exact; larger widths blur into their neighbours, because the
 * values 1 / (1 + width) come closer to each other than the steps are wide (see
 * {@link staircase}). The MLP also removes what the two write at BOS.
 *
 * @param widths all possible widths
 */
export function selectorWidthComponent(
  node: string,
  { keys, queries, output }: Readonly<Record<"keys" | "queries" | "output", Space>>,
  bos: Direction,
  attends: Attends,
  widths: readonly number[],
  exactness: number,
): Component {
  const inverse = makeDirection(`${node}_selector_width_attn_output`);
  const number = output.directions[0]!;
  const isNumerical = number.value === null;
  const steps = widths
    .map((width) => {
      const direction = isNumerical ? number : directionOf(output, node, width)!;
      return { at: 1 / (width + 1), image: [[direction, isNumerical ? width : 1]] as const };
    })
    .sort((a, b) => a.at - b.at);
  const widthZero = isNumerical ? undefined : directionOf(output, node, 0)!;
  return Object.freeze({
    kind: "attentionThenMlp",
    head: inverseWidthHead(node, { keys, queries }, inverse, bos, attends),
    mlp: combineMlps([
      staircase(node, inverse, output, steps, exactness),
      bosCleanUp(node, bos, widthZero === undefined ? [inverse] : [inverse, widthZero]),
    ]),
  });
}

/** Subtracts 1 at BOS from directions. */
function bosCleanUp(node: string, bos: Direction, written: readonly Direction[]): Mlp {
  // The neuron has no label of its own: clean-ups that land in one layer share it and add up,
  // so that k of them subtract k times (a flaw of Tracr that its models have).
  const neuron = makeDirection("_hidden_clean_bos_");
  return Object.freeze({
    nodes: [node],
    fst: linearMap(span(bos), span(neuron), [[bos, neuron, 1]]),
    snd: linearMap(
      span(neuron),
      span(...written),
      written.map((direction): Entry => [neuron, direction, -1]),
    ),
  });
}
