import { allCases } from "../src/cases/index.ts";
import { markdownRows } from "../src/jobs/texts/markdown-table.ts";
import { packagedZoo, readZoo, type ZooEntry, type ZooRecord } from "../src/models/index.ts";
import { compareNames } from "../src/store/index.ts";
import { type PagePart, withPart } from "./page-part.ts";
import { zooHealth } from "./zoo-health.ts";

/** The table of models that {@link zooPage} makes. */
export const ZOO_TABLE: PagePart = {
  page: new URL("../docs/zoo.md", import.meta.url),
  script: "build:zoo",
};

/** The table of what they are like. */
const HEALTH_TABLE: PagePart = { ...ZOO_TABLE, name: "what they are like" };

const percent = (share: number | null) => (share === null ? "–" : (100 * share).toFixed(3));

/** How far apart the seeds of a case are: the range of an accuracy over them, in points. */
function spread(models: readonly ZooRecord[], { id }: ZooRecord): string {
  const own = models.filter((one) => one.id === id);
  if (own.length < 2) return "–";
  const least = own.map(({ accuracies }) =>
    Math.min(...Object.values(accuracies).filter((x) => x !== null)),
  );
  return (100 * (Math.max(...least) - Math.min(...least))).toFixed(3);
}

function table(models: readonly ZooEntry[], records: readonly ZooRecord[]): string {
  const headings = [
    "case",
    "seed",
    "updates",
    "seconds",
    "accuracy",
    "IIA",
    "strict",
    "joint",
    "spread",
    "pairs",
    "mind that",
  ];
  const all = [...models, ...records].sort((a, b) => compareNames(a.id, b.id) || a.seed - b.seed);
  const rows = all.map((entry) => [
    entry.id,
    `${entry.seed}${"folder" in entry ? "" : ", recorded"}`,
    entry.updates,
    entry.seconds,
    percent(entry.accuracies.accuracy),
    percent(entry.accuracies.iia),
    percent(entry.accuracies.strictAccuracy),
    percent(entry.accuracies.jointStrictAccuracy),
    spread(all, entry),
    `${entry.pairs}${entry.exhaustive ? ", all" : ""}`,
    entry.caveats.join("; "),
  ]);
  return markdownRows(headings, rows);
}

/** The page with the tables of the models that the package has. */
export function zooPage(): string {
  const { models, records } = readZoo(packagedZoo());
  const missing = allCases()
    .map(({ id }) => id)
    .filter((id) => !models.some((one) => one.id === id));
  const exhaustive = models.filter((one) => one.exhaustive).length;
  const withTable = withPart(
    ZOO_TABLE,
    `${models.length} models, ${exhaustive} of them proved on all pairs of inputs, and records of ${records.length} that are not kept.${missing.length === 0 ? "" : ` Without a model: ${missing.join(", ")}.`}

${table(models, records)}`,
  );
  return withPart(HEALTH_TABLE, zooHealth(models), withTable);
}
