import * as e from "../index.ts";
import { ids, type OpCase, p, s } from "./op-case.testing.ts";

/** Rows and entries by ids, and cross-entropy. */
export const lookups: OpCase[] = [
  { name: "embed", inputs: [p(6, 3), ids(6, 5)], build: ([t, i]) => e.embed(t!, i!) },
  { name: "embed of numbers", inputs: [p(6), ids(6, 5)], build: ([t, i]) => e.embed(t!, i!) },
  {
    name: "embed in a table of many rows",
    inputs: [p(70, 3), ids(70, 5)],
    build: ([t, i]) => e.embed(t!, i!),
  },
  { name: "embed one id", inputs: [p(6, 3), ids(6)], build: ([t, i]) => e.embed(t!, i!) },
  { name: "embed nothing", inputs: [p(6, 3), ids(6, 0)], build: ([t, i]) => e.embed(t!, i!) },
  {
    name: "embed from a slice",
    inputs: [p(6, 4), ids(6, 5)],
    build: ([t, i]) => e.embed(e.slice(t!, 1, 1, 3), i!),
  },
  {
    name: "embed in a per-sample table",
    inputs: [s(4, 3), ids(4, 2)],
    build: ([t, i]) => e.embed(t!, i!),
  },
  {
    name: "scatterRows",
    inputs: [ids(4, 5), s(5, 3)],
    build: ([i, x]) => e.scatterRows(i!, x!, 4),
  },
  { name: "pick", inputs: [s(3, 4), ids(4, 3)], build: ([x, i]) => e.pick(x!, i!) },
  { name: "pick one", inputs: [s(4), ids(4)], build: ([x, i]) => e.pick(x!, i!) },
  { name: "spread", inputs: [s(3), ids(4, 3)], build: ([x, i]) => e.spread(x!, i!, 4) },
  { name: "oneHot", inputs: [ids(4, 3)], build: ([i]) => e.oneHot(i!, 4), smooth: false },
  { name: "crossEntropy", inputs: [s(3, 5), ids(5, 3)], build: ([x, i]) => e.crossEntropy(x!, i!) },
  {
    name: "crossEntropy of large values",
    inputs: [{ ...s(2, 5), between: [-80, 80] }, ids(5, 2)],
    build: ([x, i]) => e.crossEntropy(x!, i!),
  },
  {
    name: "crossEntropy of later positions",
    inputs: [s(4, 5), ids(5, 3)],
    build: ([x, i]) => e.crossEntropy(e.slice(x!, 0, 1, 4), i!),
  },
  {
    name: "crossEntropy of parameters",
    inputs: [p(3, 5), ids(5, 3)],
    build: ([x, i]) => e.crossEntropy(x!, i!),
  },
  {
    name: "log-probability of an id",
    inputs: [s(3, 5), ids(5, 3)],
    build: ([x, i]) => e.pick(e.logSoftmax(x!), i!),
  },
];
