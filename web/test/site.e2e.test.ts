import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeSite } from "../../src/explorer/index.ts";
import type { PageResult } from "../../src/report/index.ts";
import { barriersIn, smallestText } from "./accessible.testing.ts";
import { builtParts } from "./browser.testing.ts";
import { describeInBrowser } from "./describe-in-browser.testing.ts";

/** Two runs of a leaderboard. */
const BOARD: PageResult = {
  name: "leaderboard",
  kind: "leaderboard",
  case: "zoo",
  model: undefined,
  document: {
    protocol: "default",
    model: "zoo",
    measure: "AUROC of edges",
    rows: [
      { case: "3", algorithm: "acdc", seed: 1, auroc: { edges: 0.75 } },
      { case: "3", algorithm: "eap", seed: 1, auroc: { edges: 0.5 } },
    ],
  },
};

/** A web server that knows nothing but files. */
function serveFiles(folder: string): Promise<Server> {
  const server = createServer(({ url = "" }, response) => {
    try {
      const file = url === "/" ? "/index.html" : url;
      const type = file.endsWith(".html") ? "text/html" : "application/octet-stream";
      response.writeHead(200, { "content-type": type });
      response.end(readFileSync(join(folder, file)));
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describeInBrowser("the static site", (browser) => {
  let folder: string;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "site-"));
    const parts = await builtParts("whole");
    const takes = (model: string) => model === "3-seed1";
    expect(writeSite(folder, { parts, takes, results: [BOARD] })).toBe(1);
    server = await serveFiles(folder);
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("begins with the catalogue, and fetches a model when its case is looked at", async () => {
    const { page, faults } = await browser.visit(url);
    await page.getByRole("searchbox").fill("fraction");
    const row = page.getByRole("row").filter({ hasText: "trained model" });
    await row.getByRole("link", { name: "3", exact: true }).click();
    await page.getByRole("row", { name: "trained transformer says" }).waitFor();
    expect(faults).toEqual([]);
  });

  it("fetches the leaderboard when it is looked at", async () => {
    const { page, faults } = await browser.visit(url);
    await page.getByRole("link", { name: "Leaderboard", exact: true }).click();
    const frame = page.getByRole("region", { name: "Cases by algorithms" });
    await frame.locator("svg.board-map").waitFor();
    expect(await frame.locator("svg.board-map").textContent()).toContain("0.75");
    expect(faults).toEqual([]);
  });

  it("is no wider than a phone", async () => {
    const { page, faults } = await browser.visit(url, { address: "v1/case/3", width: 390 });
    await page.getByRole("row", { name: "trained transformer says" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
    expect(faults).toEqual([]);
  });
});
