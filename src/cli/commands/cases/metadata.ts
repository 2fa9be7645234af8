import { resolve } from "node:path";
import { z } from "zod";
import {
  allCases,
  type BenchmarkMetadata,
  benchmarkMetadata,
  croissantMetadata,
  isPublished,
  type MetadataCell,
  type MetadataColumn,
  metadataTable,
  type TableFile,
} from "../../../cases/index.ts";
import { InterpBenchError, printable } from "../../../errors/index.ts";
import { encodeParquet, formatJson } from "../../../formats/index.ts";
import { formatCsv } from "../../../report/index.ts";
import { sha256, writeOutput } from "../../../store/index.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags/flag.ts";
import { outputJson } from "../../output.ts";
import { UsageError } from "../../usage.ts";

const FORMATS = ["json", "csv", "parquet", "croissant"] as const;
type Format = (typeof FORMATS)[number];

const KIND = "cases-metadata";

/** What the tables are called in the published repository, and so in the Croissant file. */
const TABLES = {
  csv: { name: "benchmark_cases_metadata.csv", encodingFormat: "text/csv" },
  parquet: { name: "benchmark_cases_metadata.parquet", encodingFormat: "application/x-parquet" },
} as const;

/** `cases metadata`: the table of the published benchmark. */
export const casesMetadata = defineCommand({
  path: ["cases", "metadata"],
  summary: "Write the table of the published benchmark: JSON, CSV, Parquet or Croissant",
  description: [
    "For each case its task, vocabulary and lengths, the shape of its model under TransformerLens' keys, training arguments, and the addresses of the published files. CSV and Parquet join nested keys by dots and lists by commas, and have no columns in which every case is empty.",
    `Croissant (MLCommons 1.0) describes the files and the columns. It refers to ${TABLES.csv.name} and ${TABLES.parquet.name} in the same folder by their hashes: write these with the same version.`,
  ].join("\n\n"),
  options: z.object({
    format: flag(z.enum(FORMATS).default("json"), "The format"),
    output: flag(z.string().min(1).optional(), "Write to this file", {
      placeholder: "FILE",
      defaultText: "standard output",
    }),
    all: flag(z.boolean().default(false), "All cases, also those without a published model"),
  }),
  examples: [
    { command: "cases metadata --format csv > cases.csv", summary: "The table as CSV" },
    {
      command: `cases metadata --format parquet --output ${TABLES.parquet.name}`,
      summary: "The same as Parquet",
    },
  ],
  async run({ io, wantsJson, signal }, { format, output, all }) {
    const cases = all ? allCases() : allCases().filter(isPublished);
    const benchmark = benchmarkMetadata(cases);
    const columns = metadataTable(benchmark.cases);
    if (output === undefined) {
      assertPrintable(format, wantsJson);
      return {
        kind: KIND,
        document: { ...benchmark },
        text: () => String(encode(format, benchmark, columns)),
      };
    }
    const content = encode(format, benchmark, columns);
    await writeNamed(resolve(io.cwd, output), content, signal);
    return {
      kind: "cases-metadata-file",
      document: {
        file: output,
        format,
        cases: cases.length,
        columns: columns.length,
        sha256: sha256(content),
      },
      text: (style) =>
        `${style.bold("Wrote")} ${printable(output)}: ${cases.length} cases, ${columns.length} columns\n`,
    };
  },
});

function encode(
  format: Format,
  benchmark: BenchmarkMetadata,
  columns: readonly MetadataColumn[],
): string | Uint8Array {
  switch (format) {
    case "json":
      return outputJson(KIND, { ...benchmark });
    case "csv":
      return csv(columns);
    case "parquet":
      return encodeParquet(columns);
    case "croissant":
      return formatJson(
        croissantMetadata(benchmark, columns, [
          tableFile(TABLES.csv, csv(columns)),
          tableFile(TABLES.parquet, encodeParquet(columns)),
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

function tableFile(
  { name, encodingFormat }: Pick<TableFile, "name" | "encodingFormat">,
  content: string | Uint8Array,
): TableFile {
  const size = Buffer.byteLength(content);
  return { name, encodingFormat, sha256: sha256(content), size };
}

function assertPrintable(format: Format, wantsJson: boolean): void {
  if (format === "parquet") {
    throw new UsageError("E_FLAG", "--output is missing", {
      expected: "--output FILE with --format parquet",
      received: "nothing",
      hint: "Parquet is no text.",
    });
  }
  if (wantsJson && format !== "json") {
    throw new UsageError("E_FLAG", "two formats are asked for", {
      expected: `--json or --format ${format}`,
      received: `--json and --format ${format}`,
      hint: "With --output FILE both are possible.",
    });
  }
}

async function writeNamed(
  path: string,
  content: string | Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  try {
    await writeOutput(path, content, signal);
  } catch (error) {
    if (!(error instanceof InterpBenchError)) throw error;
    const { code, at, received, cause } = error;
    throw new InterpBenchError(code, "the file cannot be written", {
      at,
      received,
      hint: "Choose another file with --output.",
      cause,
    });
  }
}
