import type { Shape, Tensor } from "./index.ts";
import * as e from "./index.ts";

/** How a test draws the values of an input. */
export interface CaseInput {
  readonly shape: Shape;
  /** `sample` inputs differ per sequence; `shared` ones are parameters. */
  readonly extent: "sample" | "shared";
  /** Uniform in this interval (default −2…2), or whole numbers below `ids`. */
  readonly between?: readonly [number, number];
  readonly ids?: number;
}

/** One operation on inputs of given shapes: run on every backend, forward and gradient. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly CaseInput[];
  readonly build: (inputs: readonly Tensor[]) => Tensor;
  /** Kinks and constants: compare the gradients of backends only, not with differences. */
  readonly smooth?: boolean;
}

const s = (...shape: number[]): CaseInput => ({ shape, extent: "sample" });
const p = (...shape: number[]): CaseInput => ({ shape, extent: "shared" });
const positive = (input: CaseInput): CaseInput => ({ ...input, between: [0.3, 3] });
const ids = (count: number, ...shape: number[]): CaseInput => ({
  shape,
  extent: "sample",
  ids: count,
});

function unaries(): OpCase[] {
  const smooth = {
    neg: e.neg,
    exp: e.exp,
    square: e.square,
    tanh: e.tanh,
    erf: e.erf,
    sigmoid: e.sigmoid,
    gelu: e.gelu,
    normalPdf: e.normalPdf,
    geluNew: e.geluNew,
  };
  const kinked = { abs: e.abs, sign: e.sign, relu: e.relu, step: e.step };
  const ofPositives = { log: e.log, sqrt: e.sqrt };
  const wide = (input: CaseInput): CaseInput => ({ ...input, between: [-6, 6] });
  return [
    ...Object.entries(smooth).map(([name, f]) => ({
      name,
      inputs: [wide(s(3, 5))],
      build: ([x]: readonly Tensor[]) => f(x!),
    })),
    ...Object.entries(smooth).map(([name, f]) => ({
      name: `${name} of a parameter`,
      inputs: [p(3, 2), s(2)],
      build: ([x, y]: readonly Tensor[]) => e.mul(f(x!), y!),
    })),
    ...Object.entries(kinked).map(([name, f]) => ({
      name,
      inputs: [s(3, 5)],
      build: ([x]: readonly Tensor[]) => f(x!),
      smooth: false,
    })),
    ...Object.entries(ofPositives).map(([name, f]) => ({
      name,
      inputs: [positive(s(3, 5))],
      build: ([x]: readonly Tensor[]) => f(x!),
    })),
  ];
}

function binaries(): OpCase[] {
  const functions = {
    add: e.add,
    sub: e.sub,
    mul: e.mul,
    div: e.div,
    maximum: e.maximum,
    minimum: e.minimum,
  };
  const comparisons = {
    equal: e.equal,
    notEqual: e.notEqual,
    less: e.less,
    lessEqual: e.lessEqual,
    greater: e.greater,
    greaterEqual: e.greaterEqual,
  };
  const cases: OpCase[] = [];
  for (const [name, f] of Object.entries(functions)) {
    const build = ([a, b]: readonly Tensor[]) => f(a!, b!);
    cases.push(
      { name, inputs: [s(3, 4), positive(s(3, 4))], build },
      { name: `${name} with a parameter`, inputs: [s(2, 3, 4), positive(p(4))], build },
      {
        name: `${name} of a parameter with a sample`,
        inputs: [p(3, 1), positive(s(2, 1, 4))],
        build,
      },
      { name: `${name} of two parameters`, inputs: [p(3, 1), positive(p(1, 4))], build },
      { name: `${name} with a number`, inputs: [s(5)], build: ([a]) => f(a!, 1.5) },
      { name: `${name} of nothing`, inputs: [s(0, 4), positive(p(4))], build },
    );
  }
  for (const [name, f] of Object.entries(comparisons)) {
    const rounded = (x: Tensor) => e.sign(x);
    cases.push({
      name,
      inputs: [s(3, 4), s(1, 4)],
      build: ([a, b]) => f(rounded(a!), rounded(b!)),
      smooth: false,
    });
  }
  return cases;
}

const contractions: OpCase[] = (
  [
    ["matrix by matrix", "pd,de->pe", s(3, 4), p(4, 5)],
    ["one row", "pd,de->pe", s(1, 4), p(4, 5)],
    ["one column", "pd,de->pe", s(3, 4), p(4, 1)],
    ["inner size 1", "pd,de->pe", s(3, 1), p(1, 5)],
    ["inner size 0", "pd,de->pe", s(3, 0), p(0, 5)],
    ["no rows", "pd,de->pe", s(0, 4), p(4, 5)],
    ["heads out", "pd,hde->phe", s(5, 7), p(4, 7, 3)],
    ["heads in", "phe,hed->pd", s(5, 4, 3), p(4, 3, 7)],
    ["head results", "phe,hed->phd", s(5, 2, 3), p(2, 3, 4)],
    ["scores", "ihe,jhe->hij", s(5, 2, 3), s(5, 2, 3)],
    ["mix", "hij,jhe->ihe", s(2, 5, 5), s(5, 2, 3)],
    ["outer product", "a,b->ab", s(3), p(4)],
    ["inner product", "a,a->", s(6), p(6)],
    ["parameters only", "ab,bc->ac", p(3, 4), p(4, 2)],
    ["parameter first", "ab,pb->pa", p(3, 4), s(5, 4)],
    ["elementwise on a shared axis", "ab,b->ab", s(3, 4), p(4)],
    ["large enough for every blocked loop", "pd,de->pe", s(9, 17), p(17, 23)],
    ["batched axes on both sides", "abij,abjk->abik", s(2, 3, 4, 2), s(2, 3, 2, 5)],
  ] as const
).map(([name, spec, a, b]) => ({
  name: `einsum ${spec}: ${name}`,
  inputs: [a, b],
  build: ([x, y]: readonly Tensor[]) => e.einsum(spec, x!, y!),
}));

