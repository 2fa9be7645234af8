import { formatTable, type Style } from "../../report/index.ts";
import type { PlannedJob } from "../look-ahead.ts";

/** What jobs would come to, as a table: case, kind of work if there are several, action, folder. */
export function plannedText(jobs: readonly PlannedJob[], style: Style): string {
  if (jobs.length === 0) return "";
  const isMixed = new Set(jobs.map(({ kind }) => kind)).size > 1;
  return formatTable(
    [
      { heading: "case", value: (job) => job.case },
      ...(isMixed ? [{ heading: "work", value: (job: PlannedJob) => job.kind }] : []),
      { heading: "action", value: (job) => job.action },
      { heading: "folder", value: (job) => job.folder },
    ],
    jobs,
    style,
  );
}
