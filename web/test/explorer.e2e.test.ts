import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import type { PageResult } from "../../src/report/index.ts";
import { barriersIn, smallestText } from "./accessible.testing.ts";
import { testPage, zooModel } from "./browser.testing.ts";
import { describeInBrowser } from "./describe-in-browser.testing.ts";

/** An engine as a browser without SIMD has it: its kernels do not compile. */
const WEAK_ENGINE = gzipSync(`
  addEventListener("message", ({ data: { id } }) =>
    postMessage({ kind: "failed", id, failure: { code: "E_BACKEND", message: "no SIMD", isStopped: false } }));
`).toString("base64");

const MARKUP = "</script><img src=x onerror=alert(1)>";

describeInBrowser("the explorer in a browser", (browser) => {
  let html: string;
  let site: string;
  beforeAll(async () => {
    html = await testPage();
    site = await testPage({ kind: "site" });
  });

  it("runs the model of a report that is opened as a file, and asks for nothing", async () => {
    const { page, faults } = await browser.open(html);
    const matrix = page.getByRole("table").filter({ hasText: "BOS" }).first();
    await matrix.waitFor();
    expect(faults).toEqual([]);
  });

  it("finds cases by words of their tasks, sorts them, and keeps both in the address", async () => {
    const { page, faults } = await browser.open(html, { address: "v1/cases?q=fraction" });
    await page.getByRole("button", { name: "d_model" }).click();
    await page.getByRole("button", { name: "published" }).click();
    await expect.poll(() => page.url()).toContain("#v1/cases?q=fraction&sort=width&tag=published");
    const first = page.locator("tbody tr").first();
    expect(await first.innerText()).toContain('the fraction of tokens up to it that are "x"');
    await first.locator(".thumbnail svg").waitFor();
    await first.getByRole("link").click();
    await page.getByRole("heading", { name: "Case 3" }).waitFor();
    expect(faults).toEqual([]);
  });

  it("steps through a program beside both models, on an input of one's own", async () => {
    const { page, faults } = await browser.open(html, { address: "v1/case/3?input=x,a,x,b" });
    const row = (name: string) => page.getByRole("row", { name }).first();
    await row("trained transformer says").waitFor();
    const cells = async (name: string) => (await row(name).innerText()).split(/\s+/).slice(-4);
    expect(await cells("frac_prevs_1")).toEqual(["1", "0.5", "0.67", "0.5"]);
    expect(await cells("compiled transformer says")).toEqual(["1", "0.5", "0.67", "0.5"]);
    await page.getByRole("combobox", { name: "Token 1" }).selectOption({ label: '"a"' });
    await expect.poll(() => cells("frac_prevs_1")).toEqual(["0", "0", "0.33", "0.25"]);
    await expect.poll(() => page.url()).toContain("input=a%2Ca%2Cx%2Cb");
    await page.getByRole("button", { name: "a1.2: frac_prevs_1" }).click();
    await page.getByRole("region", { name: "Variable frac_prevs_1" }).waitFor();
    await expect.poll(() => page.url()).toContain("pick=frac_prevs_1");
    expect(faults).toEqual([]);
  });

  it("copies the steps of a program as a picture and as the command line that prints them", async () => {
    const prepare = `globalThis.copied = [];
      Object.defineProperty(navigator, "clipboard", { value: {
        writeText: async (text) => { copied.push(text); },
        write: async ([item]) => { copied.push(String((await item.getType("image/png")).size)); },
      } });`;
    const { page, faults } = await browser.open(html, {
      address: "v1/case/3?input=x,a,x,b",
      prepare,
    });
    await page.getByRole("row", { name: "trained transformer says" }).waitFor();
    const tools = page.getByRole("group", { name: "Copy Step through" });
    for (const name of ["SVG", "PNG", "command"]) {
      await tools.getByRole("button", { name }).click();
      await page.getByText(`Copied as ${name}.`).waitFor();
    }
    const copied = await page.evaluate(
      () => (globalThis as unknown as { copied: readonly string[] }).copied,
    );
    const [svg, png, command] = copied;
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain("frac_prevs_1 = aggregate(");
    expect(svg!.match(/>0\.5</g)!.length).toBeGreaterThan(2);
    expect(Number(png)).toBeGreaterThan(2_000);
    expect(command).toBe(`npx interpbench cases run 3 --input '["x","a","x","b"]'`);
    expect(faults).toEqual([]);
  });

  it("copies every view of a model as a picture", async () => {
    const prepare = `globalThis.copied = [];
      Object.defineProperty(navigator, "clipboard", { value: {
        writeText: async (text) => { copied.push(text); },
      } });`;
    const address = "v1/model/trained/3-seed1";
    const { page, faults } = await browser.open(html, { address, prepare });
    for (const [title, ready] of [
      ["Circuit", "The true circuit: 4 of 53 edges"],
      ["One input through the circuit", "The model says"],
      ["Node", "Ranked by"],
      ["ACDC, edge by edge", "110 edges judged"],
      ["Gradients on their path", "Point 10 of 10"],
      ["Attention", "key →"],
      ["Hands on", "Outputs of"],
      ["Which variable does it hold?", "Outputs of"],
    ] as const) {
      const frame = page.getByRole("region", { name: title, exact: true });
      await frame.getByText(ready).first().waitFor();
      await frame.getByRole("button", { name: "SVG" }).click();
      await frame.getByText("Copied as SVG.").waitFor();
    }
    const copied = await page.evaluate(
      () => (globalThis as unknown as { copied: readonly string[] }).copied,
    );
    expect(copied).toHaveLength(8);
    expect(copied.every((text) => /^<svg [^>]*xmlns=/.test(text))).toBe(true);
    expect(copied.at(-1)).toContain("which variable does");
    expect(copied[3]).toContain("ACDC after 110 of 110 edges");
    expect(faults).toEqual([]);
  });

  it.each(["5", "ioi"])(
    "shows case %s, whose variables share names, or which has no program",
    async (id) => {
      const { page, faults } = await browser.open(html, { address: `v1/case/${id}` });
      await page.getByRole("table").filter({ hasText: "Alignment" }).waitFor();
      expect(faults).toEqual([]);
    },
  );

  it("compiles a program as one writes it, and says where it is wrong", async () => {
    const { page, faults } = await browser.open(site, { address: "v1/write" });
    const row = page.getByRole("row", { name: "compiled transformer says" });
    await row.waitFor();
    await page
      .getByText(/On 450 inputs, its outputs differ from the program's by at most \S+e-8\./)
      .waitFor();
    const editor = page.getByRole("textbox", { name: "Program" });
    const text = await editor.inputValue();
    await editor.fill(text.replace('=== "a"', '=== "b"').replace("maxSeqLen: 6", "maxSeqLen: 4"));
    await page.getByText("up to 3 positions").waitFor();
    await editor.fill(text.replace("indices, LEQ)", "indices, LEK)"));
    await page.getByText('Line 4: there is no "LEK"').waitFor();
    expect(await page.locator(".code-fault").innerText()).toBe("LEK");
    await expect.poll(() => page.url()).toContain("#v1/write?program=");
    expect(faults).toEqual([]);
  });

  it.each([
    ["Compiled", "The compiled transformer of case 3", "v1/model/compiled/3"],
    ["Trained", "zoo model 3-seed1", "v1/model/trained/3-seed1"],
  ])("looks into the %s transformer of a case", async (which, heading, address) => {
    const { page, faults } = await browser.open(html, { address: "v1/case/3" });
    const figure = page.getByRole("figure").filter({ hasText: `${which} transformer` });
    await figure.getByRole("link", { name: "look into it" }).click();
    await page.getByRole("heading", { name: heading }).waitFor();
    await page.getByRole("region", { name: "Hands on" }).getByRole("table").waitFor();
    await expect.poll(() => page.url()).toContain(address);
    expect(faults).toEqual([]);
  });

  it("shows markup from files as text", async () => {
    const result: PageResult = {
      name: MARKUP,
      kind: MARKUP,
      case: "3",
      model: { kind: "loaded", name: MARKUP },
      document: { algorithm: MARKUP, case: "3", provenance: { [MARKUP]: MARKUP } },
    };
    const model = { ...zooModel("3-seed1"), name: MARKUP, title: MARKUP };
    const hostile = await testPage({ title: MARKUP, results: [result], models: [model] });
    const { page, faults } = await browser.open(hostile);
    await page.getByRole("heading", { name: MARKUP }).waitFor();
    expect(await page.title()).toBe(MARKUP);
    expect(await page.locator("img").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it("has no editor of programs in a report, and says so where a link leads to one", async () => {
    const address = "v1/model/compiled/program?program=1";
    const { page, faults } = await browser.open(html, { address });
    await page.getByRole("alert").filter({ hasText: 'no case "program"' }).waitFor();
    const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    expect(await links.allInnerTexts()).toEqual(["Results", "Cases", "Methods"]);
    expect(faults).toEqual([]);
  });

  it("says what is wrong with addresses", async () => {
    const { page } = await browser.open(html, { address: "v9/case/3" });
    for (const [address, text] of [
      ["v9/case/3", "another version of the explorer (v9)"],
      ["<img src=x onerror=alert(1)>", "none of the explorer's"],
      ["v1/nowhere", 'There is no page "nowhere" here.'],
      ["v1/write", 'There is no page "write" here.'],
      ["v1/case/9999", "9999"],
      ["v1/model/trained/gone", "gone"],
      ["v1/result/gone", 'There is no result "gone" in this page.'],
    ] as const) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, address);
      await page.getByRole("alert").filter({ hasText: text }).waitFor();
    }
  });

  it("says what is wrong with what it was given, and what to do", async () => {
    const newer = html.replace("interpbench/page@1", "interpbench/page@7");
    const cut = html.replace('"results":[', '"results":');
    const document = { provenance: { resultsSchema: 3 } };
    const model = { kind: "loaded", name: "3-seed1" } as const;
    const later = await testPage({
      results: [{ name: "r", kind: "r", case: "3", model, document }],
    });
    const whole = zooModel("3-seed1");
    const truncated = await testPage({
      models: [
        { ...whole, files: { ...whole.files!, weights: whole.files!.weights.slice(0, 400) } },
      ],
    });
    const gone = await testPage({
      results: [{ name: "r", kind: "r", case: "3", model: undefined, document: {} }],
    });
    for (const [page, text] of [
      [newer, "another version (interpbench/page@7)"],
      [cut, "cut off"],
      [later, "results schema 3"],
      [truncated, "The weights of the model 3-seed1 are cut off"],
      [gone, "Make the report where the model lies"],
    ] as const) {
      const alert = (await browser.open(page)).page.getByRole("alert").first();
      await alert.waitFor();
      expect(await alert.innerText()).toContain(text);
    }
  });

  it("says that a browser cannot run models, and shows what is stored", async () => {
    const weak = html.replace(/(id="engine">)[^<]*/, (_, start: string) => start + WEAK_ENGINE);
    const { page } = await browser.open(weak);
    const alert = page.getByRole("alert").first();
    await alert.waitFor();
    expect(await alert.innerText()).toContain("no WebAssembly with SIMD");
    await page.getByRole("heading", { level: 1 }).waitFor();
  });

  it.each([
    ["v1/cases?q=fraction", "light"],
    ["v1/case/3", "dark"],
    ["v1/write", "light"],
    ["v1/result/zoo", "light"],
    ["v1/result/zoo", "dark"],
    ["v1/model/compiled/3", "dark"],
  ] as const)("is accessible at %s in %s colours", async (address, colours) => {
    const opened = address === "v1/write" ? site : html;
    const { page } = await browser.open(opened, { address, colours });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForFunction(() => document.querySelector(".waiting") === null);
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
  });
});
