import { describe, expect, it } from "vitest";
import { circuitOf } from "../circuit/index.ts";
import { formatError, InterpBenchError } from "../errors/index.ts";
import {
  decodeCircuit,
  decodeConfig,
  decodeModel,
  decodeNpy,
  decodeSafetensors,
  encodeSafetensors,
  parseJson,
  readZip,
} from "./index.ts";
import { zip } from "./zip.testing.ts";

/** What a reader says to an input; "accepted" if it takes it. Other errors are thrown on. */
function saidTo(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InterpBenchError) return formatError(error);
    throw error;
  }
  return "accepted";
}

const config = (changes: object) =>
  JSON.stringify({
    n_layers: 1,
    n_heads: 1,
    d_model: 1,
    d_head: 1,
    n_ctx: 2,
    d_vocab: 2,
    act_fn: "relu",
    normalization_type: null,
    ...changes,
  });

/** Each of these took a reader minutes, or all memory there was. A test's time limit is the measure. */
describe("readers of small files with large numbers", () => {
  it("refuse a config with more layers than there are weights", () => {
    const weights = encodeSafetensors(new Map());
    for (const n_layers of [5e7, 2 ** 50]) {
      const said = saidTo(() => decodeModel({ config: config({ n_layers }), weights }));
      expect(said).toContain('the weight "embed.W_E" is missing');
    }
    expect(decodeConfig(config({ n_layers: 5e7 })).nLayers).toBe(5e7);
  });

  it.each([
    { n_layers: 1e9, n_heads: 1 },
    { n_layers: 1, n_heads: 1e6 },
    { n_layers: 2 ** 50, n_heads: 2 ** 50 },
    { n_layers: 24, n_heads: 16 },
  ])("refuse a circuit file whose graph it could not list: %o", (cfg) => {
    const said = saidTo(() => decodeCircuit(JSON.stringify({ cfg, nodes: {}, edges: {} })));
    expect(said).toContain("the model is too large for a file of this size");
  });

  it("read a sparse circuit of GPT-2's size", () => {
    const cfg = { n_layers: 12, n_heads: 12 };
    const edges = { "a0.h0->logits": { in_graph: true } };
    const { circuit } = decodeCircuit(JSON.stringify({ cfg, nodes: {}, edges }));
    const [from, to] = ["blocks.0.attn.hook_result", "blocks.11.hook_resid_post"];
    const edge = [
      { hook: from, head: 0 },
      { hook: to, head: null },
    ] as const;
    expect(circuit).toEqual(circuitOf([edge]));
  });

  it("look for names near to one of 200 kB in bounded time", () => {
    const cfg = { n_layers: 6, n_heads: 4 };
    const name = "a0.h0->".repeat(30_000);
    for (const value of [
      { cfg, nodes: { [name]: true }, edges: {} },
      { cfg, nodes: {}, edges: { [name]: { in_graph: true } } },
    ]) {
      const said = saidTo(() => decodeCircuit(JSON.stringify(value)));
      expect(said).toMatch(/no (node|edge) "a0\.h0->.*…"/);
      expect(said.length).toBeLessThan(5000);
    }
  });

  it("read strings of escaped quotes in one go, whether they end or not", () => {
    const quotes = '\\"'.repeat(4_000_000);
    expect(parseJson(`["${quotes}"]`, "x")).toEqual(['"'.repeat(4_000_000)]);
    expect(saidTo(() => parseJson(`["${quotes}`, "x"))).toContain("E_JSON");
    expect(saidTo(() => parseJson(`"${"\\".repeat(1_000_001)}"`, "x"))).toContain("E_JSON");
  });

  it("refuse deep nesting before anything else is done", () => {
    const deep = "[".repeat(100_000);
    const closed = deep + "]".repeat(100_000);
    for (const text of [deep, closed, `{"a":`.repeat(5000), `{"cfg":${closed}}`]) {
      expect(saidTo(() => parseJson(text, "x"))).toContain("nested too deep");
      expect(saidTo(() => decodeCircuit(text))).toContain("nested too deep");
      expect(saidTo(() => decodeConfig(text))).toContain("nested too deep");
    }
    const brackets = JSON.stringify("[".repeat(1000));
    expect(parseJson(brackets, "x")).toHaveLength(1000);
  });

  it("cut what they repeat", () => {
    const text = "x".repeat(8_000_000);
    for (const said of [
      saidTo(() => decodeConfig(config({ act_fn: text }))),
      saidTo(() => decodeConfig(config({ [text]: 1 }))),
      saidTo(() => decodeNpy(npy(`{'descr': '${text.slice(0, 60_000)}'`))),
    ]) {
      expect(said).toMatch(/^E_/);
      expect(said.length).toBeLessThan(6000);
    }
  });

  it("refuse arrays with thousands of axes, and headers of millions of bytes", () => {
    const header = (axes: number) =>
      `{'descr': '<f8', 'fortran_order': True, 'shape': (${"1,".repeat(axes)})}`;
    expect(decodeNpy(npy(header(64), new Uint8Array(8))).shape).toHaveLength(64);
    expect(saidTo(() => decodeNpy(npy(header(65), new Uint8Array(8))))).toContain("too many axes");
    expect(saidTo(() => decodeNpy(npy(header(20_000), new Uint8Array(8))))).toContain(
      "too many axes",
    );
    expect(saidTo(() => decodeNpy(npy(header(1_000_000))))).toContain("the header is too long");
  });

  it("refuse dtypes with the names of what every object has", () => {
    for (const dtype of ["constructor", "__proto__", "toString"]) {
      const header = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (1,)}`;
      expect(saidTo(() => decodeNpy(npy(header, new Uint8Array(8))))).toContain("is not supported");
      const entry = { dtype, shape: [1], data_offsets: [0, 8] };
      expect(saidTo(() => decodeSafetensors(safetensors({ a: entry })))).toContain(
        "is not supported",
      );
    }
    for (const act_fn of ["constructor", "__proto__"]) {
      expect(saidTo(() => decodeConfig(config({ act_fn })))).toContain("act_fn");
    }
  });

  it("reorder a large array in Fortran order element by element", () => {
    const shape = Array.from({ length: 64 }, (_, i) => (i < 2 ? 512 : 1));
    const data = new Uint8Array(512 * 512).map((_, i) => i % 251);
    const header = `{'descr': '|u1', 'fortran_order': True, 'shape': (${shape.join(",")},)}`;
    const array = decodeNpy(npy(header, data));
    for (const [i, j] of [
      [0, 1],
      [1, 0],
      [511, 510],
    ] as const) {
      expect(Number(array.data[i * 512 + j])).toBe(data[i + 512 * j]);
    }
  });

  it("refuse a header of tensors whose data are not there", () => {
    const entry = { dtype: "F32", shape: [2 ** 40], data_offsets: [0, 2 ** 42] };
    expect(saidTo(() => decodeSafetensors(safetensors({ a: entry })))).toContain(
      "the file is truncated",
    );
  });
});

describe("a ZIP archive", () => {
  const stored = new TextEncoder().encode("hello");

  it("does not unpack files that share one stream", () => {
    const entries = Array.from({ length: 1000 }, (_, i) => ({ name: `f${i}`, offset: 0 }));
    const said = saidTo(() => readZip(zip([{ name: "f", data: stored }], entries)));
    expect(said).toContain("files of the archive share bytes");
  });

  it("does not hold two files of one name", () => {
    const said = saidTo(() =>
      readZip(
        zip([
          { name: "f", data: stored },
          { name: "f", data: stored },
        ]),
      ),
    );
    expect(said).toContain("two files of the archive have one name");
  });

  it("is refused for what it says it will be, before that is made", () => {
    const data = new Uint8Array(100_000);
    for (const [size, message] of [
      [3_000_000_000, "too large when they are unpacked"],
      [60_000_000, "the compressed data are corrupt"],
    ] as const) {
      const said = saidTo(() => readZip(zip([{ name: "f", data, size, method: 8 }])));
      expect(said).toContain(message);
    }
    const tiny = zip([{ name: "f", data: new Uint8Array(10), size: 60_000_000, method: 8 }]);
    expect(saidTo(() => readZip(tiny))).toContain("cannot hold so much");
  });
});

/** A file of this header alone. */
function safetensors(header: object): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function npy(header: string, data = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(12 + text.length + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0]);
  new DataView(bytes.buffer).setUint32(8, text.length, true);
  bytes.set(text, 12);
  bytes.set(data, 12 + text.length);
  return bytes;
}
