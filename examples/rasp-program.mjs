// A RASP program: written, run, compiled. node examples/rasp-program.mjs
import {
  aggregate,
  evaluate,
  indices,
  LT,
  map,
  named,
  numerical,
  select,
  tokens,
} from "interpbench/rasp";
import { compileRasp } from "interpbench/tracr";

// At every position: the fraction of earlier tokens that are "a".
const isA = named(numerical(map((token) => token === "a", tokens)), "is_a");
const program = named(numerical(aggregate(select(indices, indices, LT), isA, 0)), "frac_a_before");
console.log(evaluate(program, "abca"));

const { config, wiring } = compileRasp(program, { vocab: ["a", "b", "c"], maxSeqLen: 5 });
console.log(`${config.nLayers} layers, d_model ${config.dModel}`);
for (const part of wiring) console.log(part.kind, part.layer, "writes", part.writes.join(", "));
