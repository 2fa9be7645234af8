// How often each token has occurred so far, this occurrence included.
//
//   npx interpbench compile examples/running-count.mjs
//
// A program file exports a program and its inputs, or a function that makes them from the RASP
// library. Files can also import the library, from "interpbench/rasp", and be written in TypeScript.
export default ({ EQ, named, select, selectorWidth, tokens }) => ({
  task: "How often each token has occurred so far.",
  program: named(selectorWidth(named(select(tokens, tokens, EQ), "same")), "count"),
  vocab: ["a", "b", "c"],
  maxSeqLen: 6, // BOS included
  causal: true, // positions see themselves and earlier ones only
});
