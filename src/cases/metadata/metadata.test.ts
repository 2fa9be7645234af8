import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  allCases,
  benchmarkMetadata,
  caseMetadata,
  croissantMetadata,
  getCase,
  isPublished,
  type MetadataColumn,
  metadataTable,
  type TableFile,
} from "../index.ts";

const REPOSITORY = "https://huggingface.co/cybershiptrooper/InterpBench";

/** The published models, from the table that is published with them. */
const PUBLISHED = (() => {
  const path = new URL("../../../test/fixtures/cases/published-models.csv", import.meta.url);
  const [header, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const columns = header!.split(",");
  return lines
    .map((line) => Object.fromEntries(line.split(",").map((text, i) => [columns[i]!, text])))
    .filter((row) => !row.case_id!.startsWith("ioi"));
})();

const published = benchmarkMetadata(allCases().filter(isPublished)).cases;
const everything = benchmarkMetadata(allCases()).cases;

describe("the metadata of cases", () => {
  it("cover the 84 published ones, in numeric order, and the two of IOI", () => {
    const ids = [...PUBLISHED.map((row) => row.case_id), "ioi", "ioi_next_token"];
    expect(published.map(({ case_id }) => case_id)).toEqual(ids);
    expect(published).toHaveLength(86);
    expect(everything).toHaveLength(132);
  });

  it.each(PUBLISHED)("are those of the published model, case $case_id", (row) => {
    const { transformer_cfg: config, training_args: args } = caseMetadata(getCase(row.case_id!));
    for (const key of [
      "n_layers",
      "d_model",
      "n_heads",
      "d_head",
      "d_mlp",
      "n_ctx",
      "d_vocab",
      "d_vocab_out",
    ] as const) {
      expect(config[key], key).toBe(Number(row[key]));
    }
    expect(config.attention_dir).toBe(row.attention_dir);
    expect(args).toMatchObject({
      lr: Number(row.lr),
      use_single_loss: row.use_single_loss === "1",
      iit_weight: Number(row.iit_w),
      behavior_weight: Number(row.behavior_w),
      strict_weight: Number(row.strict_w),
      epochs: Number(row.epochs_max),
      clip_grad_norm: Number(row.clip_grad),
      lr_scheduler: row.lr_sched === "" ? null : row.lr_sched,
      seed: row.seed === "" ? null : Number(row.seed),
    });
  });

  it("give case 3 its addresses, task and inputs", () => {
    expect(caseMetadata(getCase("3"))).toMatchObject({
      case_id: "3",
      url: `${REPOSITORY}/tree/main/3`,
      task_description: getCase("3").task,
      vocab: ["a", "b", "c", "x"],
      max_seq_len: 5,
      min_seq_len: 4,
      files: [
        { file_name: "ll_model.pth", url: `${REPOSITORY}/resolve/main/3/ll_model.pth` },
        { file_name: "ll_model_cfg.pkl", url: `${REPOSITORY}/resolve/main/3/ll_model_cfg.pkl` },
        { file_name: "meta.json", url: `${REPOSITORY}/resolve/main/3/meta.json` },
        { file_name: "edges.pkl", url: `${REPOSITORY}/resolve/main/3/edges.pkl` },
      ],
      weights_file_url: `${REPOSITORY}/resolve/main/3/ll_model.pth`,
      circuit_file_url: `${REPOSITORY}/resolve/main/3/edges.pkl`,
    });
  });

  it("count parameters as TransformerLens does", () => {
    const counts = new Map(published.map((row) => [row.case_id, row.transformer_cfg.n_params]));
    expect(counts.get("8")).toBe(384);
    expect(counts.get("113")).toBe(650_496);
    expect(counts.get("97")).toBe(1_440_000);
  });

  it("have no addresses where nothing is published", () => {
    const { url, files, weights_file_url } = caseMetadata(getCase("1"));
    expect([url, files, weights_file_url]).toEqual([null, [], null]);
  });

  it("are the same each time", () => {
    expect(JSON.stringify(benchmarkMetadata(allCases()))).toBe(
      JSON.stringify(benchmarkMetadata(allCases())),
    );
  });
});

describe("the table", () => {
  const columnOf = (table: readonly MetadataColumn[], name: string) =>
    table.find((column) => column.name === name)?.values;

  it("of no cases has no columns", () => {
    expect(metadataTable([])).toEqual([]);
  });

  it("joins nested keys by dots and lists by commas, and leaves files out", () => {
    const table = metadataTable(published);
    const row = published.findIndex(({ case_id }) => case_id === "3");
    expect(columnOf(table, "transformer_cfg.d_model")![row]).toBe(12);
    expect(columnOf(table, "training_args.strict_weight")![row]).toBe(10);
    expect(columnOf(table, "vocab")![row]).toBe("a,b,c,x");
    expect(table.map(({ name }) => name).filter((name) => name.startsWith("files"))).toEqual([]);
    expect(table.slice(0, 3).map(({ name }) => name)).toEqual([
      "case_id",
      "url",
      "task_description",
    ]);
  });

  it("leaves out columns in which every case is empty", () => {
    const normalization = "transformer_cfg.normalization_type";
    expect(columnOf(metadataTable(published), normalization)).toEqual([
      ...new Array<null>(84).fill(null),
      ...["LNPre", "LNPre"],
    ]);
    expect(columnOf(metadataTable(published.slice(0, 84)), normalization)).toBe(undefined);
    const others = everything.filter(({ url }) => url === null);
    expect(columnOf(metadataTable(others), "url")).toBe(undefined);
    expect(columnOf(metadataTable(everything), "url")).toContain(null);
  });

  it("has one kind of value in each column", () => {
    for (const { name, values } of metadataTable(everything)) {
      const kinds = new Set(values.filter((value) => value !== null).map((value) => typeof value));
      expect(kinds.size, name).toBe(1);
      expect(values).toHaveLength(132);
    }
  });
});

describe("the Croissant document", () => {
  const table: TableFile = {
    name: "cases.csv",
    encodingFormat: "text/csv",
    sha256: "ab".repeat(32),
    size: 12,
  };
  const benchmark = benchmarkMetadata([]);
  const columns = metadataTable(published);
  const document = croissantMetadata(benchmark, columns, [table]) as {
    readonly "@context": Record<string, unknown>;
    readonly distribution: readonly Record<string, unknown>[];
    readonly recordSet: readonly { readonly field: readonly Record<string, unknown>[] }[];
  };

  it("has what version 1.0 asks of a dataset", () => {
    expect(document).toMatchObject({
      "@type": "sc:Dataset",
      conformsTo: "http://mlcommons.org/croissant/1.0",
      name: "InterpBench",
      url: REPOSITORY,
      version: "1.0.0",
      license: "https://creativecommons.org/licenses/by/4.0/",
      datePublished: expect.stringMatching(/^\d{4}-\d\d/),
    });
    expect(document["@context"]).toMatchObject({
      "@vocab": "https://schema.org/",
      cr: "http://mlcommons.org/croissant/",
      recordSet: "cr:recordSet",
    });
  });

  it("knows every word it uses", () => {
    const words = new Set<string>();
    const visit = (value: unknown) => {
      if (Array.isArray(value)) for (const item of value) visit(item);
      else if (typeof value === "object" && value !== null) {
        for (const [key, member] of Object.entries(value)) {
          words.add(key);
          visit(member);
        }
      }
    };
    const { "@context": context, ...rest } = document;
    visit(rest);
    const schemaOrg =
      /^(@id|@type|name|description|url|version|license|datePublished|creator|keywords|distribution|contentUrl|contentSize|encodingFormat|sha256|containedIn)$/;
    expect([...words].filter((word) => !(word in context) && !schemaOrg.test(word))).toEqual([]);
  });

  it("has a file set for each kind of published file, in the repository", () => {
    const sets = document.distribution.filter((file) => file["@type"] === "cr:FileSet");
    expect(sets.map(({ includes }) => includes)).toEqual([
      "*/ll_model.pth",
      "*/ll_model_cfg.pkl",
      "*/meta.json",
      "*/edges.pkl",
    ]);
    const ids = document.distribution.map((file) => file["@id"]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { containedIn } of sets) expect(ids).toContain((containedIn as never)["@id"]);
    expect(document.distribution).toContainEqual(
      expect.objectContaining({ "@id": "cases.csv", contentSize: "12 B", sha256: table.sha256 }),
    );
  });

  it("reads a typed field from each column of the table", () => {
    const [records] = document.recordSet;
    expect(document.recordSet).toHaveLength(1);
    expect(records!.field.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
    const types = new Map(records!.field.map(({ name, dataType }) => [name, dataType]));
    expect(types.get("case_id")).toBe("sc:Text");
    expect(types.get("weights_file_url")).toBe("sc:URL");
    expect(types.get("max_seq_len")).toBe("sc:Integer");
    expect(types.get("training_args.lr")).toBe("sc:Float");
    expect(types.get("training_args.use_single_loss")).toBe("sc:Boolean");
    for (const { "@id": id, source, description } of records!.field) {
      expect(id).toMatch(/^cases\//);
      expect(description).toMatch(/\.$/);
      expect(source).toEqual({
        fileObject: { "@id": "cases.csv" },
        extract: { column: String(id).slice("cases/".length) },
      });
    }
  });
});
