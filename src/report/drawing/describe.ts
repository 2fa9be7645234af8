import { MARK_STYLES } from "./palette.ts";
import type { Diagram, Mark } from "./picture.ts";

/**
 * The diagram in words, for readers who cannot see it: the size of the model, then for each mark
 * the counts and every edge in short names.
 */
export function describeDiagram({ shape, tallies, links }: Diagram): string {
  const { nLayers, nHeads, attnOnly } = shape;
  const model = `A model of ${count(nLayers, "layer")} with ${count(nHeads, "head")}${
    attnOnly === true ? " and no MLPs" : ""
  }`;
  const parts = tallies.map(({ mark, edges, nodes }) => {
    const names = isListed(mark)
      ? links
          .filter((link) => link.mark === mark)
          .map(({ from, to, port }) => linkName(from, to, port))
      : [];
    const listed = names.length === 0 ? "" : ` (${names.join(", ")})`;
    return `${MARK_STYLES[mark].label}: ${count(edges, "edge")}${listed}, ${count(nodes, "node")}`;
  });
  return `${model}. ${parts.join("; ")}.`;
}

/** `input → a1.2`, or `input → a1.2 (q)` where the edge enters the query input only. */
function linkName(from: string, to: string, port: string | undefined): string {
  return `${from} → ${to}${port === undefined ? "" : ` (${port})`}`;
}

/** `1 edge`, `2 edges`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

const isListed = (mark: Mark) => mark !== "trueNegative" && mark !== "outside";
