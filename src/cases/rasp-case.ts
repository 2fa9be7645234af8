import { InterpBenchError } from "../errors/index.ts";
import type { Case, RaspCase } from "./case.ts";

/** Throws `E_CASE` unless the causal model of a case is a RASP program, which can be compiled. */
export function assertRasp(case_: Case): asserts case_ is RaspCase {
  if (case_.kind === "rasp") return;
  throw new InterpBenchError("E_CASE", `case "${case_.id}" has no RASP program`, {
    expected: "a case with a program, which can be compiled",
    received: `functions of the variables ${Object.keys(case_.variables).join(", ")}`,
    hint: "Nothing is compiled for it: there is only the transformer that is trained.",
  });
}
