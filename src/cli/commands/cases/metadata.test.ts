import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runWith } from "../../io.testing.ts";
import { casesMetadata } from "./metadata.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "metadata-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const run = (...words: string[]) =>
  runWith([casesMetadata], ["cases", "metadata", ...words], { cwd });

const output = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await run(...words);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout;
};

const failure = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await run(...words);
  expect(stdout).toBe("");
  return `${exitCode} ${stderr.trimEnd()}`;
};

const read = (name: string) => readFileSync(join(cwd, name));

/** The cells of a CSV text. */
function parseCsv(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^,\n]*))([,\n])/y;
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(new RegExp(cell, "g"))) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === "\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

describe("cases metadata", () => {
  it("writes JSON: the published cases, or all of them", async () => {
    const text = await output();
    const document = JSON.parse(text);
    expect(document).toMatchObject({
      schema: "interpbench/cases-metadata@1",
      name: "InterpBench",
      version: "1.0.0",
      license: "cc-by-4.0",
    });
    expect(document.cases).toHaveLength(86);
    expect(document.cases[1]).toMatchObject({
      case_id: "3",
      vocab: ["a", "b", "c", "x"],
      transformer_cfg: { n_layers: 2, d_model: 12, act_fn: "gelu", attention_dir: "causal" },
      training_args: { lr: 0.01, strict_weight: 10, seed: null },
    });
    expect(await output("--json")).toBe(text);
    expect(await output("--format", "json")).toBe(text);
    expect(JSON.parse(await output("--all")).cases).toHaveLength(132);
  });

  it("writes CSV with a line for each case", async () => {
    const [heading, ...rows] = parseCsv(await output("--format", "csv", "--all"));
    expect(rows).toHaveLength(132);
    for (const row of rows) expect(row).toHaveLength(heading!.length);
    expect(heading!.slice(0, 4)).toEqual(["case_id", "url", "task_description", "vocab"]);
    const cell = (id: string, name: string) =>
      rows.find(([first]) => first === id)![heading!.indexOf(name)];
    expect(cell("3", "task_description")).toBe(
      'At every position, the fraction of tokens up to it that are "x".',
    );
    expect(cell("3", "vocab")).toBe("a,b,c,x");
    expect(cell("20", "transformer_cfg.d_model")).toBe("13");
    expect(cell("1", "url")).toBe("");
    expect(cell("5", "vocab")).toBe("(,),x,{,}");
  });

  it("writes Parquet that holds what the CSV says", async () => {
    expect(await output("--format", "parquet", "--output", "cases.parquet")).toBe(
      "Wrote cases.parquet: 86 cases, 47 columns\n",
    );
    const bytes = read("cases.parquet");
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const rows = await parquetReadObjects({ file: file as ArrayBuffer });
    const [heading, ...lines] = parseCsv(await output("--format", "csv"));
    expect(Object.keys(rows[0]!)).toEqual(heading);
    for (const [i, line] of lines.entries()) {
      const texts = heading!.map((name) => String(rows[i]![name] ?? ""));
      expect(texts).toEqual(line);
    }
    expect(rows[1]).toMatchObject({ case_id: "3", "training_args.use_single_loss": false });
  });

  it("writes Croissant whose hashes are those of the tables", async () => {
    const document = JSON.parse(await output("--format", "croissant"));
    for (const [format, name] of [
      ["csv", "benchmark_cases_metadata.csv"],
      ["parquet", "benchmark_cases_metadata.parquet"],
    ] as const) {
      await output("--format", format, "--output", name);
      const content = read(name);
      expect(document.distribution).toContainEqual(
        expect.objectContaining({
          "@id": name,
          contentUrl: name,
          contentSize: `${content.length} B`,
          sha256: createHash("sha256").update(content).digest("hex"),
        }),
      );
    }
    expect(document.recordSet[0].field).toHaveLength(47);
  });

  it("writes the same bytes each time, and nothing beside its file", async () => {
    mkdirSync(join(cwd, "same"));
    for (const format of ["json", "csv", "parquet", "croissant"]) {
      const file = `same/${format}`;
      const words = ["--format", format, "--output", file, "--json"];
      const first = JSON.parse(await output(...words));
      expect(first).toEqual({
        schema: "interpbench/cases-metadata-file@1",
        file,
        format,
        cases: 86,
        columns: 47,
        sha256: createHash("sha256").update(read(file)).digest("hex"),
      });
      expect(JSON.parse(await output(...words))).toEqual(first);
    }
    expect(readdirSync(join(cwd, "same")).sort()).toEqual(["croissant", "csv", "json", "parquet"]);
  });

  it("refuses what it cannot write", async () => {
    expect(await failure("--format", "parquet")).toBe(
      "2 error: E_FLAG: --output is missing — expected --output FILE with --format parquet — received nothing. Parquet is no text.",
    );
    expect(await failure("--format", "xml")).toBe(
      '2 error: E_VALUE: a value is not valid (at --format) — expected one of "json", "csv", "parquet", "croissant" — received "xml"',
    );
    expect(await failure("--format", "csv", "--output", "missing/cases.csv")).toMatch(
      /^1 error: E_OUTPUT: the file cannot be written \(at .*cases\.csv\) — received a folder that does not exist \(ENOENT\)\. Choose another file with --output\.$/,
    );
    const { exitCode, stdout, stderr } = await run("--format", "csv", "--json");
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "error: E_FLAG: two formats are asked for — expected --json or --format csv — received --json and --format csv. With --output FILE both are possible.\n",
    );
    expect(JSON.parse(stdout).code).toBe("E_FLAG");
  });
});
