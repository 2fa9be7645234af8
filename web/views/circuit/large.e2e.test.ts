import { beforeAll, expect, it } from "vitest";
import { barriersIn, smallestText } from "../../test/accessible.testing.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";
import { largeContent } from "../../test/large-model.testing.ts";

/** Notes of every task the titles of the views that were made in it. */
const NOTE_VIEWS = `
globalThis.viewsByTask = [];
const made = new Set();
let now;
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => { now = undefined; };
new MutationObserver((records) => {
  for (const { target } of records) {
    if (!target.matches?.(".frame-body") || target.childElementCount === 0 || made.has(target)) continue;
    made.add(target);
    if (now === undefined) {
      now = [];
      viewsByTask.push(now);
      port2.postMessage(undefined);
    }
    now.push(target.closest(".frame").ariaLabel);
  }
}).observe(document, { childList: true, subtree: true });`;

describeInBrowser("the circuit of a large model", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage(largeContent());
  });

  /** A page with the matrix of edges. */
  async function open(address: string) {
    const { page, faults } = await browser.open(html, { address });
    const canvas = page.locator(".edge-matrix canvas");
    await canvas.waitFor({ timeout: 50_000 });
    return { page, faults, canvas };
  }

  it("has every edge as a cell that can be pointed at and kept, the strongest as curves", async () => {
    const { page, faults, canvas } = await open("v1/result/run?circuit.detail=qkv");
    const text = await page.locator(".edge-matrix figcaption").innerText();
    expect(text).toContain("All 32,491 edges");
    expect(
      await page.locator(".circuit-view svg.circuit [visibility=visible] > .line").count(),
    ).toBe(500);
    const size = await canvas.evaluate(({ width, height }: HTMLCanvasElement) => [width, height]);
    // Readers: q, k and v of 144 heads, 12 MLPs, the output. Writers: the input, heads, MLPs.
    expect(size).toEqual([445, 157]);
    const title = page.locator(".circuit-pin h3");
    const { width, height } = (await canvas.boundingBox())!;
    await canvas.hover({ position: { x: width * (443.5 / 445), y: height * (155.5 / 157) } });
    expect(await title.innerText()).toBe("a11.11 → m11");
    await canvas.focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toContain("circuit.pin=edge");
    expect(faults).toEqual([]);
  });

  it("is gone through by keyboard, from strong edges to weak ones, and has no barriers", async () => {
    const { page, faults, canvas } = await open("v1/result/run?circuit.detail=qkv");
    await canvas.focus();
    const said = page.locator(".edge-matrix [aria-live]");
    await page.keyboard.press("Home");
    expect(await said.innerText()).toMatch(/^\S+ → \S+: /);
    await page.keyboard.press("PageUp");
    expect(await said.innerText()).toMatch(/: (true positive|false positive|false negative)$/);
    const loud = await said.innerText();
    await page.keyboard.press("PageDown");
    expect(await said.innerText()).not.toBe(loud);
    await page.keyboard.press("PageUp");
    expect(await said.innerText()).toBe(loud);
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
    await page.setViewportSize({ width: 390, height: 900 });
    await expect.poll(() => barriersIn(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it("has as many cells of a kind as it counts", async () => {
    const { page, faults, canvas } = await open("v1/result/run");
    const columns = () => canvas.evaluate(({ width }: HTMLCanvasElement) => width);
    await expect.poll(columns).toBe(157);
    await page.locator(".circuit-view").getByRole("slider").fill("4000");
    const counts = await page.locator(".circuit-side tbody tr td:nth-child(2)").allInnerTexts();
    const painted = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>(".edge-matrix canvas")!;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      const found = new Map<string, number>();
      // Colours lose a little where they are stored with their opacity.
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] === 0) continue;
        const isGreen = data[i + 1]! > data[i]! + 60;
        const isRed = data[i]! > data[i + 1]! + 60;
        const isGrey = data[i + 3]! < 147;
        const kind = isGreen ? "tp" : isRed ? "fp" : isGrey ? "tn" : "fn";
        found.set(kind, (found.get(kind) ?? 0) + 1);
      }
      return ["tp", "fp", "fn", "tn"].map((kind) => String(found.get(kind) ?? 0));
    });
    expect(painted).toEqual(counts);
    expect(Number(painted[0])).toBeGreaterThan(1);
    expect(Number(painted[2])).toBeGreaterThan(1);
    expect(faults).toEqual([]);
  });

  it("is made in tasks of their own with the other views, what is nearest first", async () => {
    const { page, faults } = await browser.open(html, {
      address: "v1/result/run",
      prepare: NOTE_VIEWS,
    });
    const titles = page.locator(".frame h2");
    await expect.poll(() => titles.count(), { timeout: 50_000 }).toBeGreaterThan(3);
    const tasks = () => page.evaluate<string[][]>("viewsByTask");
    await expect.poll(tasks, { timeout: 50_000 }).toHaveLength(await titles.count());
    expect(await tasks()).toEqual((await titles.allInnerTexts()).map((title) => [title]));
    expect(faults).toEqual([]);
  });
});
