import { beforeAll, expect, it } from "vitest";
import type { PageResult } from "../../../src/report/index.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";

const result = (name: string, model: PageResult["model"]): PageResult => {
  return { name, kind: name, case: "3", model, document: { case: "3" } };
};

describeInBrowser("the view of a node", (browser) => {
  let html: string;
  beforeAll(async () => {
    const results = [
      result("trained", { kind: "loaded", name: "3-seed1" }),
      result("compiled", { kind: "compiled", case: "3" }),
    ];
    html = await testPage({ results });
  });

  const open = async (address: string) => {
    const { page, faults } = await browser.open(html, { address: `v1/result/${address}` });
    const view = page.getByRole("region", { name: "Node", exact: true });
    await view.waitFor();
    return { page, view, faults };
  };

  it("has the effects of the model's audit, and the strongest edges first", async () => {
    const { view, faults } = await open("trained?circuit.pin=box:a1.2");
    const effects = view.getByRole("table", { name: /Runs that lose/ });
    await effects.waitFor();
    const cells = await effects.locator("td.number").allInnerTexts();
    expect(cells).toEqual(["84.7%", "100.0%", "100.0%"]);
    await view.getByText("The model's audit, on 65,536 pairs").waitFor();
    const into = view.getByRole("table", { name: "Into it" });
    await into.waitFor();
    expect(await into.getByRole("row").nth(1).innerText()).toMatch(/m0 \(v\)[\s\S]*true/);
    expect(faults).toEqual([]);
  });

  it("goes along an edge to its other end, and keeps it in the address", async () => {
    const { page, view, faults } = await open("trained");
    const into = view.getByRole("table", { name: "Into it" });
    await into.getByRole("button", { name: "m0 (v)" }).click();
    await expect.poll(() => page.url()).toContain("circuit.pin=box%3Am0");
    expect(await view.getByRole("combobox", { name: "Node" }).inputValue()).toBe("m0");
    await view.getByRole("combobox", { name: "Node" }).selectOption("a0.1");
    await view.getByText("blocks.0.attn.hook_result[1]").waitFor();
    expect(faults).toEqual([]);
  });

  it("adds up what all nodes write to what the model says", async () => {
    const { view, faults } = await open("trained?input=x,a,b,x");
    const table = view.getByRole("table", { name: /Of everything that writes/ });
    await table.waitFor();
    const rows = await table.getByRole("row").allInnerTexts();
    const numbers = rows.slice(1).map((row) => {
      const cells = row.replaceAll("−", "-").split(/\s+/).slice(-4);
      return cells.map(Number);
    });
    const said = numbers.at(-1)!;
    for (const [i, fraction] of [1, 1 / 2, 1 / 3, 1 / 2].entries()) {
      const sum = numbers.slice(0, -1).reduce((total, row) => total + row[i]!, 0);
      expect(sum).toBeCloseTo(said[i]!, 0);
      expect(said[i]).toBeCloseTo(fraction, 1);
    }
    expect(faults).toEqual([]);
  });

  it("shows the weights of a compiled node by named directions, and measures its effects", async () => {
    const { view, faults } = await open("compiled?circuit.pin=box:a1.0");
    const values = view.getByRole("table", { name: "OV" });
    await values.waitFor();
    expect((await values.innerText()).split(/\s+/).slice(-3)).toEqual([
      "frac_prevs_1",
      "is_x_3",
      "1",
    ]);
    await view.getByText("This page, on 4,096 pairs").waitFor();
    const effects = view.getByRole("table", { name: /Runs that lose/ });
    expect((await effects.locator("td.number").allInnerTexts())[1]).toBe("100.0%");
    expect(faults).toEqual([]);
  });
});
