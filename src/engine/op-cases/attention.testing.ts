import type { Tensor } from "../index.ts";
import * as e from "../index.ts";
import { type CaseInput, type OpCase, s } from "./op-case.testing.ts";

/** Queries, keys and values of two heads, `[pos, head, dHead]`. */
const heads = (positions: number, dHead: number, dValue = dHead): CaseInput[] => [
  s(positions, 2, dHead),
  s(positions, 2, dHead),
  s(positions, 2, dValue),
];

const attend = (pattern: Tensor, v: Tensor) => e.einsum("hqk,khe->qhe", pattern, v);

/** Attention, causal or not, whole or in part. */
export const attention: OpCase[] = [
  ...[true, false].flatMap((causal): OpCase[] => {
    const [name, facts] = [causal ? "causal attention" : "attention", { causal, scale: 0.7 }];
    const patternOf = (q: Tensor, k: Tensor) => e.softmax(e.einsum("qhe,khe->hqk", q, k), facts);
    return [
      {
        name,
        inputs: heads(6, 3),
        build: ([q, k, v]) => attend(patternOf(q!, k!), v!),
      },
      {
        name: `${name} of one position`,
        inputs: heads(1, 3),
        build: ([q, k, v]) => attend(patternOf(q!, k!), v!),
      },
      {
        name: `${name} with heads of width 1`,
        inputs: heads(10, 1),
        build: ([q, k, v]) => attend(patternOf(q!, k!), v!),
      },
      {
        name: `${name} with wide values`,
        inputs: heads(5, 2, 7),
        build: ([q, k, v]) => attend(patternOf(q!, k!), v!),
      },
      {
        name: `${name} whose products others read`,
        inputs: heads(5, 2),
        build: ([q, k, v]) => {
          const products = e.einsum("qhe,khe->hqk", q!, k!);
          const z = attend(e.softmax(products, facts), v!);
          return e.add(e.sum(products), z);
        },
      },
      {
        name: `${name} whose pattern others read`,
        inputs: heads(5, 2),
        build: ([q, k, v]) => {
          const pattern = patternOf(q!, k!);
          return e.add(e.sum(e.square(pattern)), attend(pattern, e.mul(v!, e.max(pattern))));
        },
        smooth: false,
      },
      {
        name: `${name} by two patterns, one of which mixes the other`,
        inputs: [s(4, 3), s(4, 3), s(4, 3)],
        build: ([a, b, c]) => {
          const pattern = (x: Tensor, y: Tensor) => e.softmax(e.einsum("qe,ke->qk", x, y), facts);
          const inner = pattern(a!, b!);
          const mixed = e.einsum("qk,ke->qe", inner, c!);
          return e.einsum("qk,ke->qe", pattern(mixed, b!), inner);
        },
      },
      {
        name: `${name} with keys and values of all heads`,
        inputs: [s(5, 2, 3), s(5, 3), s(5, 3)],
        build: ([q, k, v]) => {
          const pattern = e.softmax(e.einsum("ke,qhe->hqk", k!, q!), facts);
          return e.einsum("ke,hqk->hqe", v!, pattern);
        },
      },
    ];
  }),
  {
    name: "causal attention of a negative scale",
    inputs: heads(4, 2),
    build: ([q, k, v]) => {
      const products = e.einsum("qhe,khe->hqk", q!, k!);
      return attend(e.softmax(products, { causal: true, scale: -1.5 }), v!);
    },
  },
  {
    name: "attention from fewer queries than keys, of one head",
    inputs: [s(3, 4), s(5, 4), s(5)],
    build: ([q, k, v]) => {
      const pattern = e.softmax(e.einsum("qe,ke->qk", q!, k!), { scale: -1.5 });
      return e.einsum("qk,k->q", pattern, v!);
    },
  },
  {
    name: "attention without a summed axis",
    inputs: [s(4), s(5), s(5, 2)],
    build: ([q, k, v]) => {
      const pattern = e.softmax(e.einsum("q,k->qk", q!, k!));
      return e.einsum("ke,qk->eq", v!, pattern);
    },
  },
  {
    name: "attention with queries as columns",
    inputs: [s(4, 3), s(4, 3), s(4, 3)],
    build: ([q, k, v]) => {
      const across = e.softmax(e.einsum("qe,ke->qk", q!, k!), { causal: true });
      return e.einsum("qk,qe->ke", across, v!);
    },
  },
];
