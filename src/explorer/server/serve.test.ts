import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobContext } from "../../jobs/index.ts";
import type { Listening } from "./listen.ts";
import { listen } from "./listen.ts";
import { routesOf } from "./routes.ts";
import { openRuns, type RunState, type Runs } from "./runs.ts";

const parts = { shell: "1", views: "", style: "", engine: "" };
let folder: string;
let server: Listening;
let runs: Runs;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "serve-"));
  const around = jobContext(join(folder, "results"), { folder });
  runs = openRuns(around);
  server = await listen(0, routesOf({ parts, store: around.store, runs }));
});
afterAll(async () => {
  await server.close();
  await runs.close();
  rmSync(folder, { recursive: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks the server; `fetch` would set the headers that are tested by itself. */
function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const { port } = new URL(server.url);
    const asked = request(
      { host: "127.0.0.1", port, path, method, headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

const JSON_TYPE = { "content-type": "application/json" };
const order = (value: unknown, headers = JSON_TYPE) =>
  ask("/runs", { method: "POST", headers, body: JSON.stringify(value) });

describe("a server of the explorer", () => {
  it("gives the page, what there is, and the files of models", async () => {
    const page = await ask("/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("connect-src 'self'");
    const content = JSON.parse((await ask("/content.json")).text);
    expect(content).toMatchObject({ kind: "serve", results: [] });
    expect(content.models.length).toBeGreaterThan(50);
    expect(JSON.parse((await ask("/models/3-seed1/config.json")).text).n_layers).toBe(2);
    const effects = JSON.parse((await ask("/models/3-seed1/effects.json")).text);
    expect(effects.nodes.at(-3)).toMatchObject({ text: "blocks.1.attn.hook_result[2]", mean: 1 });
  });

  it.each([
    "/nothing",
    "/results/run-acdc/3/0123456789ab.json",
    "/results/../../package.json",
    "/results/%2e%2e/%2e%2e/package.json",
    "/models/..%2f..%2fpackage.json/config.json",
    "/models/3-seed1/audit.json",
    "/models/nothing/effects.json",
    "/%",
  ])("has nothing at %s", async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it("refuses other names of this machine, and pages of other origins", async () => {
    const { host } = new URL(server.url);
    const asked = (headers: Readonly<Record<string, string>>) => ask("/content.json", { headers });
    expect((await asked({ host: "evil.example" })).status).toBe(403);
    expect((await asked({ host, origin: "https://evil.example" })).status).toBe(403);
    expect((await asked({ host, origin: "null" })).status).toBe(403);
    expect((await asked({ host, origin: `http://${host}` })).status).toBe(200);
    expect((await asked({ host: host.replace("127.0.0.1", "localhost") })).status).toBe(200);
  });

  it("takes orders as JSON only, which other pages cannot send unasked", async () => {
    const plain = await order({}, { "content-type": "text/plain" });
    expect(plain.status).toBe(403);
    const broken = await ask("/runs", { method: "POST", headers: JSON_TYPE, body: "{" });
    expect(broken.status).toBe(400);
    const long = await ask("/runs", {
      method: "POST",
      headers: JSON_TYPE,
      body: `"${"a".repeat(200_000)}"`,
    });
    expect(long.text).toContain("the order is too long");
  });

  it.each([
    [{ kind: "run-acdc", subject: { case: { file: "mine.mjs" } } }],
    [{ kind: "run-acdc", subject: { case: { id: "3" }, model: { kind: "folder", path: "/etc" } } }],
    [{ kind: "run-acdc", subject: { case: { id: "3" }, model: { kind: "interp-bench" } } }],
  ])("runs no files, and asks no network: %j", async (plan) => {
    const { status, text } = await order(plan);
    expect(status).toBe(400);
    expect(text).toContain("a page cannot ask for files or for the network");
  });

  it("begins a run, tells how far it is, and has its result", async () => {
    const subject = { case: { id: "3" }, model: { kind: "tracr" } };
    const engine = { backend: "wasm", threads: 1 };
    const config = { params: {}, seed: 1, dataSize: 20 };
    const begun = await order({ kind: "run-random", subject, config, engine });
    expect(begun.status, begun.text).toBe(201);
    const { id } = JSON.parse(begun.text) as RunState;
    const stateOf = async () =>
      (JSON.parse((await ask("/runs")).text) as RunState[]).find((run) => run.id === id)!;
    await expect.poll(async () => (await stateOf()).state, { timeout: 30_000 }).toBe("done");
    const { result } = await stateOf();
    expect(result).toMatch(/^run-random\/3\//);
    expect(JSON.parse((await ask(`/results/${result}.json`)).text)).toMatchObject({ case: "3" });
    expect(JSON.parse((await ask("/content.json")).text).results).toMatchObject([
      { name: result, model: { kind: "compiled", case: "3" } },
    ]);
  });

  it("stops a run", async () => {
    const recipe = { updates: 100_000, seed: 1 };
    const engine = { backend: "wasm", threads: 1 };
    const config = { recipe, numSamples: 100 };
    const plan = { kind: "train-iit", subject: { case: { id: "3" } }, config, engine };
    const { id } = JSON.parse((await order(plan)).text) as RunState;
    expect((await ask(`/runs/${id}`, { method: "DELETE", headers: JSON_TYPE })).status).toBe(200);
    await expect
      .poll(() => runs.list().find((run) => run.id === id)?.state, { timeout: 30_000 })
      .toBe("stopped");
    expect((await ask("/runs/99", { method: "DELETE", headers: JSON_TYPE })).status).toBe(404);
  });

  it("says that a port is in use", async () => {
    const port = Number(new URL(server.url).port);
    await expect(listen(port, () => undefined)).rejects.toThrow(`cannot listen on port ${port}`);
  });
});
