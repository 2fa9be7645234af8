import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { effectsIn, explorerPage, type PageParts, readParts } from "../../src/explorer/index.ts";
import { PAGE_SCHEMA, type PageContent, type PageModel } from "../../src/report/index.ts";
import { madeOnce } from "../../test/once.testing.ts";

/** Where Debian's package `chromium` puts it. */
export const CHROMIUM = "/usr/bin/chromium";

/** Milliseconds that a test waits for something to appear; it is there within a tenth, but for busy machines. */
const PATIENCE = 15_000;

/** Whether there is a browser to test in; without one, tests in a browser are skipped. */
export const hasBrowser = existsSync(CHROMIUM);

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let built: Promise<PageParts> | undefined;

/** The program of the explorer, built of these sources, once for all tests of a run. */
export function builtParts(): Promise<PageParts> {
  built ??= madeOnce("explorer", (folder) => {
    const command = [root("node_modules/.bin/unrun"), root("tools/build-explorer.ts"), folder];
    return promisify(execFile)(process.execPath, command, { cwd: root(".") });
  }).then(readParts);
  return built;
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
  /** Closes what was opened: a page works on as long as it is open, whether or not somebody looks. */
  closePages(): Promise<void>;
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
  let pages = 0;
  const visit: TestBrowser["visit"] = async (
    url,
    { address, width = 1440, colours = "light", prepare } = {},
  ) => {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: colours,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    if (prepare !== undefined) await page.addInitScript(prepare);
    const faults: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      const isOwn = protocol === "http:" && origin === new URL(url).origin;
      if (!isOwn && !/^(?:file|blob|data):$/.test(protocol)) {
        faults.push(`asks for ${request.url()}`);
      }
    });
    await page.goto(`${url}${address === undefined ? "" : `#${address}`}`);
    return { page, faults };
  };
  return {
    visit,
    open: (html, options) => {
      const file = join(folder, `page-${pages++}.html`);
      writeFileSync(file, html);
      return visit(String(pathToFileURL(file)), options);
    },
    closePages: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The model of the zoo for a case, as a page has it. */
export function zooModel(folder: string): PageModel {
  const read = (name: string) => readFileSync(root(`models/${folder}/${name}`));
  return {
    name: folder,
    title: `zoo model ${folder}`,
    case: folder.split("-")[0],
    isCompiled: false,
    files: {
      config: read("config.json").toString(),
      weights: read("model.safetensors").toString("base64"),
      circuit: read("circuit.json").toString(),
    },
    effects: effectsIn(root(`models/${folder}`)),
  };
}

/** A page with the zoo's model of case 3, and whatever else is said. */
export async function testPage(content: Partial<PageContent> = {}): Promise<string> {
  return explorerPage(await builtParts(), {
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
  });
}
