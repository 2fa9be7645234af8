import type { FunctionDefinition } from "../definition.ts";

/** Induction: what came after the last earlier occurrence of each token, by two heads. */
export const induction: FunctionDefinition = {
  id: "induction",
  task: "What came after the last earlier occurrence of this token, or none.",
  vocab: ["a", "b", "c"],
  maxSeqLen: 6,
  causal: true,
  variables: {
    previous: {
      reads: ["tokens"],
      compute: ({ tokens = [] }) => tokens.map((_, i) => tokens[i - 1] ?? "none"),
    },
    answer: {
      reads: ["tokens", "previous"],
      compute: ({ tokens = [], previous = [] }) =>
        tokens.map((token, i) => {
          const place = previous.lastIndexOf(token, i);
          return tokens[place] ?? "none";
        }),
    },
  },
  output: "answer",
  classes: ["a", "b", "c", "none"],
  places: { previous: [{ layer: 0, head: 1 }], answer: [{ layer: 1, head: 2 }] },
  shape: { nLayers: 2, nHeads: 4, dHead: 8 },
};
