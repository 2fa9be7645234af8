// A program file for the command line: interpbench compile examples/count-a.mjs
export default ({ makeCount, tokens }) => ({
  task: 'How many tokens of the sequence are "a".',
  program: makeCount(tokens, "a"),
  vocab: ["a", "b", "c"],
  maxSeqLen: 6, // with BOS
});
