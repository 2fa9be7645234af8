import { allCases, type Case, isPublished } from "../cases/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { folderModel } from "./folder.ts";
import type { FoundModel, ModelRequest } from "./found.ts";
import { DEFAULT_REVISION, formatPlace, type HubPlace } from "./hub/place.ts";
import { hubModel } from "./hub/pull.ts";
import { hubSettings } from "./hub/settings.ts";
import type { SourceOf } from "./source.ts";

/** Where the models of the paper are published. */
export const INTERPBENCH = "cybershiptrooper/InterpBench";

/** The published InterpBench model of a case. `E_MODEL` if none is published, and as {@link modelOfHub}. */
export async function interpBenchModel(case_: Case, request: ModelRequest): Promise<FoundModel> {
  if (!isPublished(case_)) {
    const published = allCases().filter(isPublished);
    throw new InterpBenchError("E_MODEL", `case "${case_.id}" has no published model`, {
      expected: `one of ${published.map(({ id }) => id).join(", ")}`,
      received: case_.id,
    });
  }
  return modelOfHub({ kind: "hub", repository: INTERPBENCH }, request);
}

/**
 * A model of the hub; stored results call it by its commit. Where no folder is named, it is that of the
 * case, as InterpBench is laid out, or the repository itself where there is no case.
 */
export async function modelOfHub(
  { repository, folder, revision = DEFAULT_REVISION }: SourceOf<"hub">,
  request: ModelRequest,
): Promise<FoundModel> {
  const { case_, hub = { settings: hubSettings(process.env) } } = request;
  const place: HubPlace = { repository, folder: folder ?? case_?.id ?? "", revision };
  const { path, commit } = await hubModel(place, hub);
  const storedName = formatPlace({ ...place, revision: commit.slice(0, SHOWN) });
  return folderModel(path, request, { storedName });
}

/** So many characters of a commit tell it from all others of a repository. */
const SHOWN = 12;
