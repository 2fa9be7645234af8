import { z } from "zod";
import { formatError } from "../../errors/index.ts";
import { flag } from "../../flags/index.ts";
import { type Failure, failuresDocument, failuresText, pathBelow } from "../../jobs/index.ts";
import {
  DEFAULT_REVISION,
  hubSettings,
  INTERPBENCH,
  type OpenedRepository,
  openRepository,
  type PulledRow,
  pulledText,
} from "../../models/index.ts";
import { compareNames } from "../../store/index.ts";
import { type Context, defineCommand } from "../command.ts";
import { caseOptions, selectIds } from "../options/cases.ts";

const group = "Where from";

/** `pull`: published models into the cache of the hub. */
export const pull = defineCommand({
  path: ["pull"],
  summary: "Download published models into the cache of the Hugging Face hub",
  description: [
    "All models of the repository, or those of some cases. What is in the cache is not loaded again, and what was interrupted goes on; contents are compared with their hashes. Afterwards --interp-bench works without a network.",
    "The cache is that of all tools of the hub. HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT and HF_TOKEN mean what they mean there.",
  ].join("\n\n"),
  options: z.object({
    indices: caseOptions.indices,
    repository: flag(z.string().min(1).default(INTERPBENCH), "The repository", {
      group,
      placeholder: "OWNER/REPO",
    }),
    revision: flag(z.string().min(1).default(DEFAULT_REVISION), "A branch, a tag or a commit", {
      group,
      placeholder: "REVISION",
    }),
  }),
  examples: [
    { command: "pull 3,13", summary: "The models of two cases" },
    { command: "pull", summary: "All of them" },
  ],
  async run(context, { indices, repository, revision }) {
    const { io, progress, signal } = context;
    const settings = hubSettings(io.env);
    const place = { repository, revision, folder: "" };
    const opened = await openRepository(place, { settings, progress, signal });
    const folders = await wantedFolders(opened, indices);
    const { rows, failures } = await pullAll(opened, folders, context);
    const { commit } = opened;
    const document = { repository, revision, commit, cache: settings.cache, models: rows };
    return {
      kind: "pull",
      document: { ...document, failures: failuresDocument(failures) },
      text: (style) => pulledText(document, style) + failuresText(failures, folders.length, style),
      exitCode: failures.length > 0 ? 1 : 0,
    };
  },
});

/** The folders of the cases that are asked for; all that hold a model if none are. */
async function wantedFolders(
  opened: OpenedRepository,
  indices: readonly string[] | undefined,
): Promise<readonly string[]> {
  const all = [...(await opened.folders())].sort(compareNames);
  return indices === undefined ? all : selectIds(indices, all);
}

async function pullAll(
  opened: OpenedRepository,
  folders: readonly string[],
  { io, name, progress, signal }: Context,
) {
  const rows: PulledRow[] = [];
  const failures: Failure[] = [];
  for (const folder of folders) {
    try {
      const { path, files, downloaded } = await opened.pull(folder);
      rows.push({ case: folder, files, downloaded, folder: pathBelow(path, io.cwd) });
    } catch (error) {
      if (folders.length === 1 || signal.aborted) throw error;
      progress.warn(`${name} ${folder}: ${formatError(error)}`);
      failures.push({ case: folder, error });
    }
  }
  return { rows, failures };
}
