import {
  type BenchmarkMetadata,
  croissantMetadata,
  type MetadataCell,
  type MetadataColumn,
  metadataTable,
  type TableFile,
} from "../cases/index.ts";
import { encodeParquet, formatJson } from "../formats/index.ts";
import { formatCsv } from "../report/index.ts";
import { sha256 } from "../store/index.ts";

/** What the tables are called in the published repository, and so in the Croissant file. */
export const BENCHMARK_FILES = {
  csv: "benchmark_cases_metadata.csv",
  parquet: "benchmark_cases_metadata.parquet",
} as const;

const MEDIA_TYPES = { csv: "text/csv", parquet: "application/x-parquet" } as const;

/** How the published benchmark can be written down. */
export const BENCHMARK_FORMATS = ["csv", "parquet", "croissant"] as const;

/**
 * The table of a benchmark, or its description in Croissant, which refers to both tables by their
 * hashes.
 */
export async function encodeBenchmark(
  format: (typeof BENCHMARK_FORMATS)[number],
  benchmark: BenchmarkMetadata,
): Promise<string | Uint8Array> {
  const columns = metadataTable(benchmark.cases);
  switch (format) {
    case "csv":
      return csv(columns);
    case "parquet":
      return encodeParquet(columns);
    case "croissant":
      return formatJson(
        croissantMetadata(benchmark, columns, [
          tableFile("csv", csv(columns)),
          tableFile("parquet", await encodeParquet(columns)),
        ]),
      );
  }
}

function csv(columns: readonly MetadataColumn[]): string {
  const rows = columns[0]!.values.map((_, i) => i);
  const headed = columns.map(({ name, values }) => ({
    heading: name,
    value: (row: number): MetadataCell => values[row]!,
  }));
  return formatCsv(headed, rows);
}

function tableFile(kind: keyof typeof BENCHMARK_FILES, content: string | Uint8Array): TableFile {
  return {
    name: BENCHMARK_FILES[kind],
    encodingFormat: MEDIA_TYPES[kind],
    sha256: sha256(content),
    size: Buffer.byteLength(content),
  };
}
