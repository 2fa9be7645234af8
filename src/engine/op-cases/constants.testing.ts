import type { Shape, Tensor } from "../index.ts";
import * as e from "../index.ts";
import { type OpCase, p, s } from "./op-case.testing.ts";

/** A constant with a non-zero in every third place. */
function sparseConstant(shape: Shape): Tensor {
  const values = Array.from({ length: e.sizeOf(shape) }, (_, i) => (i % 3 === 1 ? (i % 7) - 2 : 0));
  return e.constant(values, shape, { sparse: true });
}

/** Contractions with sparse constants and with zeros. */
export const constants: OpCase[] = [
  {
    name: "einsum with a sparse constant and a bias, times a value",
    inputs: [s(3, 4), p(5), s(3, 5)],
    build: ([x, b, y]) => e.mul(e.add(e.einsum("pd,de->pe", x!, sparseConstant([4, 5])), b!), y!),
  },
  {
    name: "einsum with a sparse constant",
    inputs: [s(3, 4)],
    build: ([x]) => e.einsum("pd,hde->phe", x!, sparseConstant([2, 4, 3])),
  },
  {
    name: "einsum with a sparse constant over two axes",
    inputs: [s(3, 2, 4)],
    build: ([x]) => e.einsum("phe,hed->pd", x!, sparseConstant([2, 4, 5])),
  },
  {
    name: "einsum with a sparse constant, batched",
    inputs: [s(2, 3, 4), s(5)],
    build: ([x, y]) => e.add(e.einsum("hpd,hde->hpe", x!, sparseConstant([2, 4, 5])), y!),
  },
  {
    name: "einsum with a transposed sparse constant and a bias",
    inputs: [s(3, 4), p(5)],
    build: ([x, b]) =>
      e.add(e.einsum("pd,de->pe", x!, e.transpose(sparseConstant([5, 4]), [1, 0])), b!),
  },
  {
    name: "einsum with zeros",
    inputs: [s(3, 4)],
    build: ([x]) => e.einsum("pd,de->pe", x!, e.fill(0, [4, 5])),
  },
  {
    name: "einsum with zeros in a sum",
    inputs: [s(3, 4), s(3, 4)],
    build: ([x, y]) => e.add(e.square(y!), e.einsum("pd,de->pe", x!, e.fill(0, [4, 4]))),
  },
];
