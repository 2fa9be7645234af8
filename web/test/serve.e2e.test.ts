import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Listening, serveExplorer } from "../../src/explorer/index.ts";
import { jobContext } from "../../src/jobs/index.ts";
import { barriersIn, smallestText } from "./accessible.testing.ts";
import { builtParts } from "./browser.testing.ts";
import { describeInBrowser } from "./describe-in-browser.testing.ts";

describeInBrowser("the served explorer", (browser) => {
  let folder: string;
  let server: Listening;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "served-"));
    const parts = await builtParts("whole");
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
    await page.getByRole("combobox", { name: "Method" }).selectOption("random");
    await page.getByRole("combobox", { name: "Model" }).selectOption("compiled");
    await page.getByRole("button", { name: "Begin" }).click();
    const run = page.getByRole("listitem").filter({ hasText: "run random 3" });
    await run.getByRole("link", { name: "Look at it" }).click();
    await page.getByRole("heading", { name: "random on case 3" }).waitFor();
    await page.getByRole("region", { name: "Circuit", exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it("takes all options of a method, and says at the field what is wrong with one", async () => {
    const { page, faults } = await browser.visit(server.url, { address: "v1/runs?run.case=4" });
    await page.getByRole("combobox", { name: "Model" }).selectOption("compiled");
    await page.getByText("Options", { exact: true }).click();
    const threshold = page.getByRole("textbox", { name: "threshold", exact: true });
    await threshold.fill("much");
    await threshold.press("Tab");
    await page.getByRole("combobox", { name: "ablation", exact: true }).selectOption("zero");
    await page.getByRole("button", { name: "Begin" }).click();
    await page.locator("#run-threshold-fault").getByText("expected").waitFor();
    await threshold.fill("0.5");
    await threshold.press("Tab");
    await expect.poll(() => page.url()).toContain("run.options=ablation%3Dzero%26threshold%3D0.5");
    await page.getByRole("button", { name: "Begin" }).click();
    const run = page.getByRole("listitem").filter({ hasText: "run acdc 4" });
    await run.getByRole("link", { name: "Look at it" }).click();
    await page.getByRole("heading", { name: "acdc on case 4" }).waitFor();
    const result = decodeURIComponent(/result\/([^?]+)/.exec(page.url())![1]!);
    const { params } = await (await fetch(new URL(`results/${result}.json`, server.url))).json();
    expect(params).toMatchObject({ threshold: 0.5, ablation: "zero" });
    await page.goBack();
    await page.getByRole("region", { name: "A new run" }).waitFor();
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
    expect(faults).toEqual([]);
  });

  it("says what the server has against a run", async () => {
    const { page } = await browser.visit(server.url, { address: "v1/runs" });
    await page.getByRole("combobox", { name: "Case" }).selectOption("2");
    await page.getByRole("combobox", { name: "Model" }).selectOption("trained here");
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByRole("alert").filter({ hasText: 'case "2" has no trained model' }).waitFor();
  });
});
