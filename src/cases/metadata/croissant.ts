import type { BenchmarkMetadata } from "./case-metadata.ts";
import { PUBLISHED_FILES } from "./published.ts";
import type { MetadataCell, MetadataColumn } from "./table.ts";

/** A file that holds the table of a benchmark. */
export interface TableFile {
  /** Beside the Croissant file. */
  readonly name: string;
  /** `text/csv` or `application/x-parquet`. */
  readonly encodingFormat: string;
  /** In hexadecimal digits. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** A JSON-LD document. */
export type JsonLd = Readonly<Record<string, unknown>>;

/** What the hub's git repository is called in the document. */
const REPOSITORY = "repository";

/** The kinds of files in the folders of the published models. */
const FILE_SETS = [
  {
    id: "weights",
    includes: `*/${PUBLISHED_FILES.weights}`,
    encodingFormat: "application/zip",
    description: "Weights as a PyTorch state_dict under TransformerLens keys.",
  },
  {
    id: "transformer-configs",
    includes: `*/${PUBLISHED_FILES.transformerConfig}`,
    encodingFormat: "application/octet-stream",
    description: "Pickled TransformerLens configs.",
  },
  {
    id: "training-arguments",
    includes: `*/${PUBLISHED_FILES.trainingArguments}`,
    encodingFormat: "application/json",
    description: "Arguments of the training runs.",
  },
  {
    id: "circuits",
    includes: `*/${PUBLISHED_FILES.circuit}`,
    encodingFormat: "application/octet-stream",
    description: "Ground-truth circuits as pickled lists of edges between hook points.",
  },
] as const;

/**
 * The benchmark in the Croissant format (MLCommons, version 1.0): schema.org's words for the dataset,
 * a `FileSet` for each kind of published file, and a `RecordSet` with one record per case, which is
 * read from the table file.
 *
 * @param columns the columns of the table
 * @param tables the files that hold it; records are read from the first. At least one
 */
export function croissantMetadata(
  benchmark: Omit<BenchmarkMetadata, "cases">,
  columns: readonly MetadataColumn[],
  tables: readonly [TableFile, ...TableFile[]],
): JsonLd {
  const { name, version, description, url } = benchmark;
  return {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.0",
    name,
    description,
    url,
    version,
    license: "https://creativecommons.org/licenses/by/4.0/",
    datePublished: "2024-07",
    creator: AUTHORS.map((author) => ({ "@type": "sc:Person", name: author })),
    keywords: ["mechanistic interpretability", "circuit discovery", "transformers"],
    citeAs: CITATION,
    distribution: [
      {
        "@type": "cr:FileObject",
        "@id": REPOSITORY,
        name: REPOSITORY,
        description: "The git repository on the Hugging Face hub.",
        contentUrl: url,
        encodingFormat: "git+https",
        // Croissant has no hash for repositories; this is what the hub itself puts in its place.
        sha256: "https://github.com/mlcommons/croissant/issues/80",
      },
      ...tables.map(tableObject),
      ...FILE_SETS.map(fileSet),
    ],
    recordSet: [recordSet(columns, tables[0].name)],
  };
}

function tableObject({ name, encodingFormat, sha256, size }: TableFile): JsonLd {
  return {
    "@type": "cr:FileObject",
    "@id": name,
    name,
    description: "One row for each case.",
    contentUrl: name,
    contentSize: `${size} B`,
    encodingFormat,
    sha256,
  };
}

function fileSet({
  id,
  includes,
  encodingFormat,
  description,
}: (typeof FILE_SETS)[number]): JsonLd {
  return {
    "@type": "cr:FileSet",
    "@id": id,
    name: id,
    description,
    containedIn: { "@id": REPOSITORY },
    encodingFormat,
    includes,
  };
}

function recordSet(columns: readonly MetadataColumn[], table: string): JsonLd {
  return {
    "@type": "cr:RecordSet",
    "@id": "cases",
    name: "cases",
    description: "The cases: task, inputs, shape and training of the model, files.",
    key: { "@id": "cases/case_id" },
    field: columns.map(({ name, values }) => ({
      "@type": "cr:Field",
      "@id": `cases/${name}`,
      name,
      description: describe(name),
      dataType: dataType(name, values),
      source: { fileObject: { "@id": table }, extract: { column: name } },
    })),
  };
}

/** What the columns mean whose names do not say it. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  case_id: "What the case is called.",
  url: "The folder of the published model.",
  task_description: "What the model computes.",
  vocab: "The tokens between commas, without BOS and PAD.",
  max_seq_len: "Tokens of the longest input, BOS included.",
  min_seq_len: "Tokens of the shortest input, BOS included.",
  transformer_cfg_file_url: "The pickled TransformerLens config.",
  training_args_file_url: "The arguments of the training run.",
  weights_file_url: "The weights.",
  circuit_file_url: "The ground-truth circuit.",
};

function describe(name: string): string {
  const [group, key] = name.split(".");
  if (group === "transformer_cfg") return `${key} of the TransformerLens config.`;
  if (group === "training_args") return `${key} of the training run.`;
  return DESCRIPTIONS[name] ?? name;
}

function dataType(name: string, values: readonly MetadataCell[]): string {
  if (name === "case_id") return "sc:Text";
  if (name === "url" || name.endsWith("_url")) return "sc:URL";
  const present = values.filter((value) => value !== null);
  if (present.every((value) => typeof value === "boolean")) return "sc:Boolean";
  if (present.every((value) => Number.isInteger(value))) return "sc:Integer";
  return present.every((value) => typeof value === "number") ? "sc:Float" : "sc:Text";
}

const AUTHORS = ["Rohan Gupta", "Iván Arcuschin", "Thomas Kwa", "Adrià Garriga-Alonso"];

const CITATION = `@inproceedings{gupta2024interpbench,
  title={InterpBench: Semi-Synthetic Transformers for Evaluating Mechanistic Interpretability Techniques},
  author={${AUTHORS.map((name) => name.replace(/^(.*) (\S+)$/, "$2, $1")).join(" and ")}},
  booktitle={Advances in Neural Information Processing Systems, Datasets and Benchmarks Track},
  year={2024},
  url={https://arxiv.org/abs/2407.14494}
}`;

/** The short names of Croissant's vocabulary that documents of version 1.0 begin with. */
const CONTEXT: JsonLd = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  sc: "https://schema.org/",
  cr: "http://mlcommons.org/croissant/",
  rai: "http://mlcommons.org/croissant/RAI/",
  dct: "http://purl.org/dc/terms/",
  conformsTo: "dct:conformsTo",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  examples: { "@id": "cr:examples", "@type": "@json" },
  ...Object.fromEntries(
    [
      "citeAs",
      "column",
      "extract",
      "field",
      "fileObject",
      "fileProperty",
      "fileSet",
      "format",
      "includes",
      "isLiveDataset",
      "jsonPath",
      "key",
      "md5",
      "parentField",
      "path",
      "recordSet",
      "references",
      "regex",
      "repeated",
      "replace",
      "separator",
      "source",
      "subField",
      "transform",
    ].map((word) => [word, `cr:${word}`]),
  ),
};
