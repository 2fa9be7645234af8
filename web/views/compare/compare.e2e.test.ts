import { beforeAll, expect, it } from "vitest";
import { barriersIn, smallestText } from "../../test/accessible.testing.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";

/** Milliseconds that methods may take on a machine that is busy with others. */
const PATIENCE = 60_000;
const LONG = { timeout: 3 * PATIENCE };

describeInBrowser("two methods in a browser", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage();
  });

  const open = async (address: string, colours: "light" | "dark" = "light") => {
    const { page, faults } = await browser.open(html, { address, colours });
    const moves = page.getByRole("table", { name: "Edges whose ranks differ most" });
    await moves.waitFor({ timeout: PATIENCE });
    return { page, faults, moves };
  };
  const cells = async (row: { innerText(): Promise<string> }) =>
    (await row.innerText()).split("\t");

  it("shows methods side by side, their numbers, and the edges between them", LONG, async () => {
    const address = "v1/methods/3?left.method=truth&right.method=random&right.seed=3";
    const { page, faults, moves } = await open(address);
    const auroc = page.getByRole("row", { name: "AUROC of edges" });
    const [, truth, random] = await cells(auroc);
    expect(truth).toBe("1");
    expect(Number(random)).toBeLessThan(0.95);
    const first = await cells(moves.locator("tbody tr").first());
    expect(Math.abs(Number(first[1]) - Number(first[2]))).toBeGreaterThan(5);
    await page.locator(".compare-middle-picture figcaption").getByText("in both").waitFor();
    await page.getByRole("slider", { name: "edges compared" }).fill("10");
    await expect.poll(() => page.url()).toContain("compare.edges=10");
    await page.getByText("the first 10").waitFor();
    const right = page.getByRole("region", { name: "right method" });
    await right.getByRole("combobox", { name: "Method" }).selectOption("truth");
    await expect.poll(async () => (await cells(auroc))[2], { timeout: PATIENCE }).toBe("1");
    expect(faults).toEqual([]);
  });

  it("stops a method that takes long, and runs it again", LONG, async () => {
    const address = "v1/methods/3?left.method=ugs&left.options=steps%3D100000&right.method=truth";
    const { page, faults } = await browser.open(html, { address });
    await page.getByText(/^\d+ of 100000 /).waitFor({ timeout: PATIENCE });
    await page.getByRole("button", { name: "Stop, left" }).click();
    await page.getByText("Stopped.").waitFor({ timeout: PATIENCE });
    expect(await page.getByRole("progressbar", { name: "Work done, left" }).isVisible()).toBe(
      false,
    );
    await page.getByRole("button", { name: "Run, left" }).click();
    await page.getByText(/^\d+ of 100000 /).waitFor({ timeout: PATIENCE });
    expect(await barriersIn(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it(
    "has all options of a method, and says at the field what is wrong with one",
    LONG,
    async () => {
      const { page, faults } = await open("v1/methods/3?left.method=eap-ig-inputs");
      const left = page.getByRole("region", { name: "left method" });
      await left.getByText("Options", { exact: true }).click();
      const steps = left.getByRole("textbox", { name: "steps", exact: true });
      await steps.fill("0");
      await steps.press("Enter");
      await page.locator("#left-steps-fault").getByText("expected").waitFor({ timeout: PATIENCE });
      expect(await steps.getAttribute("aria-invalid")).toBe("true");
      await steps.fill("2");
      await steps.press("Enter");
      await page.getByRole("row", { name: "AUROC of edges" }).waitFor({ timeout: PATIENCE });
      expect(await steps.getAttribute("aria-invalid")).toBeNull();
      await expect.poll(() => page.url()).toContain("left.options=steps%3D2");
      expect(faults).toEqual([]);
    },
  );

  it(
    "compares a trained with a compiled model of another shape as far as that goes",
    LONG,
    async () => {
      const { page } = await browser.open(html, { address: "v1/methods/3?right.model=1" });
      await page.getByText("of different shapes").waitFor({ timeout: PATIENCE });
    },
  );

  it("says that a page has no such method, and passes over markup", LONG, async () => {
    const address = `v1/methods/3?left.method=${encodeURIComponent("<img src=x>")}`;
    const { page, faults } = await browser.open(html, { address });
    await page.getByRole("alert").getByText("algorithm").waitFor({ timeout: PATIENCE });
    expect(await page.locator("img").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it.each(["light", "dark"] as const)("is accessible in %s colours", LONG, async (colours) => {
    const { page } = await open("v1/methods/3?left.method=degree", colours);
    await page.getByText("Options", { exact: true }).first().click();
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
  });
});
