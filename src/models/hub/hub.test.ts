import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cachedRepository } from "./cache.ts";
import { hubClient } from "./client.ts";
import { download } from "./download.ts";
import type { HubPlace } from "./place.ts";
import { type HubAccess, hubModel, openRepository } from "./pull.ts";
import {
  gitHash,
  PUBLISHED_NAMES,
  publishedContent,
  publishedModels,
  refuse,
  sha256Of,
  startHub,
  type TestHub,
} from "./server.testing.ts";
import { hubSettings } from "./settings.ts";

const NAME = "owner/models";
const COMMIT = "c".repeat(40);
const filesOf = (...ids: readonly string[]) => publishedModels(ids).files;

let cache: string;
let hub: TestHub;
beforeEach(async () => {
  cache = mkdtempSync(join(tmpdir(), "hub-"));
  const files = { ...filesOf("3", "13"), "README.md": new TextEncoder().encode("# Models\n") };
  hub = await startHub({ [NAME]: { commit: COMMIT, files } });
});
afterEach(async () => {
  await hub.close();
  rmSync(cache, { recursive: true });
});

const place = (changes: Partial<HubPlace> = {}): HubPlace => ({
  repository: NAME,
  folder: "3",
  revision: "main",
  ...changes,
});

const access = (env: Record<string, string> = {}, changes: Partial<HubAccess> = {}): HubAccess => ({
  settings: {
    ...hubSettings({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, ...env }),
    timeout: 400,
  },
  patience: { attempts: 3, pause: 5 },
  ...changes,
});

const root = () => join(cache, "models--owner--models");
const urls = () => hub.requests.map(({ url }) => url);
const pth = () => hub.repositories[NAME]!.files["3/ll_model.pth"]!;

async function faultOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => "no error",
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ code: "E_HUB" });
  return error as { message: string; received?: string; hint?: string };
}

describe("a model of the hub", () => {
  it("comes into the cache as Python's tools keep it", async () => {
    const { path, commit, files, downloaded } = await hubModel(place(), access());
    expect([commit, files]).toEqual([COMMIT, 4]);
    expect(path).toBe(join(root(), "snapshots", COMMIT, "3"));
    for (const name of PUBLISHED_NAMES) {
      const content = publishedContent("3", name);
      expect(readFileSync(join(path, name)).equals(content)).toBe(true);
      const hash = content.length > 1024 ? sha256Of(content) : gitHash(content);
      expect(readlinkSync(join(path, name))).toBe(`../../../blobs/${hash}`);
    }
    expect(readFileSync(join(root(), "refs/main"), "utf8")).toBe(COMMIT);
    expect(readdirSync(join(root(), "blobs"))).toHaveLength(4);
    const bytes = PUBLISHED_NAMES.map((name) => publishedContent("3", name).length);
    expect(downloaded).toBe(bytes.reduce((sum, size) => sum + size));
  });

  it("asks for nothing but itself", async () => {
    await hubModel(place(), access());
    expect(urls().filter((url) => /README|\/13/.test(url))).toEqual([]);
  });

  it("is then read without asking anybody", async () => {
    const first = await hubModel(place(), access());
    const count = hub.requests.length;
    const again = await hubModel(place(), access());
    expect(again).toEqual({ ...first, downloaded: 0 });
    expect(await hubModel(place({ revision: COMMIT }), access())).toEqual(again);
    await hub.close();
    expect(await hubModel(place(), access({ HF_HUB_OFFLINE: "1" }))).toEqual(again);
    expect(hub.requests).toHaveLength(count);
  });

  it("that Python has put there is found; what may lie beside it is asked for once", async () => {
    const { path } = await hubModel(place(), access());
    rmSync(join(path, "edges.pkl"));
    expect((await hubModel(place(), access({ HF_HUB_OFFLINE: "YES" }))).files).toBe(3);
    expect((await hubModel(place(), access())).files).toBe(4);
  });

  it("without edges is remembered to be so", async () => {
    const { "3/edges.pkl": _, ...files } = filesOf("3");
    hub.repositories = { [NAME]: { commit: COMMIT, files } };
    await hubModel(place(), access());
    expect(existsSync(join(root(), ".no_exist", COMMIT, "3/edges.pkl"))).toBe(true);
    const count = hub.requests.length;
    expect((await hubModel(place(), access())).files).toBe(3);
    expect(hub.requests).toHaveLength(count);
  });

  it("stays as it is until its branch is looked up anew", async () => {
    await hubModel(place(), access());
    const later = "d".repeat(40);
    hub.repositories = { [NAME]: { commit: later, files: filesOf("3", "13") } };
    expect((await hubModel(place(), access())).commit).toBe(COMMIT);
    const repository = await openRepository(place(), access());
    expect(await repository.pull("3")).toMatchObject({ commit: later, downloaded: 0 });
    expect((await hubModel(place(), access())).commit).toBe(later);
  });

  it("can be the repository itself", async () => {
    const files = Object.fromEntries(
      Object.entries(filesOf("3")).map(([path, content]) => [path.slice(2), content]),
    );
    hub.repositories = { [NAME]: { commit: COMMIT, files } };
    expect((await hubModel(place({ folder: "" }), access())).files).toBe(4);
  });

  it("is one of those that a repository lists", async () => {
    const repository = await openRepository(place(), access());
    expect(await repository.folders()).toEqual(["3", "13"]);
    await repository.pull("3");
    await repository.pull("13");
    expect(urls().filter((url) => url.includes("/tree/"))).toHaveLength(1);
  });
});

