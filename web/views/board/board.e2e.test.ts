import { beforeAll, expect, it } from "vitest";
import { drawHeatMapSvg, leaderboardMap } from "../../../src/report/index.ts";
import { siteLeaderboard } from "../../../tools/site-leaderboard.ts";
import { standings } from "../../engine/methods/standings.ts";
import { barriersIn, smallestText } from "../../test/accessible.testing.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";
import { readBoard } from "./document.ts";
import { ordered } from "./order.ts";

const MARKUP = "<img src=x onerror=alert(1)>";

/** Milliseconds for standings of thousands of runs on a machine that is busy with others. */
const PATIENCE = 60_000;

/** The cases of a leaderboard, in the order in which its runs are listed. */
const casesOf = ({ rows }: Awaited<ReturnType<typeof siteLeaderboard>>) => [
  ...new Set(rows.map((row) => row.case)),
];

describeInBrowser("a leaderboard in a browser", (browser) => {
  let html: string;
  let document: Awaited<ReturnType<typeof siteLeaderboard>>;
  beforeAll(async () => {
    document = await siteLeaderboard();
    const failed = { case: "3", algorithm: "hostile", seed: 1, code: MARKUP, reason: MARKUP };
    const provenance = { parents: ["run-acdc/1/0123456789ab"] };
    const board = {
      name: "leaderboard",
      kind: "leaderboard",
      case: document.model,
      model: undefined,
      document: { ...document, rows: [...document.rows, failed], provenance },
    };
    const run = {
      name: "run-acdc/1/0123456789ab",
      kind: "run-acdc",
      case: "3",
      model: { kind: "loaded", name: "3-seed1" } as const,
      document: { case: "3" },
    };
    html = await testPage({ results: [board, run] });
  });

  const open = async (address: string, options: { width?: number; colours?: "dark" } = {}) => {
    const { page, faults } = await browser.open(html, { address, ...options });
    const frame = page.getByRole("region", { name: "Cases by algorithms" });
    await frame.locator("svg.board-map").waitFor({ timeout: PATIENCE });
    return { page, faults, frame };
  };

  it("is drawn as the command line draws it, filtered by tags of cases", async () => {
    const { page, faults, frame } = await open(
      "v1/result/leaderboard?board.q=acdc,eap&board.tag=published",
    );
    expect(await frame.locator(".count").innerText()).toMatch(/^\d\d cases, /);
    await frame.getByRole("combobox", { name: "Tag" }).selectOption("any");
    await frame.getByText(`${casesOf(document).length} cases, `).waitFor({ timeout: PATIENCE });
    const board = readBoard(document);
    const runs = board.runs.filter(({ algorithm }) => /acdc|eap/.test(algorithm));
    const facts = ordered(standings({ runs }), "id", "mean");
    const svg = drawHeatMapSvg(leaderboardMap({ ...board, ...facts }));
    const ways = [...svg.matchAll(/<rect x="[\d.]+" y="[\d.]+"[^>]*fill="([^"]+)"/g)].map(
      ([, fill]) => fill,
    );
    const shown = await frame
      .locator("svg.board-map > g > rect")
      .evaluateAll((rects) => rects.map((rect) => rect.getAttribute("fill")));
    expect(shown).toEqual(ways);
    expect(faults).toEqual([]);
    await page.close();
  });

  it("leads from a cell to its runs by mouse and by keys, and keeps it in the address", async () => {
    const { page, faults, frame } = await open("v1/result/leaderboard?board.q=acdc,hostile");
    await frame.getByRole("button", { name: /^1, acdc: / }).click();
    const details = frame.locator(".board-cell");
    await details.getByText("npx interpbench run acdc -i 1 --model zoo --seed 1234").waitFor();
    await expect.poll(() => page.url()).toContain("board.cell=1+acdc");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await details.getByRole("heading", { name: `acdc on case ${casesOf(document)[1]}` }).waitFor();
    await frame.getByRole("button", { name: /^3, hostile: –/ }).click();
    await details.getByText(MARKUP).waitFor();
    expect(await page.locator("img").count()).toBe(0);
    await frame.getByRole("button", { name: /^1, acdc: / }).click();
    await details.getByRole("link", { name: "Look at it" }).click();
    await page.getByRole("region", { name: "Circuit", exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it("is accessible, and sorts cases by what is hardest", async () => {
    const { page, faults, frame } = await open(
      "v1/result/leaderboard?board.q=ap&board.cases=mean",
      { colours: "dark" },
    );
    const first = await frame.locator("svg.board-map > text").allInnerTexts();
    expect(first.length).toBeGreaterThan(80);
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
    expect(faults).toEqual([]);
  });
});
