import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, openBrowser, type TestBrowser, testPage } from "./browser.testing.ts";

describe.skipIf(!hasBrowser)("the explorer in a browser (needs /usr/bin/chromium)", () => {
  let browser: TestBrowser;
  let html: string;
  beforeAll(async () => {
    [browser, html] = await Promise.all([openBrowser(), testPage()]);
  });
  afterAll(() => browser.close());

  it("runs the model of a report that is opened as a file, and asks for nothing", async () => {
    const { page, faults } = await browser.open(html);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByRole("table").first().waitFor();
    expect(await page.getByRole("table").first().innerText()).toContain("BOS");
    expect(faults).toEqual([]);
  });

  it("finds cases by words of their tasks", async () => {
    const { page, faults } = await browser.open(html, { address: "v1/cases?q=fraction" });
    await page.getByRole("link", { name: "3", exact: true }).click();
    await page.getByRole("heading", { name: "Case 3" }).waitFor();
    expect(faults).toEqual([]);
  });

  it.each([
    ["v9/case/3", "another version of the explorer (v9)"],
    ["<img src=x onerror=alert(1)>", "none of the explorer's"],
    ["v1/nowhere", 'There is no page "nowhere" here.'],
    ["v1/case/9999", "9999"],
  ])("says what is wrong with the address %s", async (address, text) => {
    const { page } = await browser.open(html, { address });
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toContain(text);
  });

  it("says that a content of another version, or cut off, cannot be read", async () => {
    const newer = html.replace("interpbench/page@1", "interpbench/page@7");
    const cut = html.replace('"results":[', '"results":');
    for (const [page, text] of [
      [newer, "another version (interpbench/page@7)"],
      [cut, "cut off"],
    ] as const) {
      const opened = await browser.open(page);
      expect(await opened.page.getByRole("alert").innerText()).toContain(text);
    }
  });
});
