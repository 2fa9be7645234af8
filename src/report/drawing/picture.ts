import {
  type Circuit,
  circuitOf,
  evaluateCircuit,
  type GraphShape,
  parseEdge,
  type ScoreMap,
  type SetScore,
} from "../../circuit/index.ts";
import { type BoxPlace, boxesOf, boxOfNode, isInput, portOfNode } from "./boxes.ts";

/** What is known about a box or link; the last two only where no truth is given. */
export type Mark =
  | "truePositive"
  | "falsePositive"
  | "falseNegative"
  | "trueNegative"
  | "inside"
  | "outside";

/** What to draw. */
export interface CircuitPicture {
  /** Layers and heads of the model; every component is drawn, in the circuit or not. */
  readonly shape: GraphShape;
  /** The circuit that was found, or just the circuit to show. */
  readonly circuit: Circuit;
  /** The ground truth: then both are drawn at head granularity, and everything is marked. */
  readonly truth?: Circuit | undefined;
  /**
   * Scores of edges, at the granularity that is drawn: |score| is the width, and without a truth
   * the sign (of the effect, if that is given) is the colour. Edges without a score get the
   * thinnest line.
   */
  readonly scores?: ScoreMap | undefined;
  /** What the scores were made of, where they are sizes: gives the signs. */
  readonly effects?: ScoreMap | undefined;
  /** What a score is: `size of the effect`. Default `score`. */
  readonly scoreName?: string | undefined;
  readonly title?: string | undefined;
}

/** Which component of the model a box is. */
export interface BoxFacts {
  /** The short name: `input`, `a1.2`, `m1`, `resid_post`. */
  readonly id: string;
  readonly place: BoxPlace;
}

/** A component of the model. */
export interface Box extends BoxFacts {
  readonly mark: Mark;
}

/** Which connection between two components a link is. */
export interface LinkFacts {
  /** Box ids. */
  readonly from: string;
  readonly to: string;
  /** Which input of a head it enters, where the circuit tells them apart. */
  readonly port: "q" | "k" | "v" | undefined;
  /** The canonical edge text. */
  readonly text: string;
}

/** A connection between two components. */
export interface Link extends LinkFacts {
  readonly mark: Mark;
  readonly score: number | undefined;
  /** What the score was made of, if the score does not show its sign. */
  readonly effect: number | undefined;
}

/** How many edges and components have a mark. */
export interface Tally {
  readonly mark: Mark;
  readonly edges: number;
  readonly nodes: number;
}

/** What decides where everything in a drawing is: the boxes and links, whatever is known about them. */
export interface DiagramFacts {
  readonly shape: GraphShape;
  /** From the input to the output, the heads of a layer before its MLP. */
  readonly boxes: readonly BoxFacts[];
  /** In canonical order of edges. */
  readonly links: readonly LinkFacts[];
}

/** A picture as boxes and links: all the facts of a drawing, none of its coordinates. */
export interface Diagram extends DiagramFacts {
  readonly title: string | undefined;
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  /** The mark of boxes that neither circuit has. */
  readonly rest: Mark;
  readonly tallies: readonly Tally[];
  /** The largest finite |score|; `undefined` without scores. */
  readonly largestScore: number | undefined;
  readonly scoreName: string;
}

/**
 * The boxes and links of a picture.
 *
 * With a truth, both circuits are prepared for evaluation, and the counts are those of
 * `evaluateCircuit`. `E_NODE` or `E_CIRCUIT` if a node does not belong to a model of this shape.
 */
export function diagramOf(picture: CircuitPicture): Diagram {
  const { shape, truth, scores, effects, scoreName = "score", title } = picture;
  const { edges, boxMarks, tallies, rest } =
    truth === undefined ? markAlone(picture) : markAgainst(picture, truth);
  const links = Array.from(edges, ([text, mark]): Link[] => {
    const [from, to] = parseEdge(text);
    const ends = { from: boxOfNode(from, shape), to: boxOfNode(to, shape) };
    if (ends.from === ends.to || isInput(ends.to)) return [];
    const [score, effect] = [scores?.get(text), effects?.get(text)];
    const shown = effect === score ? undefined : effect;
    return [{ ...ends, port: portOfNode(to), mark, score, effect: shown, text }];
  }).flat();
  const boxes = boxesOf(shape, new Set(boxMarks.keys())).map(
    ({ id, place }): Box => ({ id, place, mark: boxMarks.get(id) ?? rest }),
  );
  const largestScore = scores === undefined ? undefined : links.reduce(largerScore, 0);
  return { shape, title, boxes, links, rest, tallies, largestScore, scoreName };
}

function largerScore(largest: number, { score }: Link): number {
  return score !== undefined && Number.isFinite(score)
    ? Math.max(largest, Math.abs(score))
    : largest;
}

interface Marked {
  /** Edge text → mark, in canonical order. */
  readonly edges: ReadonlyMap<string, Mark>;
  /** Box id → mark; boxes that are not in it have the mark `rest`. */
  readonly boxMarks: ReadonlyMap<string, Mark>;
  readonly rest: Mark;
  readonly tallies: readonly Tally[];
}

function markAlone({ circuit, shape }: CircuitPicture): Marked {
  const boxes = new Set(Array.from(circuit.nodes.values(), (node) => boxOfNode(node, shape)));
  return {
    edges: new Map(Array.from(circuit.edges.keys(), (text) => [text, "inside"])),
    boxMarks: new Map(Array.from(boxes, (id) => [id, "inside"])),
    rest: "outside",
    tallies: [{ mark: "inside", edges: circuit.edges.size, nodes: boxes.size }],
  };
}

const FIELDS = [
  ["truePositive", "truePositives"],
  ["falsePositive", "falsePositives"],
  ["falseNegative", "falseNegatives"],
  ["trueNegative", "trueNegatives"],
] as const satisfies readonly (readonly [Mark, keyof SetScore])[];

function markAgainst({ circuit, shape }: CircuitPicture, truth: Circuit): Marked {
  const score = evaluateCircuit(circuit, truth, shape);
  const marksOf = (set: SetScore) =>
    new Map(FIELDS.flatMap(([mark, field]) => set[field].map((text) => [text, mark] as const)));
  const edgeMarks = marksOf(score.edges);
  const ordered = circuitOf(Array.from(edgeMarks.keys(), parseEdge));
  const nodeMarks = marksOf(score.nodes);
  return {
    edges: new Map(Array.from(ordered.edges.keys(), (text) => [text, edgeMarks.get(text)!])),
    boxMarks: new Map(
      Array.from(ordered.nodes, ([text, node]) => [boxOfNode(node, shape), nodeMarks.get(text)!]),
    ),
    rest: "trueNegative",
    tallies: FIELDS.map(([mark, field]) => ({
      mark,
      edges: score.edges[field].length,
      nodes: score.nodes[field].length,
    })),
  };
}
