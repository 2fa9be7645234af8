import * as e from "../index.ts";
import { causalMask } from "./causal-mask.testing.ts";
import { type CaseInput, type OpCase, p, s } from "./op-case.testing.ts";

/** Parts of models. */
export const whole: OpCase[] = [
  {
    name: "a transformer block",
    inputs: [
      s(4, 6),
      ...[p(2, 6, 3), p(2, 6, 3), p(2, 6, 3), p(2, 3, 6), p(6, 8), p(8), p(8, 6)].map(
        (weight): CaseInput => ({ ...weight, between: [-0.5, 0.5] }),
      ),
    ],
    build: ([x, wq, wk, wv, wo, win, bin, wout]) => {
      const [q, k, v] = [wq!, wk!, wv!].map((w) => e.einsum("pd,hde->phe", x!, w));
      const scores = e.mul(e.einsum("ihe,jhe->hij", q!, k!), 1 / Math.sqrt(3));
      const pattern = e.softmax(e.where(causalMask(4), scores, Number.NEGATIVE_INFINITY));
      const z = e.einsum("hij,jhe->ihe", pattern, v!);
      const middle = e.add(x!, e.einsum("phe,hed->pd", z, wo!));
      const post = e.gelu(e.add(e.einsum("pd,dm->pm", middle, win!), bin!));
      return e.add(middle, e.einsum("pm,md->pd", post, wout!));
    },
  },
  {
    name: "a layer normalisation",
    inputs: [s(3, 6)],
    build: ([x]) => {
      const centred = e.sub(x!, e.mean(x!, -1, { keepDims: true }));
      const variance = e.mean(e.square(centred), -1, { keepDims: true });
      return e.div(centred, e.sqrt(e.add(variance, 1e-5)));
    },
  },
];
