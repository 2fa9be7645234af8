/**
 * Compresses the compiled transformers of cases to several widths and writes what is left as lines of a
 * Markdown table: what `docs/compression.md` quotes.
 *
 *     npm run measure:compression -- --kind non-linear --cases 3,13 --ratios 1,0.5
 *
 * Each line is two commands of `dist/`, with results in a folder that is removed again:
 *
 *     train KIND-compression -i CASE --d-model-compression-ratio R --epochs 40 --max-train-samples 30000
 *     eval iit --model FOLDER --max-pairs 16384
 *
 * Accuracies are those of the kept weights on held-out pairs, effects the means of the resample effects of
 * nodes in and outside of the circuit.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { markdownLine } from "../src/jobs/texts/markdown-table.ts";

const { values: given } = parseArgs({
  options: {
    kind: { type: "string", default: "linear" },
    cases: { type: "string", default: "3" },
    /** Widths of the residual stream, as shares of that of the compiled transformer. */
    ratios: { type: "string", default: "1,0.75,0.5,0.25,0.1" },
    epochs: { type: "string", default: "40" },
    samples: { type: "string", default: "30000" },
    seed: { type: "string", default: "1234" },
  },
});

interface Trained {
  readonly folder: string;
  readonly metrics: Readonly<Partial<Record<"accuracy" | "iia" | "strictAccuracy", number | null>>>;
  readonly dModel: { readonly original: number; readonly compressed: number };
}

interface Evaluated {
  readonly rows: readonly {
    readonly status: "in_circuit" | "not_in_circuit";
    readonly resampleAblateEffect: number;
  }[];
}

const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const results = mkdtempSync(join(tmpdir(), "compression-"));

/** The document of a command. */
function run<Document>(...args: string[]): Document {
  const common = ["--threads", "1", "--json", "-o", results];
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args, ...common], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

const percent = (x: number | null | undefined) => (x == null ? "" : (100 * x).toFixed(1));

function meanEffect({ rows }: Evaluated, status: Evaluated["rows"][number]["status"]): string {
  const effects = rows
    .filter((row) => row.status === status)
    .map(({ resampleAblateEffect }) => resampleAblateEffect);
  const sum = effects.reduce((total, effect) => total + effect, 0);
  return effects.length === 0 ? "" : (sum / effects.length).toFixed(3);
}

function measure(id: string, ratio: string): readonly string[] {
  const { folder, metrics, dModel } = run<Trained>(
    ...["train", `${given.kind}-compression`, "-i", id, "--d-model-compression-ratio", ratio],
    ...["--epochs", given.epochs, "--max-train-samples", given.samples, "--seed", given.seed],
  );
  const effects = run<Evaluated>("eval", "iit", "--model", folder, "--max-pairs", "16384");
  return [
    id,
    given.kind,
    `${dModel.compressed} of ${dModel.original}`,
    percent(metrics.accuracy),
    percent(metrics.iia),
    percent(metrics.strictAccuracy),
    meanEffect(effects, "in_circuit"),
    meanEffect(effects, "not_in_circuit"),
  ];
}

const HEADINGS = [
  "case",
  "kind",
  "c of d",
  "accuracy, %",
  "IIA, %",
  "strict, %",
  "effect in",
  "outside",
];
const line = (cells: readonly string[]) => process.stdout.write(`${markdownLine(cells)}\n`);
try {
  line(HEADINGS);
  line(HEADINGS.map(() => "---"));
  for (const id of given.cases.split(",")) {
    for (const ratio of given.ratios.split(",")) line(measure(id, ratio));
  }
} finally {
  rmSync(results, { recursive: true });
}
