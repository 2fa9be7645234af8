import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  PUBLISHED_NAMES,
  publishedContent,
  publishedModels,
  startHub,
  type TestHub,
} from "../../models/hub/server.testing.ts";
import { run } from "../io.testing.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const REPOSITORY = "cybershiptrooper/InterpBench";

let cwd: string;
let hub: TestHub;
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), "pull-"));
  const { files } = publishedModels(["3", "13"]);
  const misplaced = PUBLISHED_NAMES.map((name) => [`4/${name}`, publishedContent("3", name)]);
  const all = { ...files, ...Object.fromEntries(misplaced) };
  hub = await startHub({ [REPOSITORY]: { commit: COMMIT, files: all } });
});
afterEach(async () => {
  await hub.close();
  rmSync(cwd, { recursive: true });
});

const type = (line: string, env: Record<string, string> = {}) =>
  run(line.split(" "), {
    cwd,
    env: { HF_ENDPOINT: hub.endpoint, HF_HOME: join(cwd, "home"), ...env },
  });

async function documentOf(line: string, env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = await type(`${line} --json`, env);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

const ACDC = "run acdc -i 3 --threshold 0.01 --backend wasm --data-size 50";

describe("pull", () => {
  it("brings all models into the cache, once", async () => {
    const first = await documentOf("pull");
    expect(first).toMatchObject({ repository: REPOSITORY, revision: "main", commit: COMMIT });
    expect(first.cache).toBe(join(cwd, "home/hub"));
    const cases = first.models.map((row: { case: string }) => row.case);
    expect(cases).toEqual(["3", "4", "13"]);
    const second = await documentOf("pull");
    const sums = [first, second].map(({ models }) =>
      models.reduce((sum: number, row: { downloaded: number }) => sum + row.downloaded, 0),
    );
    expect(sums[0]).toBeGreaterThan(50_000);
    expect(sums[1]).toBe(0);
  });

  it("brings those of some cases, and tells how far it is", async () => {
    const { exitCode, stdout, stderr } = await type("pull 13 --log plain");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^13 +4 +\d/m);
    expect(stderr).toMatch(/pull hf:cybershiptrooper\/InterpBench\/13 .*bytes/);
    expect(hub.requests.some(({ url }) => url.includes("/3/"))).toBe(false);
  });

  it("refuses cases that are not there, and goes on where one fails", async () => {
    const { exitCode, stderr } = await type("pull 5");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('E_CASE: no case "5"')]);
    hub.trouble = (request, response) => {
      if (request.url?.endsWith("/3/edges.pkl") !== true) return false;
      response.writeHead(200, { "Content-Length": 502 }).end("x".repeat(502));
      return true;
    };
    const some = await type("pull 3,13 --json");
    expect(some.exitCode).toBe(1);
    expect(JSON.parse(some.stdout)).toMatchObject({
      models: [{ case: "13" }],
      failures: [{ case: "3", code: "E_HUB" }],
    });
  });

  it("says what to do without a network", async () => {
    const { exitCode, stderr } = await type("pull 3", { HF_HUB_OFFLINE: "1" });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/E_HUB: .*the network is off .*Unset HF_HUB_OFFLINE/);
  });
});

describe("a published model", () => {
  it("is got where it is asked for, and kept", async () => {
    const { model, score } = await documentOf(`${ACDC} --interp-bench`);
    expect(model).toBe("interp-bench");
    expect(score.edges).toMatchObject({ tp: 4, fp: 3, fn: 0, tn: 46 });
    const count = hub.requests.length;
    const again = await documentOf(`${ACDC} --model interp-bench`, { HF_HUB_OFFLINE: "1" });
    expect(again.score).toEqual(score);
    expect(hub.requests).toHaveLength(count);
  });

  it("is the same by its place on the hub, whose commit the result names", async () => {
    const named = `--model hf:${REPOSITORY}/3@${COMMIT}`;
    const { folder } = await documentOf(`${ACDC} ${named}`);
    const result = readFileSync(join(cwd, folder, "result.json"), "utf8");
    expect(result).toContain(`hf:${REPOSITORY}/3@${COMMIT.slice(0, 12)}`);
    expect(result).not.toContain(cwd);
    const other = await documentOf(`${ACDC} --interp-bench`);
    expect(other.folder).toBe(folder);
  });

  it("knows its case by its folder", async () => {
    const line = `run random --edge-count 3 --model hf:${REPOSITORY}/13`;
    expect((await documentOf(line)).case).toBe("13");
  });

  it("is not got by --dry-run", async () => {
    const { exitCode, stderr } = await type(`${ACDC} --interp-bench --dry-run`);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("E_HUB")]);
    expect(hub.requests).toEqual([]);
  });

  it("that does not fit its case is refused", async () => {
    const { exitCode, stderr } = await type(ACDC.replace("-i 3", "-i 4 --interp-bench"));
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("does not fit case")]);
  });

  it("is there for published cases only", async () => {
    const { exitCode, stderr } = await type(ACDC.replace("-i 3", "-i 5 --interp-bench"));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/E_MODEL: case "5" has no published model — expected one of 2, 3, 4,/);
    expect(hub.requests).toEqual([]);
  });
});
