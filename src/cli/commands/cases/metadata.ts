import { resolve } from "node:path";
import { z } from "zod";
import {
  allCases,
  type BenchmarkMetadata,
  benchmarkMetadata,
  isPublished,
  metadataTable,
} from "../../../cases/index.ts";
import { InterpBenchError, printable } from "../../../errors/index.ts";
import { flag, UsageError } from "../../../flags/index.ts";
import { BENCHMARK_FILES, BENCHMARK_FORMATS, encodeBenchmark } from "../../../models/index.ts";
import { sha256, writeOutput } from "../../../store/index.ts";
import { defineCommand } from "../../command.ts";
import { outputJson } from "../../output.ts";

const FORMATS = ["json", ...BENCHMARK_FORMATS] as const;
type Format = (typeof FORMATS)[number];

const KIND = "cases-metadata";

/** `cases metadata`: the table of the published benchmark. */
export const casesMetadata = defineCommand({
  path: ["cases", "metadata"],
  summary: "Write the table of the published benchmark: JSON, CSV, Parquet or Croissant",
  description: [
    "For each case its task, vocabulary and lengths, the shape of its model under TransformerLens' keys, training arguments, and the addresses of the published files. CSV and Parquet join nested keys by dots and lists by commas, and have no columns in which every case is empty.",
    `Croissant (MLCommons 1.0) describes the files and the columns. It refers to ${BENCHMARK_FILES.csv} and ${BENCHMARK_FILES.parquet} in the same folder by their hashes: write these with the same version.`,
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
      command: `cases metadata --format parquet --output ${BENCHMARK_FILES.parquet}`,
      summary: "The same as Parquet",
    },
  ],
  async run({ io, wantsJson, signal }, { format, output, all }) {
    const cases = all ? allCases() : allCases().filter(isPublished);
    const benchmark = benchmarkMetadata(cases);
    if (output === undefined) {
      assertPrintable(format, wantsJson);
      const text = String(await encode(format, benchmark));
      return { kind: KIND, document: { ...benchmark }, text: () => text };
    }
    const content = await encode(format, benchmark);
    const columns = metadataTable(benchmark.cases).length;
    await writeNamed(resolve(io.cwd, output), content, signal);
    return {
      kind: "cases-metadata-file",
      document: {
        file: output,
        format,
        cases: cases.length,
        columns,
        sha256: sha256(content),
      },
      text: (style) =>
        `${style.bold("Wrote")} ${printable(output)}: ${cases.length} cases, ${columns} columns\n`,
    };
  },
});

async function encode(format: Format, benchmark: BenchmarkMetadata): Promise<string | Uint8Array> {
  return format === "json"
    ? outputJson(KIND, { ...benchmark })
    : encodeBenchmark(format, benchmark);
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
