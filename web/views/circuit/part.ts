import { formatNode } from "../../../src/circuit/index.ts";
import { boxOfNode, formatNumber, MARK_STYLES } from "../../../src/report/index.ts";
import type { Part } from "./drawing.ts";
import type { CircuitFacts, Detail } from "./facts.ts";
import { markOf, type Selection } from "./selection.ts";

/** A part of a drawing with all that is known around it. */
export interface PartFacts {
  readonly facts: CircuitFacts;
  readonly selection: Selection;
  readonly detail: Detail;
  /** The node of a box. */
  readonly nodeOf: (box: string) => string | undefined;
  readonly part: Part;
}

/** What a panel says of a part. */
export interface Described {
  readonly title: string;
  readonly lines: readonly string[];
  /** Edges that touch it, the strongest first. */
  readonly list: readonly (readonly [name: string, value: string])[];
}

/** The most edges that are listed of a node. */
const LISTED = 8;

/** What is known about an edge or node; `undefined` for one that the model does not have. */
export function describePart(about: PartFacts): Described | undefined {
  return about.part.kind === "edge" ? describeEdge(about) : describeBox(about);
}

function describeEdge({ facts, selection, detail, part }: PartFacts): Described | undefined {
  const edge = facts.whole[detail].edges.get(part.id);
  if (edge === undefined) return undefined;
  const head = detail === "qkv" ? facts.headEdgeOf.get(part.id) : part.id;
  const isTrue = facts.truth?.edges.has(head ?? "");
  const { ranking, shape } = facts;
  const value = ranking?.by[detail].get(part.id);
  const measured = ranking?.shown[detail].get(part.id);
  const rank =
    value === undefined || ranking === undefined ? undefined : rankOf(ranking.by[detail], value);
  return {
    title: edge.map((node) => boxOfNode(node, shape)).join(" → "),
    lines: [
      part.id.replace("->", " → "),
      MARK_STYLES[markOf(selection.has(part.id, detail), isTrue, "difference")].label,
      ...(value === undefined ? [] : [`${ranking?.name} ${formatNumber(value)}, rank ${rank}`]),
      ...(measured === undefined || measured === value
        ? []
        : [`measured ${formatNumber(measured)}`]),
    ],
    list: [],
  };
}

const rankOf = (scores: ReadonlyMap<string, number>, value: number) =>
  1 + [...scores.values()].filter((other) => other > value).length;

function describeBox({ facts, selection, detail, nodeOf, part }: PartFacts): Described | undefined {
  const node = nodeOf(part.id);
  if (node === undefined) return undefined;
  const { ranking, shape, whole } = facts;
  const isTrue = facts.truth?.nodes.has(node);
  const touching = [...whole[detail].edges]
    .filter(([, edge]) => edge.some((end) => boxOfNode(end, shape) === part.id))
    .map(([text, edge]) => ({ edge, value: ranking?.by[detail].get(text) }))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const isHere = (end: string) => (end === part.id ? "this" : end);
  return {
    title: part.id,
    lines: [
      node,
      MARK_STYLES[markOf(selection.hasNode(node), isTrue, "difference")].label,
      `${touching.length} edges${ranking === undefined ? "" : ", the strongest:"}`,
    ],
    list:
      ranking === undefined
        ? []
        : touching
            .slice(0, LISTED)
            .map(({ edge, value }) => [
              `${edge.map((end) => isHere(boxOfNode(end, shape))).join(" → ")}${portText(formatNode(edge[1]))}`,
              formatNumber(value ?? 0),
            ]),
  };
}

const portText = (reader: string) => {
  const port = /hook_([qkv])_input/.exec(reader)?.[1];
  return port === undefined ? "" : ` (${port})`;
};
