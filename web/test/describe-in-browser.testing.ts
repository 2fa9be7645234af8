import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { CHROMIUM, hasBrowser, openBrowser, type TestBrowser } from "./browser.testing.ts";

/** Describes what is seen in a browser; its pages are left after each test. Without a browser all are skipped. */
export function describeInBrowser(
  name: string,
  tests: (browser: Pick<TestBrowser, "open" | "visit">) => void,
): void {
  describe.skipIf(!hasBrowser)(`${name} (needs ${CHROMIUM})`, () => {
    let browser: TestBrowser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterEach(() => browser.leavePages());
    afterAll(() => browser.close());
    tests({
      open: (html, options) => browser.open(html, options),
      visit: (url, options) => browser.visit(url, options),
    });
  });
}
