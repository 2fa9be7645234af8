import { printable } from "../../errors/index.ts";
import { formatFacts, formatTable, type Style } from "../../report/index.ts";

/** A model that is in the cache now. */
export interface PulledRow {
  /** The folder in the repository; of InterpBench the id of the case. */
  readonly case: string;
  readonly files: number;
  /** Bytes that had to be downloaded. */
  readonly downloaded: number;
  readonly folder: string;
}

/** Models of a repository that are in the cache now. */
export interface PulledModels {
  /** `OWNER/REPO`. */
  readonly repository: string;
  readonly revision: string;
  /** What the revision means now. */
  readonly commit: string;
  /** The folder of the cache. */
  readonly cache: string;
  readonly models: readonly PulledRow[];
}

/** The repository and the cache, and a table of the models. */
export function pulledText(pulled: PulledModels, style: Style): string {
  const { repository, revision, commit, cache, models } = pulled;
  const facts = formatFacts(
    [
      ["repository", `${repository} at ${revision}`],
      ["commit", commit],
      ["cache", printable(cache)],
    ],
    style,
  );
  const table = formatTable<PulledRow>(
    [
      { heading: "case", value: (row) => row.case },
      { heading: "files", value: ({ files }) => files },
      { heading: "downloaded", value: ({ downloaded }) => downloaded },
    ],
    models,
    style,
  );
  return `${facts}\n${table}`;
}
