import { beforeAll, expect, it } from "vitest";
import { barriersIn } from "../../test/accessible.testing.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";

describeInBrowser("hands on", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage();
  });

  const open = async (state: string) => {
    const { page, faults } = await browser.open(html, { address: `v1/result/zoo${state}` });
    const view = page.getByRole("region", { name: "Hands on" });
    const row = (name: string | RegExp) => view.getByRole("row", { name }).first();
    await row(/^the model/).waitFor();
    const cells = async (name: string | RegExp) =>
      (await row(name).locator("td").allInnerTexts()).map((text) => text.split(/[\s,≠✓✗]/)[0]);
    return { page, view, faults, row, cells };
  };

  it("exchanges a node between two inputs, beside what the program says", async () => {
    const { page, view, faults, cells } = await open("?input=x,a,b,a&other=a,x,x,b");
    const numbers = (await cells(/^the model, a1.2 as on the other input/)).map(Number);
    expect(numbers).toEqual([0, 1 / 2, 2 / 3, 1 / 2].map((x) => expect.closeTo(x, 1)));
    expect(await cells(/^the program, under the same/)).toEqual(["0", "0.5", "0.67", "0.5"]);
    await view.getByText("at 4 of 4 positions").waitFor();
    const box = view.getByRole("button", { name: "a0.1", exact: true });
    await view.getByRole("button", { name: "a1.2: frac_prevs_1" }).press("Enter");
    await box.press("Enter");
    await view.getByText(/It holds no variable.* at 4 of 4 positions/).waitFor();
    await expect.poll(() => page.url()).toContain("patch.cut=a0.1");
    expect(await box.getAttribute("aria-pressed")).toBe("true");
    expect(faults).toEqual([]);
  });

  it("puts 0, means and values in place, and says where the program is silent", async () => {
    const { page, view, faults, cells } = await open(
      "?patch.cut=a1.2&patch.with=zero&input=x,x,x,x",
    );
    expect(await cells("the model")).toEqual(["1", "1", "1", "1"]);
    expect(await cells(/^the model, a1.2 at 0/)).not.toEqual(["1", "1", "1", "1"]);
    await view.getByText("The program says nothing about this").waitFor();
    expect(await view.getByRole("group", { name: "Other input" }).isVisible()).toBe(false);
    await view.getByRole("combobox", { name: "By" }).selectOption("value");
    await view.getByRole("textbox", { name: "Value" }).fill("2.5");
    await view.getByRole("textbox", { name: "Value" }).press("Enter");
    await view.getByRole("row", { name: /^the model, a1.2 at 2.5/ }).waitFor();
    await expect.poll(() => page.url()).toContain("patch.value=2.5&patch.with=value");
    expect(faults).toEqual([]);
  });

  it("exchanges a node at chosen positions, and the program's variable there", async () => {
    const { page, view, faults, cells } = await open(
      "?input=x,a,b,a&other=a,x,x,b&patch.cut=m0&patch.at=2,4,9",
    );
    const exchanged = /^the model, m0 as on the other input at positions 2, 4/;
    const found = (await cells(exchanged)).map(Number);
    expect(found).toEqual([1, 1, 2 / 3, 1 / 2].map((x) => expect.closeTo(x, 1)));
    expect(await cells(/^the program, under the same/)).toEqual(["1", "1", "0.67", "0.5"]);
    await view.getByText(/from the other input at positions 2, 4: .* 4 of 4 positions/).waitFor();
    const positions = view.getByRole("group", { name: "Positions" });
    const third = positions.getByRole("button", { name: '3 "b"' });
    await third.press("Enter");
    await view.getByRole("row", { name: /at positions 2, 3, 4/ }).waitFor();
    expect(await third.evaluate((chip) => chip === document.activeElement)).toBe(true);
    await expect.poll(() => page.url()).toContain("patch.at=2%2C3%2C4");
    await positions.getByRole("button", { name: "every position" }).click();
    await view.getByRole("row", { name: /^the model, m0 as on the other input \d/ }).waitFor();
    await expect.poll(() => page.url()).not.toContain("patch.at");
    expect(await barriersIn(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it("cuts edges, of a head's query alone, too", async () => {
    const { page, view, faults } = await open("?patch.cut=&other=a,x,x,b");
    await view.getByText("Press a box, or add an edge").waitFor();
    await view.getByRole("combobox", { name: "Edge from" }).selectOption("m0");
    await view.getByRole("combobox", { name: "to", exact: true }).selectOption("a1.2.q");
    await view.getByRole("button", { name: "Add" }).click();
    await view.getByText("A true edge alone").waitFor();
    await expect.poll(() => page.url()).toContain("patch.cut=m0%3Ea1.2.q");
    await view.getByRole("button", { name: "m0 → a1.2.q" }).click();
    await view.getByText("Press a box, or add an edge").waitFor();
    expect(faults).toEqual([]);
  });

  it("begins with what is pinned in the circuit, and passes over what means nothing", async () => {
    const pinned = await open("?circuit.pin=box:m0");
    expect(await pinned.row(/^the model, m0 as/).isVisible()).toBe(true);
    const odd = await open("?patch.cut=a9.9,nothing&patch.with=x&patch.value=x&input=y,y");
    await odd.view.getByText("Press a box, or add an edge").waitFor();
    expect([...pinned.faults, ...odd.faults]).toEqual([]);
  });
});
