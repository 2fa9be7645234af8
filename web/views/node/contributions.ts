import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { Contributions } from "../../engine/methods/node.ts";
import type { MatrixProps } from "../matrix.ts";
import { shortNumber } from "../outputs.ts";

/** The most outputs that are shown side by side. */
const MOST_OUTPUTS = 16;

/** What writers add on an input, and what the names in its matrices are. */
export interface ShownContributions {
  readonly facts: CaseFacts;
  readonly input: readonly TokenFacts[];
  readonly found: Contributions;
  /** A name for people of what writes: `a1.2`. */
  readonly nameOf: (writer: string) => string;
}

/** What one node adds to each output at each position; the embeddings are two writers. */
export function nodeContributions(
  { facts, input, found }: ShownContributions,
  node: string,
): MatrixProps {
  const writers = writersAt(found, node);
  const { at, outputs } = reading(found);
  const value = (position: number, output: number) =>
    writers.reduce((sum, writer) => sum + at(writer, position, output), 0);
  const positions = positionsOf(input);
  const strength = (output: number) =>
    Math.max(...positions.map((_, position) => Math.abs(value(position, output))));
  const shown = Array.from({ length: outputs }, (_, output) => output)
    .sort((a, b) => strength(b) - strength(a))
    .slice(0, MOST_OUTPUTS)
    .sort((a, b) => a - b);
  const left = outputs - shown.length;
  return matrix({
    title: `Of this node alone, past all that reads it${left > 0 ? `, but the ${left} weakest` : ""}`,
    axes: ["position", facts.outputs === undefined ? "output" : "logit of"],
    rows: positions,
    columns: shown.map((output) => facts.outputs?.[output] ?? "number"),
    value: (row, column) => value(row, shown[column]!),
  });
}

/** What every writer adds to what the model says at each position, and what that comes to. */
export function answerContributions(
  { input, found, nameOf }: ShownContributions,
  node: string,
): MatrixProps {
  const { at, outputs } = reading(found);
  const said = positionsOf(input).map((_, position) => {
    const logits = found.logits.data.subarray(position * outputs, (position + 1) * outputs);
    return logits.indexOf(Math.max(...logits));
  });
  const { writers, logits } = found;
  const isSum = (row: number) => row === writers.length;
  return {
    ...matrix({
      title: "Of everything that writes, to what the model says",
      axes: ["writer", "position"],
      rows: [...writers.map(nameOf), "all together"],
      columns: positionsOf(input),
      value: (row, column) =>
        isSum(row)
          ? logits.data[column * outputs + said[column]!]!
          : at(row, column, said[column]!),
    }),
    marked: new Set(writersAt(found, node)),
  };
}

const EMBEDDINGS = ["hook_embed", "hook_pos_embed"];

const writersAt = ({ writers }: Contributions, node: string): number[] =>
  (node === "blocks.0.hook_resid_pre" ? EMBEDDINGS : [node]).map((text) => writers.indexOf(text));

function reading({ values: { shape, data } }: Contributions) {
  const [, positions = 1, outputs = 1] = shape;
  const at = (writer: number, position: number, output: number) =>
    data[(writer * positions + position) * outputs + output]!;
  return { at, outputs };
}

const positionsOf = (input: readonly TokenFacts[]) => ["BOS", ...input.map(({ text }) => text)];

/** Numbers as a matrix coloured by their share of the largest. */
export function matrix(props: Omit<MatrixProps, "text">): MatrixProps {
  const { rows, columns, value } = props;
  const all = rows.flatMap((_, i) => columns.map((_, j) => Math.abs(value(i, j))));
  const largest = Math.max(1e-6, ...all);
  return {
    ...props,
    value: (row, column) => value(row, column) / largest,
    text: (row, column) => shortNumber(value(row, column)),
  };
}
