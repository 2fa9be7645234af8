import type { AuditDocument } from "../src/jobs/index.ts";
import { markdownRows } from "../src/jobs/texts/markdown-table.ts";
import { packagedZoo, readZooFile, ZOO_FILES, type ZooEntry } from "../src/models/index.ts";
import { meanOf, quantile } from "../src/statistics/index.ts";

type Health = AuditDocument["health"];

/** A measure of a model; none without attention. */
interface Measure {
  readonly title: string;
  readonly of: (health: Health) => number | undefined;
}

const overHeads = ({ heads }: Health, of: (head: Health["heads"][number]) => number) =>
  heads.length === 0 ? undefined : meanOf(heads.map(of));

const MEASURES: readonly Measure[] = [
  { title: "loss on the task", of: ({ loss }) => loss },
  {
    title: "residual stream behind the last block",
    of: ({ residualNorms }) => residualNorms.at(-1),
  },
  { title: "largest weight matrix", of: ({ largestWeightNorm }) => largestWeightNorm },
  {
    title: "entropy of attention, mean of heads",
    of: (health) => overHeads(health, ({ entropy }) => entropy),
  },
  {
    title: "share of a gradient through the softmax, mean of heads",
    of: (health) => overHeads(health, ({ gradientShare }) => gradientShare),
  },
];

const number = (x: number) => (x === 0 ? "0" : Number(x.toPrecision(3)).toString());

function quartiles(values: readonly number[]): string {
  const ascending = [...values].sort((a, b) => a - b);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => number(quantile(ascending, share)));
  return `${middle} (${low} … ${high})`;
}

/** What models of a zoo are like beside the natural models of their cases, by their audits. */
export function zooHealth(models: readonly ZooEntry[]): string {
  const zoo = packagedZoo();
  const audits = models
    .map((entry) => JSON.parse(readZooFile(zoo, entry, ZOO_FILES.audit).toString("utf8")))
    .filter((audit: AuditDocument) => audit.naturalHealth !== null) as AuditDocument[];
  const rows = MEASURES.map(({ title, of }) => {
    const pairs = audits
      .map(({ health, naturalHealth }) => [of(health), of(naturalHealth!)] as const)
      .filter((pair): pair is [number, number] => pair.every((x) => x !== undefined));
    const ratios = pairs.map(([own, natural]) => own / natural);
    return [
      title,
      quartiles(pairs.map(([own]) => own)),
      quartiles(pairs.map(([, natural]) => natural)),
      quartiles(ratios),
    ];
  });
  const headings = ["", "models of the zoo", "natural models", "ratio within a case"];
  return markdownRows(headings, rows);
}
