import { beforeAll, expect, it } from "vitest";
import { circuitTexts, fullGraph, graphCircuit } from "../../../src/circuit/index.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";

const edges = circuitTexts(graphCircuit(fullGraph({ nLayers: 2, nHeads: 4 }))).edges;

/** A run on case 3 that ranks its edges in the order of the graph. */
const result = {
  case: "3",
  algorithm: "eap",
  rankedBy: "size of the effect",
  scores: edges.map(([from, to], i) => ({ from, to, score: 1 / (i + 1), ranking: 1 / (i + 1) })),
  circuit: { edges: edges.slice(0, 10), nodes: [] },
};

describeInBrowser("the view of a circuit", (browser) => {
  let html: string;
  beforeAll(async () => {
    const model = { kind: "loaded", name: "3-seed1" } as const;
    const results = [{ name: "run", kind: "run eap", case: "3", model, document: result }];
    html = await testPage({ results });
  });

  const open = async (state = "") => {
    const opened = await browser.open(html, { address: `v1/result/run${state}` });
    await opened.page.locator(".circuit-view svg.circuit").waitFor();
    return opened;
  };

  it("re-scores at once when the threshold is moved, and keeps it in the address", async () => {
    const { page, faults } = await open();
    const output = page.locator(".circuit-threshold output");
    expect(await output.innerText()).toBe("as found · 10 edges");
    const slider = page.locator(".circuit-view").getByRole("slider");
    await slider.focus();
    await slider.press("Home");
    expect(await output.innerText()).toContain("· 0 edges");
    await slider.press("ArrowRight");
    expect(await output.innerText()).toBe("> 0.5 · 1 edge");
    await expect.poll(() => page.url()).toContain("circuit.threshold=0.5");
    expect(await page.locator(".circuit-view .line").count()).toBe(2 * 53);
    expect(await page.locator(".circuit-view [visibility=visible] > .line").count()).toBe(53);
    expect(faults).toEqual([]);
  });

  it("is pointed at beside its lines, and never at a line as it looks at other thresholds", async () => {
    const { page, faults } = await open("?circuit.threshold=0.3");
    const visibilities = await page.evaluate(() => {
      const lines = document.querySelectorAll<SVGPathElement>(
        ".circuit-view [visibility=visible] > .line",
      );
      return Array.from(lines, (line) => {
        const { x, y } = line.getPointAtLength(line.getTotalLength() / 2);
        const { a, d, e, f } = line.getScreenCTM()!;
        const hit = document.elementFromPoint(a * x + e + 3, d * y + f);
        return hit?.closest("[data-edge]")?.getAttribute("visibility");
      });
    });
    expect(new Set(visibilities)).toEqual(new Set(["visible"]));
    expect(faults).toEqual([]);
  });

  it("measures how faithful the circuit is, and shows where it stands among those of the ranking", async () => {
    const { page, faults } = await open("?circuit.threshold=all");
    const side = page.locator(".circuit-side");
    await side
      .getByText(`Loss with these ${edges.length} edges alone 0`, { exact: true })
      .waitFor();
    await page.locator(".circuit-view").getByRole("slider").press("Home");
    await side.getByText(/^Loss with these 0 edges alone 0\.\d+$/).waitFor();
    const marker = side.locator("svg.roc").last().locator(".roc-marker");
    expect(await marker.getAttribute("visibility")).toBe("visible");
    expect(await marker.getAttribute("cx")).toBe("44");
    expect(faults).toEqual([]);
  });

  it("goes from box to box with the arrows, and pins one", async () => {
    const { page, faults } = await open();
    await page.locator('.circuit-view [data-box="input"]').focus();
    await page.keyboard.press("ArrowUp");
    const at = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.box);
    expect(at).toMatch(/^a0\./);
    await page.keyboard.press("Enter");
    expect(await page.locator(".circuit-pin h3").innerText()).toBe(at);
    await expect.poll(() => page.url()).toContain("circuit.pin=box");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.url()).not.toContain("circuit.pin");
    expect(faults).toEqual([]);
  });

  it("shows q, k and v apart, and passes over a state that means nothing", async () => {
    const { page, faults } = await open(
      "?circuit.detail=qkv&circuit.lens=x&circuit.pin=edge:none&circuit.threshold=x",
    );
    expect(await page.locator(".circuit-view [visibility=visible] > .line").count()).toBe(110);
    expect(await page.locator(".circuit-view .port.q").count()).toBe(8);
    expect(faults).toEqual([]);
  });

  it("walks through the decisions of ACDC", async () => {
    const { page, faults } = await open("?acdc.step=0");
    const view = page.locator(".acdc-view");
    await view.getByText("Nothing has been judged yet.").waitFor();
    expect(await view.locator(".acdc-controls output").innerText()).toBe("0 of 110");
    await view.getByRole("slider").press("End");
    expect(await view.locator(".acdc-decision").innerText()).toContain("0 to come");
    expect(
      await view.locator(".links.truePositive > [visibility=visible]").count(),
    ).toBeGreaterThan(1);
    expect(faults).toEqual([]);
  });
});
