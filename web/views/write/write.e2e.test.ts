import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../../../src/cli/io.testing.ts";
import { formatPercent } from "../../../src/report/index.ts";
import { barriersIn, smallestText } from "../../test/accessible.testing.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";
import { EXAMPLE } from "./text.ts";

/** Milliseconds that a training may take on a machine that is busy with others. */
const PATIENCE = 60_000;
const LONG = { timeout: 4 * PATIENCE };

const SMALL = EXAMPLE.replace("maxSeqLen: 6", "maxSeqLen: 4");

describeInBrowser("a program of one's own in a browser", (browser) => {
  let html: string;
  let cwd: string;
  beforeAll(async () => {
    html = await testPage({ kind: "site" });
    cwd = mkdtempSync(join(tmpdir(), "written-"));
    writeFileSync(join(cwd, "program.mjs"), SMALL);
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  /** What the command line finds, as its documents say it. */
  const document = async (line: string) => {
    const { stdout, stderr } = await run(`${line} --json`.split(" "), { cwd });
    expect(stderr).not.toContain("error");
    return JSON.parse(stdout);
  };
  const copying = `globalThis.copied = [];
    Object.defineProperty(navigator, "clipboard", { value: {
      writeText: async (text) => { copied.push(text); },
    } });`;

  it("is trained and searched, with the numbers of the command line", LONG, async () => {
    const { page, faults } = await browser.open(html, {
      address: "v1/write?training.seed=7",
      prepare: copying,
    });
    const copied = async (region: string) => {
      const frame = page.getByRole("region", { name: region, exact: true });
      await frame.getByRole("button", { name: "command" }).click();
      await frame.getByText("Copied as command.").waitFor();
      const texts = await page.evaluate(
        () => (globalThis as unknown as { copied: readonly string[] }).copied,
      );
      return texts
        .at(-1)!
        .split("\n")
        .map((line) => line.replace("npx interpbench ", ""));
    };
    await page.getByRole("textbox", { name: "Program" }).fill(SMALL);
    await page.getByText("up to 3 positions").waitFor();

    const training = page.getByRole("region", { name: "Training", exact: true });
    await training.getByRole("button", { name: "Train", exact: true }).click();
    await training.getByText("The page shows its model.").waitFor({ timeout: PATIENCE });
    const [line] = await copied("Training");
    expect(line).toBe("train iit -i program.mjs --recipe fast --seed 7");
    const trained = await document(line!);
    const cells = await training.locator(".training-runs tbody tr td").allInnerTexts();
    expect(Number(cells[3])).toBe(trained.steps);
    const { history } = JSON.parse(
      readFileSync(join(cwd, trained.folder, "training.json"), "utf8"),
    );
    const best = history.find(({ steps }: { steps: number }) => steps === trained.best.step);
    const { accuracy, iia, strictAccuracy, jointStrictAccuracy } = best.validation;
    const wanted = [accuracy, iia, strictAccuracy, jointStrictAccuracy];
    expect(cells.slice(5, 9)).toEqual(wanted.map(formatPercent));

    await page.getByRole("link", { name: "methods side by side" }).click();
    const auroc = page.getByRole("row", { name: "AUROC of edges" });
    await auroc.waitFor({ timeout: PATIENCE });
    const [left] = await copied("Side by side");
    expect(left).toMatch(/^run \S+ -i program\.mjs .*--data-size 200 --seed \d+$/);
    const found = await document(left!);
    const shown = Number((await auroc.innerText()).split("\t")[1]);
    expect(shown).toBeCloseTo(found.score.auroc.edges, 3);
    expect(faults).toEqual([]);
  });

  it("goes with the address: to its compiled transformer, and after a reload", LONG, async () => {
    const { page, faults } = await browser.open(html, { address: "v1/write" });
    await page.getByRole("textbox", { name: "Program" }).fill(SMALL);
    await page.getByText("up to 3 positions").waitFor();
    const figure = page.getByRole("figure").filter({ hasText: "Compiled transformer" });
    await figure.getByRole("link").click();
    await expect.poll(() => page.url()).toContain("#v1/model/compiled/program?program=");
    for (const isAgain of [false, true]) {
      if (isAgain) await page.reload();
      await page
        .getByRole("heading", { name: "The compiled transformer of case program" })
        .waitFor();
      const walk = page.getByRole("region", { name: "ACDC, edge by edge" });
      await walk.getByText("edges judged").waitFor({ timeout: PATIENCE });
    }
    await page.getByRole("link", { name: "Case program" }).click();
    await expect
      .poll(() => page.getByRole("textbox", { name: "Program" }).inputValue())
      .toBe(SMALL);
    expect(faults).toEqual([]);
  });

  it("says that a model was trained in a page that is gone, and how to have it again", async () => {
    const state = new URLSearchParams({ of: "program", program: SMALL, "training.seed": "7" });
    const address = `v1/model/trained/trained%20here%2C%20run%201%3A%20program?${state}`;
    const { page, faults } = await browser.open(html, { address });
    await page.getByText('there is no model called "trained here, run 1: program"').waitFor();
    await page.getByRole("link", { name: "Train it again" }).click();
    const training = page.getByRole("region", { name: "Training", exact: true });
    expect(await training.getByRole("spinbutton", { name: "Seed" }).inputValue()).toBe("7");
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
    expect(faults).toEqual([]);
  });

  it("is opened as text, whatever it holds, and refused where it is too long", async () => {
    const { page, faults } = await browser.open(html, { address: "v1/write" });
    const open = async (text: string) => {
      const file = { name: "mine.mjs", mimeType: "text/javascript", buffer: Buffer.from(text) };
      await page.locator("input[type=file]").setInputFiles(file);
    };
    await open(SMALL.replace("fraction", "</script><img src=x onerror=alert(1)>"));
    await page.getByText("The </script><img src=x onerror=alert(1)> of tokens").waitFor();
    await open(`${SMALL}// ${"x".repeat(50_000)}`);
    await page.getByText("The program is too long for a page").waitFor();
    expect(faults).toEqual([]);
  });
});
