import type { FunctionDefinition } from "../definition.ts";
import { variable } from "./variable.ts";

/** Induction: what came after the last earlier occurrence of each token, by two heads. */
export const induction: FunctionDefinition = {
  id: "induction",
  task: "What came after the last earlier occurrence of this token, or none.",
  vocab: ["a", "b", "c"],
  maxSeqLen: 6,
  causal: true,
  variables: {
    previous: variable(["tokens"], ({ tokens }) => tokens.map((_, i) => tokens[i - 1] ?? "none")),
    answer: variable(["tokens", "previous"], ({ tokens, previous }) =>
      tokens.map((token, i) => tokens[previous.lastIndexOf(token, i)] ?? "none"),
    ),
  },
  output: "answer",
  classes: ["a", "b", "c", "none"],
  places: { previous: [{ layer: 0, head: 1 }], answer: [{ layer: 1, head: 2 }] },
  shape: { nLayers: 2, nHeads: 4, dHead: 8 },
};
