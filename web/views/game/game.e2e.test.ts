import { beforeAll, expect, it } from "vitest";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";

describeInBrowser("the game of variables", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage();
  });

  const open = async (state = "") => {
    const { page, faults } = await browser.open(html, { address: `v1/result/zoo${state}` });
    const view = page.getByRole("region", { name: "Which variable does it hold?" });
    const question = view.getByRole("heading", { level: 3 });
    await question.waitFor();
    await view.getByRole("table").waitFor();
    return { page, view, question, faults };
  };
  const isAbout = async ({ question }: Awaited<ReturnType<typeof open>>) =>
    /which variable does (\S+) hold/.exec(await question.innerText())![1]!;

  it("knows the answer, counts, and goes on", async () => {
    const opened = await open();
    const { page, view, question, faults } = opened;
    const choices = view.getByRole("group", { name: "Variables" }).getByRole("button");
    expect(await choices.allInnerTexts()).toEqual(["is_x_3", "frac_prevs_1", "none of them"]);
    const holds = new Map([
      ["m0", "is_x_3"],
      ["a1.2", "frac_prevs_1"],
    ]);
    for (const round of [1, 2, 3]) {
      await view.getByText(`Round ${round} of 3`).waitFor();
      const right = holds.get(await isAbout(opened)) ?? "none of them";
      await choices.getByText(right, { exact: true }).click();
      await view.getByText(`Right: ${right}.`).waitFor();
      if (round < 3) await view.getByRole("button", { name: "Next" }).click();
    }
    await view.getByText("3 of 3 right").waitFor();
    await expect.poll(() => page.url()).toMatch(/game\.answers=\d%2C\d%2C\d/);
    await view.getByRole("button", { name: "Begin anew" }).click();
    await view.getByText("Round 1 of 3").waitFor();
    await expect.poll(() => page.url()).toContain("game.seed=2");
    expect(await question.isVisible()).toBe(true);
    expect(faults).toEqual([]);
  });

  it("counts what no exchange tells apart as right, and nothing else", async () => {
    const opened = await open();
    const { page, view, faults } = opened;
    for (const round of [0, 1, 2]) {
      await page.evaluate((address) => {
        location.hash = address;
      }, `v1/result/zoo?game.round=${round}`);
      await view.getByText(`Round ${round + 1} of 3`).waitFor();
      const node = await isAbout(opened);
      const other = node === "m0" ? "frac_prevs_1" : "is_x_3";
      await view.getByRole("button", { name: other, exact: true }).click();
      const wanted =
        node === "m0" || node === "a1.2"
          ? /counts as right: no exchange tells/
          : "It is none of them.";
      await view.getByText(wanted).waitFor();
    }
    expect(faults).toEqual([]);
  });

  it("shows what each variable would do, if one asks for it", async () => {
    const { page, view, faults } = await open("?game.answers=x,-1,99&game.round=9");
    expect(await view.getByRole("row", { name: /^the program/ }).count()).toBe(0);
    await view.getByRole("checkbox", { name: /what each variable would do/ }).check();
    await view.getByRole("row", { name: /^the program, is_x_3 exchanged/ }).waitFor();
    await expect.poll(() => page.url()).toContain("game.hint=on");
    expect(faults).toEqual([]);
  });
});
