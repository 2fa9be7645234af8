import { circuitFromTexts, fullGraph, graphCircuit } from "../circuit/index.ts";
import type { Key } from "../rng/index.ts";
import { parseRecipe } from "../training/index.ts";
import { tinyTransformer } from "../transformer/fixtures.testing.ts";
import {
  decodeCircuit,
  decodeConfig,
  decodeModel,
  decodeNpy,
  decodeNpz,
  decodeSafetensors,
  decodeTrainingState,
  encodeCircuit,
  encodeConfig,
  encodeSafetensors,
  encodeTrainingState,
} from "./index.ts";
import { zip } from "./zip.testing.ts";

/** A reader, valid inputs to mutate, and how much of what it makes there may be for an input. */
export interface FuzzedReader {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Reads the bytes; the number of things (elements, edges) that were made. */
  readonly read: (bytes: Uint8Array) => number;
  /** Most things from so many bytes. */
  readonly most: (bytes: number) => number;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const model = tinyTransformer({ nLayers: 1 });
const shape = { nLayers: 1, nHeads: 1 };
const whole = graphCircuit(fullGraph(shape));
const plain = { granularity: "qkv", shape, dModel: 4, provenance: undefined } as const;
const scores = new Map([...whole.edges.keys()].map((text, i) => [text, i / 7]));
const head = circuitFromTexts([["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out"]]);

const arrays = new Map([
  ["a", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["b", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) }],
] as const);

const npyOf = (header: string, data: Uint8Array) => {
  const text = utf8(`${header}\n`);
  return Uint8Array.of(0x93, ...utf8("NUMPY"), 1, 0, text.length, 0, ...text, ...data);
};
const npy = npyOf("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", new Uint8Array(24));
const deflatedZeros = Uint8Array.of(0x63, 0x60, 0x40, 0x05, 0x00);
const npz = zip([
  { name: "a.npy", data: npy },
  {
    name: "b.npy",
    data: npyOf("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", Uint8Array.of(1, 2)),
  },
]);

const count = (sizes: Iterable<{ readonly data: { readonly length: number } }>) =>
  [...sizes].reduce((sum, { data }) => sum + data.length, 0);

const two = Float32Array.of(0.5, -1);
const trainingState = encodeTrainingState({
  recipe: parseRecipe({ epochs: 7 }),
  epoch: 0,
  batch: 0,
  step: 0,
  lossSums: { iit: 0, strict: 0, behavior: 0 },
  lossBatches: 0,
  recoveries: [],
  history: [],
  weights: two,
  bestWeights: two,
  firstMoment: two,
  secondMoment: two,
});

/** All readers of files. */
export const FUZZED_READERS: readonly FuzzedReader[] = [
  {
    name: "config.json",
    seeds: [utf8(encodeConfig(model.config)), utf8('{"n_layers": 1e9, "eps": NaN}')],
    read: (bytes) => Object.keys(decodeConfig(textOf(bytes))).length,
    most: () => 20,
  },
  {
    name: "circuit.json",
    seeds: [
      utf8(encodeCircuit({ ...plain, circuit: whole, scores })),
      utf8(encodeCircuit({ ...plain, granularity: "head", circuit: head, scores: undefined })),
    ],
    read: (bytes) => decodeCircuit(textOf(bytes)).scores?.size ?? 0,
    most: (bytes) => Math.max(50_000, bytes),
  },
  {
    name: "safetensors",
    seeds: [encodeSafetensors(arrays, new Map([["format", "pt"]]))],
    read: (bytes) => count(decodeSafetensors(bytes).tensors.values()),
    most: (bytes) => bytes,
  },
  {
    name: "a model's config beside its weights",
    seeds: [utf8(encodeConfig(model.config))],
    read: (bytes) => {
      const weights = encodeSafetensors(
        new Map(Array.from(model.weights, ([key, weight]) => [key, { dtype: "F32", ...weight }])),
      );
      return count(decodeModel({ config: textOf(bytes), weights }).weights.values());
    },
    most: () => 10_000,
  },
  {
    name: ".npy",
    seeds: [npy],
    read: (bytes) => decodeNpy(bytes).data.length,
    most: (bytes) => bytes,
  },
  {
    name: ".npz",
    seeds: [npz, zip([{ name: "z.npy", data: deflatedZeros, size: 10, method: 8 }])],
    read: (bytes) => count(decodeNpz(bytes).values()),
    most: (bytes) => 1032 * bytes,
  },
  {
    name: "a training state",
    seeds: [trainingState],
    read: (bytes) => decodeTrainingState(bytes).weights.length,
    most: (bytes) => bytes,
  },
];

/** What numbers and texts of files are replaced by. */
const PIECES = [
  ...'0|-1|1e9|1e400|NaN|Infinity|null|true|{}|[]|[[[[|""|"__proto__":{"a":1},|\\u0000|\u001b[2J|9007199254740993|0.5|,|:|"'.split(
    "|",
  ),
  "[".repeat(5000),
  "9".repeat(400),
  '\\"'.repeat(2000),
].map(utf8);

/** A mutation of one of the seeds: one to four cuts, copies, replacements or changes of bytes. */
export function mutate(seeds: readonly Uint8Array[], key: Key): Uint8Array {
  const numbers = key.uniform(40);
  let next = 0;
  const below = (bound: number) => Math.floor(numbers[next++]! * bound);
  let bytes = seeds[below(seeds.length)]!;
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(bytes.length + 1);
    const end = Math.min(bytes.length, at + below(below(4) === 0 ? bytes.length : 8));
    const [before, inside, after] = [bytes.slice(0, at), bytes.slice(at, end), bytes.slice(end)];
    const choices = [
      [before],
      [before, after],
      [before, inside, inside, after],
      [before, PIECES[below(PIECES.length)]!, after],
      [before, inside.map((byte) => byte ^ (1 << (byte & 7))), after],
      [before, new Uint8Array(inside.length).fill(below(2) * 255), after],
    ];
    bytes = joined(choices[below(choices.length)]!);
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
