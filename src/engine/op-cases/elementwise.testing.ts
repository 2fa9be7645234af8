import type { Tensor } from "../index.ts";
import * as e from "../index.ts";
import { type CaseInput, type OpCase, p, positive, s } from "./op-case.testing.ts";

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

/** Functions of one number and of two. */
export const elementwise: OpCase[] = [...unaries(), ...binaries()];
