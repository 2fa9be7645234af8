import { join } from "node:path";
import { readZooFile, ZOO_FILES, type ZooEntry, type ZooRecord } from "../../models/index.ts";
import { type Column, formatFacts, formatPercent, type Style } from "../../report/index.ts";
import type { AuditDocument } from "../plans/audit-document.ts";
import { verdictText } from "./audit-page.ts";

/** A model of a zoo in a list; one that is not kept has no folder. */
export const zooRow = (entry: ZooEntry | ZooRecord) => {
  const { id, seed, sha256, accuracies, exhaustive, caveats } = entry;
  const folder = "folder" in entry ? entry.folder : null;
  return { id, seed, folder, sha256, accuracies, exhaustive, caveats };
};

/** A share with the digits that tell 99.9 % from 100 %. */
const exactPercent = (share: number | null) =>
  share === null ? formatPercent(share) : `${Math.floor(share * 1e5) / 1e3} %`;

/** The columns of a list of a zoo's models. */
export const zooColumns: readonly Column<ReturnType<typeof zooRow>>[] = [
  { heading: "case", value: ({ id }) => id },
  { heading: "seed", value: ({ seed }) => seed },
  { heading: "accuracy", value: ({ accuracies }) => exactPercent(accuracies.accuracy) },
  { heading: "IIA", value: ({ accuracies }) => exactPercent(accuracies.iia) },
  { heading: "strict", value: ({ accuracies }) => exactPercent(accuracies.strictAccuracy) },
  { heading: "joint", value: ({ accuracies }) => exactPercent(accuracies.jointStrictAccuracy) },
  { heading: "proof", value: ({ exhaustive }) => (exhaustive ? "yes" : "no") },
  { heading: "caveats", value: ({ caveats }) => caveats.length },
];

/** A model of a zoo with its audit. `E_ZOO` if that was changed. */
export function zooPage(folder: string, entry: ZooEntry) {
  const audit = readZooFile(folder, entry, ZOO_FILES.audit).toString("utf8");
  return {
    ...entry,
    folder: join(folder, entry.folder),
    audit: JSON.parse(audit) as AuditDocument,
  };
}

/** The same for people. */
export function zooText(page: ReturnType<typeof zooPage>, style: Style): string {
  const { id, seed, folder, accuracies, updates, seconds, backend, sha256, caveats, audit } = page;
  return `${style.bold(`Case ${id}, seed ${seed}`)}\n\n${verdictText(audit)}\n\n${formatFacts(
    [
      ["accuracy", exactPercent(accuracies.accuracy)],
      ["IIA", exactPercent(accuracies.iia)],
      ["strict accuracy", exactPercent(accuracies.strictAccuracy)],
      ["joint strict accuracy", exactPercent(accuracies.jointStrictAccuracy)],
      ["trained", `${updates} updates, ${seconds} processor seconds, on ${backend}`],
      ["SHA-256", sha256],
      ["folder", folder],
      ...caveats.map((text): [string, string] => ["mind that", text]),
    ],
    style,
  )}`;
}