const views: OpCase[] = [
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

const reductions: OpCase[] = [
  { name: "sum of everything", inputs: [s(3, 4)], build: ([x]) => e.sum(e.square(x!)) },
  { name: "sum of the last axis", inputs: [s(3, 4)], build: ([x]) => e.sum(e.square(x!), -1) },
  { name: "sum of the first axis", inputs: [s(3, 4)], build: ([x]) => e.sum(e.square(x!), 0) },
  { name: "sum of two axes", inputs: [s(3, 4, 2)], build: ([x]) => e.sum(e.square(x!), [0, 2]) },
  {
    name: "sum of the middle axis, kept",
    inputs: [s(3, 4, 2)],
    build: ([x]) => e.sum(e.square(x!), 1, { keepDims: true }),
  },
  { name: "sum of nothing", inputs: [s(3, 0)], build: ([x]) => e.sum(x!, 1) },
  {
    name: "sum of a parameter",
    inputs: [p(3, 4), s(3)],
    build: ([x, y]) => e.mul(e.sum(e.square(x!), 1), y!),
  },
  { name: "mean", inputs: [s(3, 4)], build: ([x]) => e.mean(e.square(x!), 0) },
  { name: "max", inputs: [s(3, 4)], build: ([x]) => e.max(x!, -1), smooth: false },
  { name: "max of the first axis", inputs: [s(3, 4)], build: ([x]) => e.max(x!, 0), smooth: false },
  { name: "max of ties", inputs: [s(3, 4)], build: ([x]) => e.max(e.sign(x!), -1), smooth: false },
  { name: "argmax", inputs: [s(3, 4)], build: ([x]) => e.argmax(x!), smooth: false },
  {
    name: "argmax of ties",
    inputs: [s(3, 4)],
    build: ([x]) => e.argmax(e.sign(x!)),
    smooth: false,
  },
  { name: "softmax", inputs: [s(3, 4)], build: ([x]) => e.softmax(x!) },
  { name: "softmax of one", inputs: [s(3, 1)], build: ([x]) => e.softmax(x!) },
  {
    name: "softmax of parameters",
    inputs: [p(3, 4), s(4)],
    build: ([x, y]) => e.mul(e.softmax(x!), y!),
  },
  {
    name: "softmax with a causal mask",
    inputs: [s(2, 4, 4)],
    build: ([x]) => e.softmax(e.where(causalMask(4), x!, Number.NEGATIVE_INFINITY)),
  },
  {
    name: "causal softmax of scaled scores",
    inputs: [s(2, 5, 5)],
    build: ([x]) => e.softmax(x!, { scale: 0.6, causal: true }),
  },
  {
    name: "causal softmax of one position",
    inputs: [s(2, 1, 1)],
    build: ([x]) => e.softmax(x!, { causal: true }),
  },
  {
    name: "causal softmax of parameters",
    inputs: [p(3, 3), s(3)],
    build: ([x, y]) => e.mul(e.softmax(x!, { scale: -2, causal: true }), y!),
  },
  {
    name: "softmax of a transposed view",
    inputs: [s(3, 4)],
    build: ([x]) => e.softmax(e.transpose(x!, [1, 0])),
  },
  { name: "logSoftmax", inputs: [s(3, 4)], build: ([x]) => e.logSoftmax(x!) },
  {
    name: "logSoftmax of large values",
    inputs: [{ ...s(3, 4), between: [-80, 80] }],
    build: ([x]) => e.logSoftmax(x!),
  },
  {
    name: "where",
    inputs: [s(3, 4), s(3, 4), p(4)],
    build: ([c, a, b]) => e.where(e.step(c!), e.square(a!), b!),
  },
  {
    name: "stopGradient",
    inputs: [s(3)],
    build: ([x]) => e.mul(x!, e.stopGradient(x!)),
    smooth: false,
  },
];

const lookups: OpCase[] = [
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

const fused: OpCase[] = [
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

/** Queries, keys and values of two heads, `[pos, head, dHead]`. */
const heads = (positions: number, dHead: number, dValue = dHead): CaseInput[] => [
  s(positions, 2, dHead),
  s(positions, 2, dHead),
  s(positions, 2, dValue),
];

const attend = (pattern: Tensor, v: Tensor) => e.einsum("hqk,khe->qhe", pattern, v);

const attention: OpCase[] = [
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

const constants: OpCase[] = [
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

const whole: OpCase[] = [
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

/** A constant with a non-zero in every third place. */
function sparseConstant(shape: Shape): Tensor {
  const values = Array.from({ length: e.sizeOf(shape) }, (_, i) => (i % 3 === 1 ? (i % 7) - 2 : 0));
  return e.constant(values, shape, { sparse: true });
}

/** 1 where the key (column) is not after the query (row). */
function causalMask(n: number): Tensor {
  return e.constant(
    Array.from({ length: n * n }, (_, i) => (i % n <= Math.floor(i / n) ? 1 : 0)),
    [n, n],
  );
}

/** Every operation, on shapes with axes of size 0 and 1 first. */
export const OP_CASES: readonly OpCase[] = [
  ...unaries(),
  ...binaries(),
  ...contractions,
  ...views,
  ...reductions,
  ...lookups,
  ...fused,
  ...attention,
  ...constants,
  ...whole,
];
