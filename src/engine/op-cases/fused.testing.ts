import * as e from "../index.ts";
import { type OpCase, p, s } from "./op-case.testing.ts";

/** What the lowering computes in one step. */
export const fused: OpCase[] = [
  {
    name: "a contraction plus a bias plus a value",
    inputs: [s(3, 4), p(4, 5), p(5), s(3, 5)],
    build: ([x, w, b, y]) => e.add(y!, e.add(e.einsum("pd,de->pe", x!, w!), b!)),
  },
  {
    name: "a contraction plus a parameter for every place",
    inputs: [s(7, 4), p(4, 5), p(7, 5)],
    build: ([x, w, y]) => e.add(e.einsum("pd,de->pe", x!, w!), y!),
  },
  {
    name: "a contraction plus a parameter for every row",
    inputs: [s(7, 4), p(4, 5), p(7, 1)],
    build: ([x, w, y]) => e.add(e.einsum("pd,de->pe", x!, w!), y!),
  },
  {
    name: "a contraction times a value",
    inputs: [s(3, 4), p(4, 5), s(3, 5)],
    build: ([x, w, y]) => e.mul(e.einsum("pd,de->pe", x!, w!), y!),
  },
  {
    name: "a contraction plus a bias times a value",
    inputs: [s(7, 4), p(4, 6), p(6), s(7, 6)],
    build: ([x, w, b, y]) => e.mul(e.add(e.einsum("pd,de->pe", x!, w!), b!), y!),
  },
  {
    name: "seven columns plus a bias times a value",
    inputs: [s(7, 4), p(4, 7), p(7), s(7, 7)],
    build: ([x, w, b, y]) => e.mul(e.add(e.einsum("pd,de->pe", x!, w!), b!), y!),
  },
  {
    name: "contractions of heads plus biases of heads",
    inputs: [s(3, 4), p(2, 4, 5), p(2, 5), p(2, 5, 3), p(2, 3)],
    build: ([x, w, b, v, c]) => {
      const inner = e.square(e.add(e.einsum("pd,hde->phe", x!, w!), b!));
      return e.add(e.einsum("phe,hef->phf", inner, v!), c!);
    },
  },
  {
    name: "a contraction plus a value times that value",
    inputs: [s(3, 4), p(4, 5), s(3, 5)],
    build: ([x, w, y]) => e.mul(e.add(e.einsum("pd,de->pe", x!, w!), y!), y!),
  },
  {
    name: "a contraction times a value that lies across",
    inputs: [s(3, 4), p(4, 5), s(5, 3)],
    build: ([x, w, y]) => e.mul(e.einsum("pd,de->pe", x!, w!), e.transpose(y!, [1, 0])),
  },
  {
    name: "a contraction times a parameter",
    inputs: [s(3, 4), p(4, 5), p(3, 5)],
    build: ([x, w, y]) => e.mul(e.einsum("pd,de->pe", x!, w!), y!),
  },
  {
    name: "the sum and the product of two contractions",
    inputs: [s(3, 4), p(4, 5), s(3, 2), p(2, 5)],
    build: ([x, w, y, v]) => {
      const [a, b] = [e.einsum("pd,de->pe", x!, w!), e.einsum("pd,de->pe", y!, v!)];
      return e.add(e.mul(e.square(a), b), e.add(e.einsum("pd,de->pe", e.exp(x!), w!), b));
    },
  },
  {
    name: "a contraction that two nodes read",
    inputs: [s(3, 4), p(4, 5), s(3, 5)],
    build: ([x, w, y]) => {
      const a = e.einsum("pd,de->pe", x!, w!);
      return e.add(e.mul(a, y!), a);
    },
  },
  {
    name: "a contraction of samples times a value",
    inputs: [s(3, 2, 4), s(5, 2, 4), s(2, 3, 5)],
    build: ([q, k, y]) => e.mul(e.einsum("qhe,khe->hqk", q!, k!), y!),
  },
  {
    name: "a function beside its derivative",
    inputs: [s(4, 5), s(4, 5)],
    build: ([x, y]) => e.mul(e.geluNew(e.add(x!, y!)), e.gelu(e.mul(x!, y!))),
  },
];
