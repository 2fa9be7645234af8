import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Listening, serveExplorer } from "../../src/explorer/index.ts";
import { jobContext } from "../../src/jobs/index.ts";
import { builtParts } from "./browser.testing.ts";
import { describeInBrowser } from "./describe-in-browser.testing.ts";

describeInBrowser("the served explorer", (browser) => {
  let folder: string;
  let server: Listening;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "served-"));
    const parts = await builtParts();
    const around = jobContext(join(folder, "results"), { folder });
    server = await serveExplorer(around, { port: 0, parts });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it("has the models of the zoo", async () => {
    const { page, faults } = await browser.visit(server.url, { address: "v1/case/3" });
    await page.getByRole("row", { name: "trained transformer says" }).waitFor();
    expect(faults).toEqual([]);
  });

  it("begins a run, and leads to its result", async () => {
    const { page, faults } = await browser.visit(server.url, { address: "v1/runs" });
    await page.getByRole("combobox", { name: "What" }).selectOption("run-random");
    await page.getByRole("combobox", { name: "Model" }).selectOption("tracr");
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByRole("link", { name: "Look at it" }).click();
    await page.getByRole("heading", { name: "random on case 3" }).waitFor();
    await page.getByRole("region", { name: "Circuit", exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it("says what the server has against a run", async () => {
    const { page } = await browser.visit(server.url, { address: "v1/runs" });
    await page.getByRole("combobox", { name: "Case" }).selectOption("2");
    await page.getByRole("combobox", { name: "Model" }).selectOption("siit");
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("case");
  });
});