describe("a download", () => {
  const file = () => ({
    repository: NAME,
    commit: COMMIT,
    path: "3/ll_model.pth",
    bytes: pth().length,
    hash: sha256Of(pth()),
  });
  const signal = new AbortController().signal;
  const cached = () => cachedRepository(cache, place());
  const client = () => hubClient(access().settings, signal, access().patience);

  it("goes on where it was stopped", async () => {
    const stop = new AbortController();
    const onBytes = (bytes: number) => bytes >= 3000 && stop.abort(new Error("stopped"));
    const options = { signal: stop.signal, step: 1000, onBytes };
    await expect(download(file(), cached(), client(), options)).rejects.toThrow("stopped");
    const partial = `${cached().blob(file().hash)}.incomplete`;
    expect(readFileSync(partial).equals(pth().subarray(0, 3000))).toBe(true);
    expect(existsSync(cached().blob(file().hash))).toBe(false);

    hub.requests.length = 0;
    const loaded = await download(file(), cached(), client(), { signal, step: 20_000 });
    expect(loaded).toBe(pth().length - 3000);
    expect(hub.requests.map(({ range }) => range)).toEqual([
      "bytes=3000-22999",
      `bytes=23000-${pth().length - 1}`,
    ]);
    expect(readFileSync(cached().blob(file().hash)).equals(pth())).toBe(true);
    expect(existsSync(partial)).toBe(false);
  });

  it("begins anew where what was left is something else", async () => {
    const partial = `${cached().blob(file().hash)}.incomplete`;
    mkdirSync(dirname(partial), { recursive: true });
    writeFileSync(partial, "something else");
    await download(file(), cached(), client(), { signal });
    expect(readFileSync(cached().blob(file().hash)).equals(pth())).toBe(true);
    rmSync(cached().blob(file().hash));
    writeFileSync(partial, pth());
    appendFileSync(partial, "and more");
    await download(file(), cached(), client(), { signal });
    expect(readFileSync(cached().blob(file().hash)).equals(pth())).toBe(true);
  });

  it("is made once where two want it", async () => {
    const both = [1, 2].map(() => download(file(), cached(), client(), { signal }));
    expect((await Promise.all(both)).sort()).toEqual([0, pth().length].sort());
  });

  it("of an empty file is an empty file", async () => {
    const empty = { ...file(), path: "3/empty", bytes: 0, hash: gitHash(new Uint8Array()) };
    expect(await download(empty, cached(), client(), { signal })).toBe(0);
    expect(readFileSync(cached().blob(empty.hash))).toHaveLength(0);
  });
});

