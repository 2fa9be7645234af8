import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import {
  buildFor,
  effectsIn,
  explorerPage,
  filesIn,
  type PageBuild,
  type PageParts,
  readParts,
} from "../../src/explorer/index.ts";
import { PAGE_SCHEMA, type PageContent, type PageModel } from "../../src/report/index.ts";
import { madeOnce } from "../../test/once.testing.ts";

/** Where Debian's package `chromium` puts it. */
export const CHROMIUM = "/usr/bin/chromium";

/** Milliseconds that a test waits for something to appear; it is there within a tenth, but for busy machines. */
const PATIENCE = 15_000;

/** Whether there is a browser to test in; without one, tests in a browser are skipped. */
export const hasBrowser = existsSync(CHROMIUM);

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let built: Promise<string> | undefined;

/** A build of the explorer, made of these sources, once for all tests of a run. */
export async function builtParts(build: PageBuild): Promise<PageParts> {
  built ??= madeOnce("explorer", (folder) => {
    const command = [root("node_modules/.bin/unrun"), root("tools/build-explorer.ts"), folder];
    return promisify(execFile)(process.execPath, command, { cwd: root(".") });
  });
  return readParts(build, await built);
}

/** A page in a browser, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and whatever asked for the network. */
  readonly faults: readonly string[];
}

/** A browser for the tests of a file. */
export interface TestBrowser {
  /** Opens a page from a file, at an address within it: `v1/case/3`. */
  open(html: string, options?: OpenOptions): Promise<OpenPage>;
  /** Opens a page of a server on this machine. */
  visit(url: string, options?: OpenOptions): Promise<OpenPage>;
  /** Leaves the documents of all pages: they are of no use any more, and work on as long as they are there. */
  leavePages(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly address?: string;
  readonly width?: number;
  readonly colours?: "light" | "dark";
  /** A script that runs before the page does: what the browser lacks. */
  readonly prepare?: string;
}

/** Starts the system's Chromium, without a window and without network. */
export async function openBrowser(): Promise<TestBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "explorer-"));
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const shown: (Tab & { readonly isPrepared: boolean })[] = [];
  const left: Tab[] = [];
  let files = 0;

  const visit: TestBrowser["visit"] = async (url, { address, prepare, ...looks } = {}) => {
    const { width = 1440, colours = "light" } = looks;
    const fits = (tab: Tab) => tab.width === width && tab.colours === colours;
    const again = prepare === undefined ? left.findIndex(fits) : -1;
    const tab = left.splice(again, again < 0 ? 0 : 1)[0] ?? (await newTab(browser, width, colours));
    if (prepare !== undefined) await tab.page.addInitScript(prepare);
    shown.push({ ...tab, isPrepared: prepare !== undefined });
    const { page } = tab;
    const faults = tab.listen(url);
    await page.goto(`${url}${address === undefined ? "" : `#${address}`}`);
    return { page, faults };
  };

  return {
    visit,
    open: (html, options) => {
      const file = join(folder, `page-${files++}.html`);
      writeFileSync(file, html);
      return visit(String(pathToFileURL(file)), options);
    },
    leavePages: async () => {
      for (const { isPrepared, ...tab } of shown.splice(0)) {
        if (isPrepared || tab.page.isClosed()) await tab.page.context().close();
        else {
          await tab.page.goto("about:blank");
          await tab.page.mouse.move(0, 0);
          left.push(tab);
        }
      }
    },
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Where documents are shown, one after the other: it takes a quarter less than a page of its own for each. */
interface Tab {
  readonly page: Page;
  readonly width: number;
  readonly colours: "light" | "dark";
  /** Begins a list of what goes wrong with the document of this address. */
  readonly listen: (url: string) => readonly string[];
}

async function newTab(browser: Browser, width: number, colours: "light" | "dark"): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: colours,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  let now = { url: "", faults: [] as string[] };
  page.on("console", (message) => {
    if (message.type() === "error") now.faults.push(message.text());
  });
  page.on("pageerror", (error) => now.faults.push(String(error)));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    const isOwn = protocol === "http:" && origin === new URL(now.url).origin;
    if (!isOwn && !/^(?:file|blob|data):$/.test(protocol)) {
      now.faults.push(`asks for ${request.url()}`);
    }
  });
  const listen = (url: string) => {
    now = { url, faults: [] };
    return now.faults;
  };
  return { page, width, colours, listen };
}

/** The model of the zoo for a case, as a page has it. */
export function zooModel(folder: string): PageModel {
  return {
    name: folder,
    title: `zoo model ${folder}`,
    case: folder.split("-")[0],
    isCompiled: false,
    files: filesIn(root(`models/${folder}`)),
    effects: effectsIn(root(`models/${folder}`)),
  };
}

/** A page with the zoo's model of case 3, and whatever else is said. */
export async function testPage(content: Partial<PageContent> = {}): Promise<string> {
  const whole: PageContent = {
    schema: PAGE_SCHEMA,
    kind: "report",
    title: "Test",
    version: "0.0.0",
    results: [
      {
        name: "zoo",
        kind: "zoo model",
        case: "3",
        model: { kind: "loaded", name: "3-seed1" },
        document: { case: "3" },
      },
    ],
    models: [zooModel("3-seed1")],
    ...content,
  };
  return explorerPage(await builtParts(buildFor(whole)), whole);
}
