import type { Weights } from "../../transformer/index.ts";
import { zip } from "../zip.testing.ts";

/** What `configPickle` writes. */
type Plain = string | number | boolean | null;

const ascii = (text: string) => [...Buffer.from(text, "latin1")];
const u32 = (n: number) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >> 24) & 255];
const string = (text: string) => [0x58, ...u32(text.length), ...ascii(text)];
const int = (n: number) => [0x4a, ...u32(n)];
const tuple = (...parts: readonly (readonly number[])[]) => [0x28, ...parts.flat(), 0x74];
const global = (module: string, name: string) => ascii(`c${module}\n${name}\n`);

function plain(value: Plain): readonly number[] {
  if (value === null) return [0x4e];
  if (typeof value === "boolean") return [value ? 0x88 : 0x89];
  if (typeof value === "string") return string(value);
  if (Number.isInteger(value)) return int(value);
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  return [0x47, ...new Uint8Array(bytes.buffer)];
}

/** A dictionary of plain values as Python pickles it (protocol 2). */
export const configPickle = (config: Readonly<Record<string, Plain>>): Uint8Array =>
  Uint8Array.from([
    ...[0x80, 2, 0x7d, 0x28],
    ...Object.entries(config).flatMap(([key, value]) => [...string(key), ...plain(value)]),
    ...[0x75, 0x2e],
  ]);

const ORDERED = [...global("collections", "OrderedDict"), 0x29, 0x52];

/** A `state_dict` of float32 tensors as PyTorch saves it: an archive of a pickle and of storages. */
export function stateDictFile(weights: Weights): Uint8Array {
  const tensor = (key: string, shape: readonly number[], count: number) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    const type = global("torch", "FloatStorage");
    return [
      ...global("torch._utils", "_rebuild_tensor_v2"),
      ...tuple(
        [...tuple(string("storage"), type, string(key), string("cpu"), int(count)), 0x51],
        int(0),
        tuple(...shape.map(int)),
        tuple(...strides.map(int)),
        [0x89],
        ORDERED,
      ),
      0x52,
    ];
  };
  const entries = [...weights];
  const items = entries.flatMap(([name, { shape, data }], i) => [
    ...string(name),
    ...tensor(String(i), shape, data.length),
  ]);
  const pickle = Uint8Array.from([0x80, 2, ...ORDERED, 0x28, ...items, 0x75, 0x2e]);
  const storages = entries.map(([, { data }], i) => ({
    name: `archive/data/${i}`,
    data: new Uint8Array(Float32Array.from(data).buffer),
  }));
  return zip([{ name: "archive/data.pkl", data: pickle }, ...storages]);
}
