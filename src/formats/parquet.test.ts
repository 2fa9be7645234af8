import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { encodeParquet, type ParquetColumn, type ParquetValue } from "./index.ts";

const bufferOf = (bytes: Uint8Array) =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;

/** The table as a reader that is not ours finds it. */
async function readBack(columns: readonly ParquetColumn[]): Promise<ParquetColumn[]> {
  const file = bufferOf(await encodeParquet(columns));
  const rows = await parquetReadObjects({ file });
  return columns.map(({ name }) => ({
    name,
    values: rows.map((row) => (row[name] ?? null) as ParquetValue),
  }));
}

describe("encodeParquet", () => {
  it("writes tables without rows and with one row", async () => {
    const empty = [{ name: "a", values: [] }];
    expect(parquetMetadata(bufferOf(await encodeParquet(empty))).num_rows).toBe(0n);
    const one = [
      { name: "text", values: ['ü, "quoted"\nline'] },
      { name: "nothing", values: [null] },
    ];
    expect(await readBack(one)).toEqual(one);
  });

  it("types columns by their values", async () => {
    const columns = [
      { name: "text", values: ["a", null] },
      { name: "flag", values: [true, false] },
      { name: "whole", values: [-(2 ** 31), 2 ** 31 - 1] },
      { name: "large", values: [1, 2 ** 31] },
      { name: "fraction", values: [1, 0.5] },
      { name: "nothing", values: [null, null] },
    ];
    const { schema, created_by } = parquetMetadata(bufferOf(await encodeParquet(columns)));
    expect(schema.slice(1).map(({ name, type }) => [name, type])).toEqual([
      ["text", "BYTE_ARRAY"],
      ["flag", "BOOLEAN"],
      ["whole", "INT32"],
      ["large", "DOUBLE"],
      ["fraction", "DOUBLE"],
      ["nothing", "BYTE_ARRAY"],
    ]);
    expect(created_by).toBe("interpbench");
  });

  /** Rows are read back as objects, where names such as `__proto__` mean something else. */
  const columnNames = fc.string().filter((name) => !(name in {}));

  it("gives back every table, from the same bytes each time", async () => {
    const values = fc.oneof(
      fc.constant(fc.string()),
      fc.constant(fc.boolean()),
      fc.constant(fc.integer()),
      fc.constant(fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)),
    );
    const tables = fc
      .tuple(
        fc.integer({ min: 1, max: 40 }),
        fc.uniqueArray(columnNames, { minLength: 1, maxLength: 6 }),
      )
      .chain(([rows, names]) =>
        fc.tuple(
          ...names.map((name) =>
            values
              .chain((value) =>
                fc.array(fc.option<ParquetValue>(value), { minLength: rows, maxLength: rows }),
              )
              .map((column): ParquetColumn => ({ name, values: column })),
          ),
        ),
      );
    await fc.assert(
      fc.asyncProperty(tables, async (columns) => {
        expect(await readBack(columns)).toEqual(columns);
        expect(await encodeParquet(columns)).toEqual(await encodeParquet(columns));
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, ParquetColumn[]]>([
    ["E_PARQUET: a table has no columns (at columns) — expected at least one — received none", []],
    [
      "E_PARQUET: two columns have one name (at a) — expected different names — received a",
      [
        { name: "a", values: [] },
        { name: "a", values: [] },
      ],
    ],
    [
      "E_PARQUET: columns have different lengths (at b) — expected 1 values — received 2",
      [
        { name: "a", values: [1] },
        { name: "b", values: [1, 2] },
      ],
    ],
    [
      "E_PARQUET: a column has values of several kinds (at a) — expected text, numbers or booleans — received string, number",
      [{ name: "a", values: ["x", 1] }],
    ],
    [
      "E_PARQUET: a column has numbers that no table can hold (at a) — expected finite numbers — received NaN",
      [{ name: "a", values: [1, Number.NaN] }],
    ],
  ])("refuses: %s", async (text, columns) => {
    await expect(encodeParquet(columns)).rejects.toSatisfy((error) => formatError(error) === text);
  });
});
