import { InterpBenchError } from "../../errors/index.ts";
import type { Progress } from "../../report/index.ts";
import { type CachedRepository, cachedRepository } from "./cache.ts";
import { type HubClient, type HubFile, hubClient } from "./client.ts";
import { download } from "./download.ts";
import { isModel, markWhole, modelNames, stateOf } from "./model-files.ts";
import type { Patience } from "./network.ts";
import { formatPlace, type HubPlace, hubPlace } from "./place.ts";
import type { HubSettings } from "./settings.ts";

/** How the hub is used: settings, whom to tell, and what stops it. */
export interface HubAccess {
  readonly settings: HubSettings;
  /** Is told of downloads. Default nobody. */
  readonly progress?: Pick<Progress, "begin"> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
}

/** A model of the hub in the cache. */
export interface PulledModel {
  /** The folder with its files. */
  readonly path: string;
  readonly commit: string;
  readonly files: number;
  /** Bytes that had to be downloaded. */
  readonly downloaded: number;
}

/**
 * The model of a place, from the cache if it is there, else from the hub. What a branch meant when it
 * was last looked up is believed: {@link openRepository} looks it up anew.
 *
 * `E_HUB` where it is in neither, where the network may not be asked, and as {@link hubClient}.
 */
export async function hubModel(place: HubPlace, access: HubAccess): Promise<PulledModel> {
  const { settings } = access;
  const { folder, revision } = hubPlace(place);
  const cached = cachedRepository(settings.cache, place);
  const commit = cached.commitOf(revision);
  const state = commit === undefined ? "absent" : stateOf(cached, commit, folder);
  if (commit !== undefined && (state === "whole" || (state === "usable" && settings.isOffline))) {
    return inCache(cached, commit, folder, 0);
  }
  const repository = await openRepository(place, access);
  return repository.pull(folder);
}

/** A repository of the hub at the commit that its revision means now. */
export interface OpenedRepository {
  readonly commit: string;
  /** The folders that hold a model, in the hub's order. Asks once for all files. */
  folders(): Promise<readonly string[]>;
  /** Brings the model of a folder into the cache; what is there is not loaded again. */
  pull(folder: string): Promise<PulledModel>;
}

/** Looks up what a revision means now. `E_HUB` where the network may not be asked, or does not answer. */
export async function openRepository(
  place: HubPlace,
  access: HubAccess,
): Promise<OpenedRepository> {
  const { settings, signal = new AbortController().signal, patience } = access;
  const checked = hubPlace(place);
  if (settings.isOffline) {
    throw new InterpBenchError("E_HUB", "the model is not in the cache, and the network is off", {
      at: formatPlace(checked),
      expected: `a copy in ${settings.cache}`,
      hint: "Unset HF_HUB_OFFLINE, or pull the model where there is a network and copy the cache. A copy of the folder can be named instead.",
    });
  }
  const client = hubClient(settings, signal, patience);
  const commit = await client.commitOf(checked);
  const cached = cachedRepository(settings.cache, checked);
  let all: Promise<readonly HubFile[]> | undefined;
  const everything = () => (all ??= client.files({ ...checked, folder: "" }, commit, true));
  const listed = async (folder: string) =>
    all === undefined
      ? client.files({ ...checked, folder }, commit)
      : (await all).filter((file) => folderOf(file) === folder);
  return {
    commit,
    async folders() {
      const files = await everything();
      const names = [...new Set(files.map(folderOf))];
      const namesIn = (folder: string) =>
        files.filter((file) => folderOf(file) === folder).map(nameOf);
      return names.filter((folder) => isModel(namesIn(folder)));
    },
    async pull(folder) {
      const place = { ...checked, folder };
      const files = await listed(folder);
      const wanted = modelFiles(files, place);
      const downloaded = await load(wanted, place, cached, client, { ...access, signal });
      cached.setCommit(checked.revision, commit);
      markWhole(cached, commit, folder);
      return inCache(cached, commit, folder, downloaded);
    },
  };
}

/** The files of the model among those of a folder. */
function modelFiles(files: readonly HubFile[], place: HubPlace): readonly HubFile[] {
  const names = modelNames(files.map(nameOf));
  if (names.length > 0) return files.filter((file) => names.includes(nameOf(file)));
  throw new InterpBenchError("E_HUB", "the folder of the hub holds no model", {
    at: formatPlace(place),
    expected: "ll_model.pth and ll_model_cfg.pkl, or model.safetensors and config.json",
    received: files.length === 0 ? "no files" : files.map(nameOf).join(", "),
  });
}

/** Downloads files and gives them their names; returns how many bytes had to come. */
async function load(
  files: readonly HubFile[],
  place: HubPlace,
  cached: CachedRepository,
  client: HubClient,
  { progress, signal }: HubAccess & { readonly signal: AbortSignal },
): Promise<number> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const line = progress?.begin(`pull ${formatPlace(place)}`, { unit: "bytes", total });
  let [before, downloaded] = [0, 0];
  try {
    for (const file of files) {
      const onBytes = (bytes: number) => line?.update(before + bytes);
      downloaded += await download(file, cached, client, { signal, onBytes });
      cached.link(file.commit, file.path, file.hash);
      before += file.bytes;
      line?.update(before);
    }
  } catch (error) {
    line?.fail(error === signal.reason ? "stopped; the same command goes on from here" : "failed");
    throw error;
  }
  line?.finish();
  return downloaded;
}

function inCache(
  cached: CachedRepository,
  commit: string,
  folder: string,
  downloaded: number,
): PulledModel {
  const files = modelNames(cached.names(commit, folder)).length;
  return { path: cached.snapshot(commit, folder), commit, files, downloaded };
}

const folderOf = ({ path }: HubFile) => path.split("/").slice(0, -1).join("/");
const nameOf = ({ path }: HubFile) => path.split("/").at(-1)!;