describe("what the hub gets wrong is an error, and nothing of it stays", () => {
  const nothingStays = () => {
    const blobs = join(root(), "blobs");
    return (
      !existsSync(join(root(), "snapshots", COMMIT, "3/ll_model.pth")) &&
      (!existsSync(blobs) || !readdirSync(blobs).some((name) => name.endsWith(".claim")))
    );
  };
  afterEach(() => expect(nothingStays()).toBe(true));

  it("a content of another hash", async () => {
    const wrong = pth().slice();
    wrong[100]! ^= 1;
    hub.trouble = (request, response) => {
      if (request.url?.endsWith("/3/ll_model.pth") !== true) return false;
      response.end(wrong);
      return true;
    };
    const fault = await faultOf(hubModel(place(), access()));
    expect(fault).toMatchObject({
      message: "a file of the hub does not have the hash it should have",
      received: sha256Of(wrong),
    });
    expect(existsSync(join(root(), "refs"))).toBe(false);
    expect(readdirSync(join(root(), "blobs")).filter((name) => /incomplete/.test(name))).toEqual(
      [],
    );
  });

  it("a folder, a repository or a revision that it does not have", async () => {
    for (const changes of [{ folder: "99" }, { revision: "other" }]) {
      const { message, received } = await faultOf(hubModel(place(changes), access()));
      expect(message).toBe("the hub has no such thing");
      expect(received).toMatch(/^404 (Entry not found|Invalid rev id)$/);
    }
    const fault = await faultOf(hubModel(place({ repository: "owner/others" }), access()));
    expect(fault.hint).toBe(
      "Check the name; what is private or gated needs a token, in HF_TOKEN or by `hf auth login`.",
    );
  });

  it("a private repository and no token, or a wrong one", async () => {
    hub.repositories[NAME] = { ...hub.repositories[NAME]!, token: "hf_right" };
    expect((await faultOf(hubModel(place(), access()))).received).toBe("401 Invalid credentials");
    const wrong = await faultOf(hubModel(place(), access({ HF_TOKEN: "hf_wrong" })));
    expect(wrong.hint).toContain("The token may not be allowed");
    expect(hub.requests).toHaveLength(2);
  });

  it("servers that stay out of order, after some attempts", async () => {
    hub.trouble = (_, response) => {
      refuse(response, 503, "Maintenance");
      return true;
    };
    expect(await faultOf(hubModel(place(), access()))).toMatchObject({
      message: "the hub is out of order",
      received: "503 Maintenance",
      hint: expect.stringContaining("Try again"),
    });
    expect(hub.requests).toHaveLength(3);
  });

  it("no answer in time", async () => {
    hub.trouble = () => true;
    const started = Date.now();
    const once = { patience: { attempts: 1, pause: 0 } };
    expect((await faultOf(hubModel(place(), access({}, once)))).message).toBe(
      "the hub does not answer",
    );
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it("a body that stops coming", async () => {
    hub.trouble = (request, response) => {
      if (request.url?.endsWith("/3/ll_model.pth") !== true) return false;
      response.writeHead(200, { "Content-Length": pth().length });
      response.write(pth().subarray(0, 500));
      return true;
    };
    const once = { patience: { attempts: 1, pause: 0 } };
    const { message } = await faultOf(hubModel(place(), access({}, once)));
    expect(message).toBe("the hub does not answer");
  });

  it("a connection that breaks", async () => {
    hub.trouble = (request, response) => {
      if (request.url?.endsWith("/3/ll_model.pth") !== true) return false;
      response.writeHead(200, { "Content-Length": pth().length });
      response.write(pth().subarray(0, 500), () => response.destroy());
      return true;
    };
    const { message } = await faultOf(hubModel(place(), access()));
    expect(message).toBe("the connection to the hub failed");
  });

  it("no network", async () => {
    const settings = { ...access().settings, endpoint: "http://127.0.0.1:9" };
    const { message, hint } = await faultOf(hubModel(place(), { ...access(), settings }));
    expect(message).toBe("the connection to the hub failed");
    expect(hint).toMatch(/^Try again where there is a network/);
  });

  it("a network that may not be asked", async () => {
    expect(await faultOf(hubModel(place(), access({ HF_HUB_OFFLINE: "1" })))).toMatchObject({
      message: "the model is not in the cache, and the network is off",
      hint: expect.stringMatching(/^Unset HF_HUB_OFFLINE, or pull/),
    });
    expect(hub.requests).toEqual([]);
  });

  it.each([
    ["a path out of the folder", { path: "3/../../../../evil" }],
    ["an absolute path", { path: "/etc/passwd" }],
    ["another folder", { path: "13/ll_model.pth" }],
    ["a path of Windows", { path: "3/..\\..\\evil" }],
    ["a hash that is a path", { oid: "../../../evil", lfs: undefined }],
    ["a hash of a large file that is a path", { lfs: { oid: "../evil", size: 3 } }],
    ["a size that is none", { size: -1, lfs: undefined }],
  ])("a list of files with %s", async (_, change) => {
    hub.alter = (entry) => ({ ...entry, ...change });
    const { message } = await faultOf(hubModel(place(), access()));
    expect(message).toBe("the hub gives an answer that cannot be true");
    expect(readdirSync(cache)).toEqual([]);
  });

  it("a size that is not that of the file", async () => {
    hub.alter = (entry) => ({ ...entry, size: 10, lfs: undefined });
    await faultOf(hubModel(place(), access()));
  });

  it("a commit that is none", async () => {
    hub.repositories[NAME] = { ...hub.repositories[NAME]!, commit: "../../evil" };
    const { message } = await faultOf(hubModel(place(), access()));
    expect(message).toBe("the hub gives an answer that cannot be true");
  });
});

describe("what passes is waited for", () => {
  it("a server that is out of order for a moment", async () => {
    let left = 4;
    hub.trouble = (_, response) => {
      if (left-- % 2 === 0) return false;
      refuse(response, 502, "Bad gateway");
      return true;
    };
    expect((await hubModel(place(), access())).files).toBe(4);
  });

  it("an answer that comes slowly, but comes", async () => {
    hub.trouble = (request, response) => {
      if (request.url?.endsWith("/3/ll_model.pth") !== true) return false;
      response.writeHead(200, { "Content-Length": pth().length });
      const send = (start: number) => {
        if (start >= pth().length) return response.end();
        response.write(pth().subarray(start, start + 5000));
        return setTimeout(send, 150, start + 5000);
      };
      send(0);
      return true;
    };
    expect((await hubModel(place(), access())).files).toBe(4);
  });
});

describe("a redirected file", () => {
  it("is loaded from where it is, without the token", async () => {
    const store = await startHub(hub.repositories);
    hub.repositories = { [NAME]: { ...hub.repositories[NAME]!, token: "hf_right" } };
    hub.redirect = store.endpoint;
    expect((await hubModel(place(), access({ HF_TOKEN: "hf_right" }))).files).toBe(4);
    const authorizations = (seen: TestHub) =>
      new Set(seen.requests.map(({ authorization }) => authorization));
    expect(authorizations(hub)).toEqual(new Set(["Bearer hf_right"]));
    expect(store.requests.length).toBe(4);
    expect(authorizations(store)).toEqual(new Set([undefined]));
    await store.close();
  });

  it("in a circle is an error", async () => {
    hub.redirect = hub.endpoint;
    expect((await faultOf(hubModel(place(), access()))).message).toBe(
      "the connection to the hub failed",
    );
  });
});
