import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A repository that the server has, by name `OWNER/REPO`. */
export interface ServedRepository {
  readonly commit: string;
  /** Path → content. Contents of more than a kilobyte are large files, as of Git LFS. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Needs this token. */
  readonly token?: string;
}

/** A request as it came. */
export interface SeenRequest {
  readonly url: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** Something that goes wrong instead of an answer; `true` if it has dealt with the request. */
type Trouble = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A hub on loopback, which speaks as much of the hub's language as its client needs. */
export interface TestHub {
  readonly endpoint: string;
  readonly requests: SeenRequest[];
  repositories: Record<string, ServedRepository>;
  /** Is asked before every answer. */
  trouble: Trouble | undefined;
  /** Where files are redirected to, as the hub sends one to its stores. */
  redirect: string | undefined;
  /** What lists of files say of an entry. */
  alter: ((entry: Record<string, unknown>) => Record<string, unknown>) | undefined;
  close(): Promise<void>;
}

const LARGE = 1024;

const published = fileURLToPath(
  new URL("../../../test/fixtures/formats/published", import.meta.url),
);

/** The files of a published model. */
export const PUBLISHED_NAMES = ["ll_model.pth", "ll_model_cfg.pkl", "edges.pkl", "meta.json"];

/** A file of a published model. */
export const publishedContent = (id: string, name: string) =>
  new Uint8Array(readFileSync(join(published, id, name)));

/** A repository with published models, each in the folder of its case. */
export function publishedModels(ids: readonly string[], commit = "c".repeat(40)): ServedRepository {
  const paths = ids.flatMap((id) => PUBLISHED_NAMES.map((name) => [id, name] as const));
  const files = paths.map(([id, name]) => [`${id}/${name}`, publishedContent(id, name)] as const);
  return { commit, files: Object.fromEntries(files) };
}

/** Git's hash of a content. */
export const gitHash = (content: Uint8Array) =>
  createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");

export const sha256Of = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

export async function startHub(repositories: Record<string, ServedRepository>): Promise<TestHub> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { url = "", headers } = request;
    requests.push({ url, range: headers.range, authorization: headers.authorization });
    if (hub.trouble?.(request, response) === true) return;
    answer(hub, request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const hub: TestHub = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    repositories,
    trouble: undefined,
    redirect: undefined,
    alter: undefined,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
  return hub;
}

function answer(hub: TestHub, request: IncomingMessage, response: ServerResponse): unknown {
  const { pathname, searchParams } = new URL(request.url!, hub.endpoint);
  const path = decodeURIComponent(pathname);
  const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)(?:\/(.*))?$/.exec(path);
  const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.*)$/.exec(path);
  const name = api?.[1] ?? file?.[1] ?? "";
  const repository = hub.repositories[name];
  if (repository === undefined) return refuse(response, 401, "Repository not found");
  const { commit, files, token } = repository;
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
    return refuse(response, 401, "Invalid credentials");
  }
  const revision = api?.[3] ?? file?.[2];
  if (revision !== "main" && revision !== commit) return refuse(response, 404, "Invalid rev id");
  if (api?.[2] === "revision") {
    return json(response, {
      _id: "1",
      id: name,
      sha: commit,
      lastModified: "2024-10-02T00:00:00Z",
    });
  }
  if (api?.[2] === "tree") {
    return list(hub, response, files, api[4] ?? "", searchParams.get("recursive") === "true");
  }
  if (hub.redirect !== undefined) {
    return response.writeHead(302, { Location: `${hub.redirect}${request.url}` }).end();
  }
  return send(request, response, files[file?.[3] ?? ""]);
}

function list(
  hub: TestHub,
  response: ServerResponse,
  files: ServedRepository["files"],
  folder: string,
  isDeep: boolean,
): unknown {
  const start = folder === "" ? "" : `${folder}/`;
  const inside = Object.entries(files).filter(([path]) => path.startsWith(start));
  if (inside.length === 0) return refuse(response, 404, "Entry not found");
  const entries = inside
    .filter(([path]) => isDeep || !path.slice(start.length).includes("/"))
    .map(([path, content]) => {
      const large = { oid: sha256Of(content), size: content.length, pointerSize: 130 };
      const lfs = content.length > LARGE ? { lfs: large } : {};
      return { type: "file", path, size: content.length, oid: gitHash(content), ...lfs };
    });
  return json(response, entries.map(hub.alter ?? ((entry) => entry)));
}

/** A file, or a range of it. */
export function send(
  { headers }: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array | undefined,
): unknown {
  if (content === undefined) return refuse(response, 404, "Entry not found");
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "");
  if (range === null) {
    return response.writeHead(200, { "Content-Length": content.length }).end(content);
  }
  const [start, last] = [Number(range[1]), Number(range[2])];
  const part = content.subarray(start, last + 1);
  return response
    .writeHead(206, {
      "Content-Length": part.length,
      "Content-Range": `bytes ${start}-${start + part.length - 1}/${content.length}`,
    })
    .end(part);
}

export function refuse(response: ServerResponse, status: number, message: string): unknown {
  response.writeHead(status, { "X-Error-Message": message, "Content-Type": "application/json" });
  return response.end(JSON.stringify({ error: message }));
}

function json(response: ServerResponse, value: unknown): unknown {
  return response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}
