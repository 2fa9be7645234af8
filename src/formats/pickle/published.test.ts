import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../engine/index.ts";
import { makeTransformer, run } from "../../transformer/index.ts";
import { ITEM_BYTES, type StoredArray, toNumbers } from "../array.ts";
import { configFromKeys, weightsOf } from "../index.ts";
import {
  decodeConfigPickle,
  decodeEdgesPickle,
  decodeResultPickle,
  type PublishedPart,
} from "./published.ts";
import { decodeTorchWeights } from "./torch.ts";

const root = new URL("../../../test/fixtures/formats/published/", import.meta.url);
const bytesOf = (file: string) => new Uint8Array(readFileSync(new URL(file, root)));
const jsonOf = <T>(file: string) => JSON.parse(readFileSync(new URL(file, root), "utf8")) as T;

interface StoredTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sum: number | string;
  readonly sumOfSquares: number | string;
  readonly weightedSum: number | string;
  readonly sha256: string;
  readonly values?: readonly (number | string | boolean)[];
}

const DTYPES: Readonly<Record<string, StoredArray["dtype"]>> = {
  float64: "F64",
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint8: "U8",
  bool: "BOOL",
};

/** The reference writes −0 as 0. */
const withoutSign = (x: number) => x + 0;

/** Numbers of the reference: what JSON has no number for is a text. */
const numberOf = (value: number | string | boolean) =>
  Number(String(value).replace("inf", "Infinity").replace("true", "1").replace("false", "0"));

function sums(values: Float64Array): readonly [number, number, number] {
  let [sum, squares, weighted] = [0, 0, 0];
  values.forEach((x, i) => {
    sum += x;
    squares += x * x;
    weighted += (i + 1) * x;
  });
  return [sum, squares, weighted];
}

function expectTensors(found: ReadonlyMap<string, StoredArray>, stored: readonly StoredTensor[]) {
  expect([...found.keys()]).toEqual(stored.map(({ name }) => name));
  for (const tensor of stored) {
    const array = found.get(tensor.name)!;
    expect([tensor.name, array.dtype, array.shape]).toEqual([
      tensor.name,
      DTYPES[tensor.dtype],
      tensor.shape,
    ]);
    if (array.data.BYTES_PER_ELEMENT === ITEM_BYTES[array.dtype]) {
      const bytes = new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
      expect([tensor.name, createHash("sha256").update(bytes).digest("hex")]).toEqual([
        tensor.name,
        tensor.sha256,
      ]);
    }
    if (tensor.name.endsWith(".wide")) {
      expect([...array.data].map(String)).toEqual(tensor.values!.map(String));
      continue;
    }
    const values = toNumbers(array, tensor.name);
    if (tensor.values !== undefined)
      expect([...values].map(withoutSign)).toEqual(tensor.values.map(numberOf));
    const scale = values.reduce((sum, x) => sum + Math.abs(x), 1);
    const expected = [tensor.sum, tensor.sumOfSquares, tensor.weightedSum].map(numberOf);
    sums(values).forEach((value, i) => {
      if (!Number.isFinite(expected[i]!)) expect(value).toBe(expected[i]);
      else {
        const tolerance = 1e-12 * scale * Math.max(1, values.length);
        expect(Math.abs(value - expected[i]!), tensor.name).toBeLessThanOrEqual(tolerance);
      }
    });
  }
}

interface ExpectedFolder {
  readonly config: Readonly<Record<string, unknown>>;
  readonly edges: readonly (readonly [string, string])[];
  readonly prompts: readonly { readonly tokens: number[]; readonly logits: number[][] }[];
  readonly tensors: readonly StoredTensor[];
}

describe.each(["3", "13"])("the published folder %s", (id) => {
  const expected = jsonOf<ExpectedFolder>(`${id}/expected.json`);
  const weights = decodeTorchWeights(bytesOf(`${id}/ll_model.pth`));
  const fields = decodeConfigPickle(bytesOf(`${id}/ll_model_cfg.pkl`));

  it("has the weights that PyTorch wrote", () => {
    expectTensors(weights, expected.tensors);
  });

  it("has the configuration that was pickled", () => {
    expect(fields).toEqual(expected.config);
  });

  it("has the edges, in order", () => {
    expect(decodeEdgesPickle(bytesOf(`${id}/edges.pkl`))).toEqual(expected.edges);
  });

  it("has the logits that were recorded", () => {
    const config = configFromKeys(fields);
    const model = makeTransformer(config, weightsOf(weights, "ll_model.pth"));
    for (const { tokens, logits } of expected.prompts) {
      const found = run(model, referenceBackend(), { tokens: [tokens] }).logits.data;
      logits.flat().forEach((value, i) => {
        expect(Math.abs(found[i]! - value)).toBeLessThan(4e-6);
      });
    }
  });
});

interface ExpectedFile {
  readonly file: string;
  readonly kind: "weights" | "result";
  readonly must: "load" | "refuse";
  readonly tensors?: readonly StoredTensor[];
  readonly result?: Readonly<
    Record<"nodes" | "edges", Readonly<Record<keyof PublishedPart<unknown>, unknown>>>
  >;
}

describe("files of PyTorch and pickle", () => {
  const files = jsonOf<{ readonly files: readonly ExpectedFile[] }>("expected.json").files;

  it.each(files.filter(({ tensors }) => tensors))(
    "holds its tensors: $file",
    ({ file, tensors }) => {
      expectTensors(decodeTorchWeights(bytesOf(file)), tensors!);
    },
  );

  it.each(files.filter(({ result }) => result))("holds its score: $file", ({ file, result }) => {
    const shown = (part: PublishedPart<unknown>) => ({
      ...part,
      tpr: part.tpr ?? "N/A",
      fpr: part.fpr ?? "N/A",
    });
    const { nodes, edges } = decodeResultPickle(bytesOf(file));
    expect({ nodes: shown(nodes), edges: shown(edges) }).toEqual(result);
  });

  it.each(files.filter(({ must }) => must === "refuse"))("is refused: $file", ({ file }) => {
    expect(() => decodeTorchWeights(bytesOf(file))).toThrow(
      "the pickle names something that is not plain data",
    );
  });
});
