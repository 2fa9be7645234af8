// Induction, as a case of one's own: functions of named variables instead of a RASP program.
//
//   npx interpbench cases show examples/induction.mjs
//   npx interpbench train iit -i examples/induction.mjs
//   npx interpbench run acdc -i examples/induction.mjs
//
// Each variable is a sequence, one value per token, without BOS. The transformer that is trained must
// compute it at its place, and so the circuit is known: input → a0.1 → a1.2 → output.
export default {
  task: "What came after the last earlier occurrence of this token, or none.",
  vocab: ["a", "b", "c"],
  maxSeqLen: 6, // BOS included
  causal: true, // positions see themselves and earlier ones only
  variables: {
    previous: {
      reads: ["tokens"],
      compute: ({ tokens }) => tokens.map((_, i) => tokens[i - 1] ?? "none"),
    },
    answer: {
      reads: ["tokens", "previous"],
      compute: ({ tokens, previous }) =>
        tokens.map((token, i) => tokens[previous.lastIndexOf(token, i)] ?? "none"),
    },
  },
  output: "answer",
  classes: ["a", "b", "c", "none"],
  places: { previous: [{ layer: 0, head: 1 }], answer: [{ layer: 1, head: 2 }] },
  shape: { nLayers: 2, nHeads: 4, dHead: 8 },
};
