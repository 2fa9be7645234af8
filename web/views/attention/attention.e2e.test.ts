import { beforeAll, expect, it } from "vitest";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";

describeInBrowser("the view of attention", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage();
  });

  const open = async (state = "") => {
    const opened = await browser.open(html, { address: `v1/result/zoo${state}` });
    const view = opened.page.getByRole("region", { name: "Attention" });
    await view.getByRole("table", { name: /attention of head/ }).waitFor();
    return { ...opened, view };
  };

  it("shows a head of the circuit, what is pinned, or another one", async () => {
    const { page, view, faults } = await open();
    await view.getByRole("table", { name: "attention of head 2 in layer 1" }).waitFor();
    await view.getByRole("combobox", { name: "Head" }).selectOption("0.3");
    await view.getByRole("table", { name: "attention of head 3 in layer 0" }).waitFor();
    await expect.poll(() => page.url()).toContain("attention.head=0.3");
    const pinned = await open("?circuit.pin=box:a0.1");
    await pinned.view.getByRole("table", { name: "attention of head 1 in layer 0" }).waitFor();
    expect([...faults, ...pinned.faults]).toEqual([]);
  });

  it("chooses heads from a grid of all patterns", async () => {
    const { view, faults } = await open();
    const grid = view.getByRole("group", { name: "Heads" });
    expect(await grid.getByRole("button").count()).toBe(8);
    const holder = grid.getByRole("button", { name: "a1.2 holds frac_prevs_1" });
    expect(await holder.getAttribute("aria-pressed")).toBe("true");
    await grid.getByRole("button", { name: "a1.0" }).click();
    await view.getByRole("table", { name: "attention of head 0 in layer 1" }).waitFor();
    const opacities = () =>
      grid
        .locator("canvas")
        .first()
        .evaluate((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const context = (canvas as HTMLCanvasElement).getContext("2d")!;
          return [...context.getImageData(0, 0, width, height).data].filter((_, i) => i % 4 === 3);
        });
    await expect.poll(async () => Math.max(...(await opacities()))).toBeGreaterThan(200);
    expect(await opacities()).toHaveLength(25);
    expect(faults).toEqual([]);
  });

  it("shows what a token attends to when one points at it, and keeps the one that is pressed", async () => {
    const { page, view, faults } = await open("?input=x,a,b,a");
    const tokens = view.getByRole("group", { name: "Tokens" }).getByRole("button");
    await tokens.nth(2).hover();
    await view.getByText('What "a" at position 2 attends to.').waitFor();
    const values = await view.locator(".attention-value").allInnerTexts();
    const sum = values.reduce((total, text) => total + Number(text), 0);
    expect(sum).toBeCloseTo(1, 1);
    await tokens.nth(3).click();
    await expect.poll(() => page.url()).toContain("attention.query=3");
    expect(await tokens.nth(3).getAttribute("aria-pressed")).toBe("true");
    expect(faults).toEqual([]);
  });
});
