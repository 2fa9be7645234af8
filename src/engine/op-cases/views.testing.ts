import * as e from "../index.ts";
import { type OpCase, p, s } from "./op-case.testing.ts";

/** Views of a value, and what cannot be one. */
export const views: OpCase[] = [
  {
    name: "einsum of transposed views",
    inputs: [s(4, 3), p(5, 4)],
    build: ([x, w]) => e.einsum("pd,de->pe", e.transpose(x!, [1, 0]), e.transpose(w!, [1, 0])),
  },
  {
    name: "einsum of slices",
    inputs: [s(6, 4), p(8, 5)],
    build: ([x, w]) => e.einsum("pd,de->pe", e.slice(x!, 0, 2, 5), e.slice(w!, 0, 3, 7)),
  },
  {
    name: "matmul with leading axes",
    inputs: [s(2, 3, 4), p(4, 5)],
    build: ([a, b]) => e.matmul(a!, b!),
  },
  {
    name: "matmul with a stretched axis",
    inputs: [s(1, 3, 4), s(2, 4, 5)],
    build: ([a, b]) => e.matmul(a!, b!),
  },
  { name: "reshape", inputs: [s(3, 4)], build: ([x]) => e.square(e.reshape(x!, [2, 6])) },
  {
    name: "reshape of a transposed view",
    inputs: [s(3, 4)],
    build: ([x]) => e.square(e.reshape(e.transpose(x!, [1, 0]), [2, 6])),
  },
  { name: "transpose", inputs: [s(2, 3, 4)], build: ([x]) => e.square(e.transpose(x!, [2, 0, 1])) },
  { name: "slice", inputs: [s(5, 4)], build: ([x]) => e.square(e.slice(x!, 0, 1, 4)) },
  { name: "an empty slice", inputs: [s(5, 4)], build: ([x]) => e.square(e.slice(x!, 0, 2, 2)) },
  { name: "index", inputs: [s(5, 4)], build: ([x]) => e.square(e.index(x!, 1, 2)) },
  {
    name: "index of a parameter",
    inputs: [p(5, 4), s(5)],
    build: ([x, y]) => e.mul(e.index(x!, 1, 2), y!),
  },
  {
    name: "broadcastTo",
    inputs: [s(3, 1), s(2, 3, 4)],
    build: ([x, y]) => e.mul(e.broadcastTo(x!, [2, 3, 4]), y!),
  },
  {
    name: "concat",
    inputs: [s(2, 3), s(4, 3), p(1, 3)],
    build: ([a, b, c]) => e.square(e.concat([a!, b!, c!], 0)),
  },
  { name: "stack", inputs: [s(2, 3), p(2, 3)], build: ([a, b]) => e.square(e.stack([a!, b!], 1)) },
  { name: "pad", inputs: [s(2, 3)], build: ([x]) => e.exp(e.pad(x!, 1, 1, 2)) },
  { name: "an input as output", inputs: [s(2, 3)], build: ([x]) => x! },
  { name: "a parameter as output", inputs: [p(2, 3)], build: ([x]) => x! },
  { name: "a view as output", inputs: [s(2, 3)], build: ([x]) => e.transpose(x!, [1, 0]) },
];
