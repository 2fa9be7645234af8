import { beforeAll, expect, it } from "vitest";
import { barriersIn, smallestText } from "../../test/accessible.testing.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";

/** Milliseconds that a training may take on a machine that is busy with others. */
const PATIENCE = 60_000;
/** Of a test that trains more than once. */
const TWICE = { timeout: 3 * PATIENCE };

describeInBrowser("training in a browser", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage();
  });

  it(
    "trains a model of a case that has none, stops, goes on, and shows it in the page",
    TWICE,
    async () => {
      const { page, faults } = await browser.open(html, { address: "v1/case/8" });
      const frame = page.getByRole("region", { name: "Training", exact: true });
      await frame.getByRole("button", { name: "Train", exact: true }).click();
      await frame.getByRole("progressbar", { name: "Training" }).waitFor();
      await frame.getByRole("img", { name: "Norms of weights" }).waitFor();
      await frame.getByRole("button", { name: "Stop" }).click();
      await page.getByRole("row", { name: "trained transformer says" }).waitFor();
      await frame.getByText("Run 1 stopped after").waitFor();
      const updates = async () => {
        const cells = frame.locator(".training-runs tbody tr td");
        return Number(await cells.nth(3).innerText());
      };
      const before = await updates();
      await frame.getByRole("button", { name: "Go on" }).click();
      await expect.poll(updates, { timeout: PATIENCE }).toBeGreaterThan(before);
      await frame.getByRole("button", { name: "Stop" }).click();
      await frame.getByText("The page shows its model.").waitFor({ timeout: PATIENCE });
      expect(faults).toEqual([]);
    },
  );

  it("shows what goes wrong without the strict loss, beside a run that had it", TWICE, async () => {
    const address = "v1/case/3?training.strict=0";
    const { page, faults } = await browser.open(html, { address });
    const frame = page.getByRole("region", { name: "Training", exact: true });
    const train = async (run: number) => {
      await frame.getByRole("button", { name: "Train", exact: true }).click();
      const said = frame.getByText(new RegExp(`^Run ${run} reached its goal`));
      await said.filter({ hasText: "The page shows" }).waitFor({ timeout: PATIENCE });
    };
    await train(1);
    const without = await frame.locator(".training-verdict").innerText();
    expect(without).toMatch(/nodes outside of the truth matter, [am]\d(\.\d)? most/);
    await frame
      .getByRole("group", { name: "Strict weights" })
      .getByText("1", { exact: true })
      .click();
    await expect.poll(() => page.url()).toContain("training.strict=1");
    await train(2);
    expect(await frame.locator(".training-verdict").innerText()).toContain(
      "No node outside of the truth matters by itself",
    );
    const together = frame.getByRole("row", { name: "all of them together" });
    const shares = (await together.innerText()).split(/\s+/).filter((text) => text.endsWith("%"));
    expect(Number.parseFloat(shares[0]!)).toBeLessThan(1);
    expect(Number.parseFloat(shares.at(-1)!)).toBeGreaterThan(10);
    await frame.getByRole("button", { name: "1", exact: true }).last().click();
    await frame.getByRole("button", { name: "1 (shown)" }).waitFor();
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
    expect(faults).toEqual([]);
  });

  it("draws the curves of a stored training, and none of what is no numbers", async () => {
    const record = (steps: number, accuracy: unknown) => ({
      epoch: 1,
      learningRate: 0.001,
      steps,
      trainLosses: { iit: 1 / steps, strict: 0, behavior: 0.5 / steps },
      validation: { accuracy, iia: 0.5 },
    });
    const history = [record(10, 0.25), record(20, "<b>"), null, record(30, 0.75)];
    const result = {
      name: "training",
      kind: "train-iit",
      case: "3",
      model: { kind: "loaded", name: "3-seed1" },
      document: { case: "3", history },
    } as const;
    const written = await testPage({ results: [result] });
    const { page, faults } = await browser.open(written);
    const frame = page.getByRole("region", { name: "How it was trained" });
    await frame.getByText("accuracy 75.0%").waitFor();
    const curve = frame.locator('svg.chart path[stroke="#0f4c81"]').first();
    expect((await curve.getAttribute("d"))!.match(/[ML]/g)).toEqual(["M", "L"]);
    expect(faults).toEqual([]);
  });

  it("says what is wrong with what was asked of it", async () => {
    const { page, faults } = await browser.open(html, {
      address: "v1/case/3?training.strict=1e999&training.seed=7",
    });
    const frame = page.getByRole("region", { name: "Training", exact: true });
    const weight = frame.getByRole("spinbutton", { name: "Strict weight" });
    expect(await weight.inputValue()).toBe("");
    expect(await frame.getByRole("spinbutton", { name: "Seed" }).inputValue()).toBe("7");
    await weight.fill("-1");
    await frame.getByRole("button", { name: "Train", exact: true }).click();
    expect(await frame.locator(".training-runs").count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
