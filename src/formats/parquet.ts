import { InterpBenchError } from "../errors/index.ts";

/** What a cell of a Parquet table can hold here; null is "no value". */
export type ParquetValue = string | number | boolean | null;

/** A column of a table: one value per row, all of one kind or null. */
export interface ParquetColumn {
  readonly name: string;
  readonly values: readonly ParquetValue[];
}

/**
 * A table as a Parquet file (Snappy), readable by pandas, DuckDB and
 * the like. The same columns give the same bytes. The writer, half a hundred modules, is loaded when this is
 * first called.
 *
 * The type of a column follows from its values: text (UTF-8), boolean, 32-bit integer, or float64
 * if any of its numbers is larger or not whole. A column of nulls is text. All columns are nullable.
 *
 * `E_PARQUET` for no or equally named columns, columns of different lengths, values of several
 * kinds in one column, and NaN or ±∞.
 */
export async function encodeParquet(columns: readonly ParquetColumn[]): Promise<Uint8Array> {
  assertColumns(columns);
  const columnData = columns.map((column) => ({
    name: column.name,
    data: [...column.values],
    type: parquetType(column),
    nullable: true,
  }));
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: "interpbench" }));
}

function parquetType({ name, values }: ParquetColumn): "STRING" | "BOOLEAN" | "INT32" | "DOUBLE" {
  const present = values.filter((value) => value !== null);
  const kinds = [...new Set(present.map((value) => typeof value))];
  if (kinds.length > 1) {
    throw refusal("a column has values of several kinds", name, "text, numbers or booleans", kinds);
  }
  if (kinds[0] === "boolean") return "BOOLEAN";
  if (kinds[0] !== "number") return "STRING";
  const odd = present.filter((value) => !Number.isFinite(value));
  if (odd.length > 0) {
    throw refusal("a column has numbers that no table can hold", name, "finite numbers", odd);
  }
  return present.every((value) => value === (Number(value) | 0)) ? "INT32" : "DOUBLE";
}

function assertColumns(columns: readonly ParquetColumn[]): void {
  const names = columns.map(({ name }) => name);
  if (names.length === 0) throw refusal("a table has no columns", "columns", "at least one", []);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) {
    throw refusal("two columns have one name", twice[0]!, "different names", twice);
  }
  const count = columns[0]!.values.length;
  for (const { name, values } of columns) {
    if (values.length === count) continue;
    throw refusal("columns have different lengths", name, `${count} values`, [values.length]);
  }
}

function refusal(message: string, at: string, expected: string, received: readonly unknown[]) {
  return new InterpBenchError("E_PARQUET", message, {
    at,
    expected,
    received: received.length === 0 ? "none" : received.join(", "),
  });
}
