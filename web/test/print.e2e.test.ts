import { beforeAll, expect, it } from "vitest";
import { testPage } from "./browser.testing.ts";
import { describeInBrowser } from "./describe-in-browser.testing.ts";

/** Pixels of a sheet of A4 between its margins. */
const SHEET = 703;

describeInBrowser("pages on paper", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage({ kind: "site" });
  });

  it.each([
    ["v1/case/3", "trained transformer says", 4],
    ["v1/model/trained/3-seed1", "Point 10 of 10", 12],
    ["v1/model/compiled/3", "Point 10 of 10", 14],
    ["v1/methods/3", "Edges whose ranks differ most", 5],
    ["v1/write", "compiled transformer says", 3],
    ["v1/cases?q=fraction", "fraction of tokens", 3],
  ])("are light, fit their sheets, and have nothing to press: %s", async (address, text, most) => {
    const { page, faults } = await browser.open(html, { address, width: SHEET, colours: "dark" });
    await page.getByText(text).first().waitFor();
    await page.waitForFunction(() => document.querySelector(".waiting") === null);
    await page.emulateMedia({ media: "print" });
    const seen = await page.evaluate((width) => {
      const isShown = (element: Element) => element.checkVisibility();
      const all = (selector: string) => [...document.querySelectorAll(selector)].filter(isShown);
      return {
        background: getComputedStyle(document.documentElement).backgroundColor,
        pressed: all("button.quiet, button.strong, input[type=range], .bar, .tools").length,
        wide: all("svg, table")
          .filter((one) => one.getBoundingClientRect().right > width + 1)
          .map((one) => one.getAttribute("class")),
      };
    }, SHEET);
    expect(seen).toEqual({ background: "rgb(255, 255, 255)", pressed: 0, wide: [] });
    const sheets = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type \/Page\b/g);
    expect(sheets!.length).toBeLessThanOrEqual(most);
    expect(faults).toEqual([]);
  });
});
