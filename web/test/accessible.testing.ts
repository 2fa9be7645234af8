import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Rules that are about something else: the name of a box has its visible name, but not the letters and signs
 * beside that, which are texts of their own in a picture and said in words.
 */
const NOT_MEANT = { "label-content-name-mismatch": { enabled: false } };

/** After the next frame: what does not fit is to be reached by keyboard as soon as it has been laid out. */
const laidOut = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );

/** What keeps somebody from using a page, as far as a program can tell: rules of axe, with the elements. */
export async function barriersIn(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  await laidOut(page);
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run({ rules });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160))}`,
    );
  }, NOT_MEANT);
}

/** The size of the smallest text of a page, in px. */
export function smallestText(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.min(
      ...Array.from(document.querySelectorAll("body *"), (element) =>
        element.childNodes.length > 0 && element.textContent?.trim() !== ""
          ? Number.parseFloat(getComputedStyle(element).fontSize)
          : 99,
      ),
    ),
  );
}
