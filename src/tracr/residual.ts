import type { Bases } from "./bases.ts";
import type { CraftModel } from "./craft-model.ts";
import { makeDirection } from "./direction.ts";
import type { ProgramGraph } from "./graph.ts";
import type { Settings } from "./options.ts";
import { type Space, span, spanOf } from "./space.ts";
import type { InferredValues } from "./values.ts";

/** The spaces at the ends of the transformer, and the one that runs through it. */
export interface ResidualSpaces {
  /** `(tokens, v)` for the vocabulary, BOS and PAD; the place of a token here is its id. */
  readonly tokens: Space;
  /** `(indices, i)` for every position after BOS, whether or not the program asks for it. */
  readonly indices: Space;
  /** What the program writes its result to; the place of a value here is its class. */
  readonly output: Space;
  /** The residual stream: all of these and what the blocks read and write. */
  readonly residual: Space;
}

/** The spaces of a compiled program. */
export function assignResidual(
  graph: ProgramGraph,
  values: InferredValues,
  bases: Bases,
  craft: CraftModel,
  { vocab, maxSeqLen, bos, pad }: Settings,
): ResidualSpaces {
  const words =
    values.sets.get("tokens")?.directions ?? vocab.map((v) => makeDirection("tokens", v));
  const tokens = spanOf([...words, makeDirection("tokens", bos), makeDirection("tokens", pad)]);
  const positions = Array.from({ length: maxSeqLen }, (_, i) => makeDirection("indices", i));
  const indices = spanOf(positions);
  const output = bases.get(graph.sink)!;
  return Object.freeze({
    tokens,
    indices,
    output,
    residual: span(tokens, indices, output, craft.residual),
  });
}
