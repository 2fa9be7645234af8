import * as e from "../src/engine/index.ts";
import type { Operation } from "./operation.ts";

/** Sizes of the contractions in a layer. */
interface LayerShape {
  readonly name: string;
  readonly positions: number;
  readonly width: number;
  readonly hidden: number;
  readonly heads: number;
  readonly dHead: number;
}

const layer = (width: number): LayerShape => ({
  name: `d_model ${width}`,
  positions: 10,
  width,
  hidden: 4 * width,
  heads: 4,
  dHead: width / 4,
});

/** The widths of the catalogue's models, and the MLP of the IOI model. */
const LAYERS: readonly LayerShape[] = [
  ...[4, 12, 20, 64].map(layer),
  { name: "IOI, 64 × 3072", positions: 16, width: 64, hidden: 3072, heads: 4, dHead: 16 },
];

/** Multiply-adds per sequence that a run should do, so that a contraction outweighs what is around it. */
const WANTED = 1 << 17;
const FEWEST_COPIES = 3;
const MOST_COPIES = 16;

const copiesOf = (multiplyAdds: number): number =>
  Math.max(FEWEST_COPIES, Math.min(MOST_COPIES, Math.round(WANTED / multiplyAdds)));

/** A kind of contraction, by the axes of its terms. */
interface Kind {
  readonly name: string;
  readonly spec: string;
  /** What the activation is contracted with. */
  readonly other: "weight" | "activation";
  /** Whether the result is taken, or the gradient with respect to the weight. */
  readonly result: "value" | "gradient";
}

const KINDS: readonly Kind[] = [
  { name: "activation × weight", spec: "pd,dh->ph", other: "weight", result: "value" },
  { name: "activation × weight transposed", spec: "ph,dh->pd", other: "weight", result: "value" },
  { name: "weight gradient", spec: "pd,dh->ph", other: "weight", result: "gradient" },
  { name: "activation × activation", spec: "qke,rke->kqr", other: "activation", result: "value" },
];

/** The size of the axis that a letter of a spec stands for. */
function sizeOfAxis(letter: string, shape: LayerShape): number {
  const sizes: Readonly<Record<string, number>> = {
    p: shape.positions,
    q: shape.positions,
    r: shape.positions,
    d: shape.width,
    h: shape.hidden,
    k: shape.heads,
    e: shape.dHead,
  };
  return sizes[letter]!;
}

/** A contraction of windows of one input, so that copies have different operands in the cache. */
function contraction({ name, spec, other, result }: Kind, shape: LayerShape): Operation {
  const [a, b, out] = spec.split(/,|->/) as [string, string, string];
  const shapeOf = (letters: string) => [...letters].map((letter) => sizeOfAxis(letter, shape));
  const multiplyAdds = e.sizeOf(shapeOf([...new Set(a + b)].join("")));
  const copies = copiesOf(multiplyAdds);
  const [rows, ...rest] = shapeOf(a) as [number, ...number[]];
  const program = (wanted: number): e.Program<"result"> => {
    const x = e.sampleInput("x", [rows + copies - 1, ...rest]);
    const y = other === "weight" ? e.parameter("y", shapeOf(b)) : e.sampleInput("y", shapeOf(b));
    const sum = Array.from({ length: wanted }, (_, i) =>
      e.einsum(spec, e.slice(x, 0, i, i + rows), y),
    ).reduce((total, product) => e.add(total, product));
    if (result === "value") return e.compile({ outputs: { result: e.batchMean(e.sum(sum)) } });
    const loss = e.batchMean(e.sum(e.mul(sum, e.sampleInput("slope", shapeOf(out)))));
    return e.compile({ outputs: { result: e.gradients(loss, [y])[0]! } });
  };
  return { name, shape: shape.name, work: 2 * multiplyAdds, copies, program };
}

/** Every kind of contraction at every width. */
export const CONTRACTIONS: readonly Operation[] = LAYERS.flatMap((shape) =>
  KINDS.map((kind) => contraction(kind, shape)),
);
