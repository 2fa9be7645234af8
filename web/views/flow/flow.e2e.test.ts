import { beforeAll, expect, it } from "vitest";
import { engineOf, zooFiles } from "../../engine/engine.testing.ts";
import { barriersIn, smallestText } from "../../test/accessible.testing.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";
import { shortNumber } from "../outputs.ts";

describeInBrowser("one input through the circuit", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage();
  });

  const open = async (address: string) => {
    const { page, faults } = await browser.open(html, { address });
    const frame = page.getByRole("region", { name: "One input through the circuit" });
    await frame.getByText("The model says").waitFor();
    const cells = async (name: string) =>
      frame.getByRole("row", { name, exact: false }).first().getByRole("cell").allInnerTexts();
    return { page, faults, frame, cells };
  };

  it("shows what every node of the circuit writes at each position, beside the program", async () => {
    const { page, faults, frame, cells } = await open("v1/model/trained/3-seed1?input=x,a,x,b");
    await frame.getByText("The model says 1, 0.5, 0.67, 0.5.").waitFor();
    const { engine, close } = engineOf();
    await engine.call("load", zooFiles("3-seed1"));
    const { tokens: vocabulary, bosId } = await engine.call("case", { id: "3" });
    const ids = ["x", "a", "x", "b"].map((t) => vocabulary.find(({ value }) => value === t)!.id);
    const hook = "blocks.0.hook_mlp_out";
    const { at } = await engine.call("run", {
      model: { kind: "loaded", name: "3-seed1" },
      tokens: [[bosId, ...ids]],
      capture: [hook],
    });
    close();
    const { shape, data } = at[hook]!;
    const width = shape.at(-1)!;
    const norms = [0, 1, 2, 3, 4].map((p) =>
      shortNumber(Math.hypot(...data.subarray(p * width, (p + 1) * width))),
    );
    expect(await cells("m0")).toEqual(norms);
    expect(await cells("is_x_3 is")).toEqual(["", "true", "false", "true", "false"]);
    expect(await frame.locator(".flow-bar").count()).toBe(5 * (1 + 8 + 2));
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
    expect(faults).toEqual([]);
  });

  it("goes through it step by step, and does not move for those who do not want that", async () => {
    const { page, faults, frame, cells } = await open("v1/model/trained/3-seed1?flow.step=0");
    await frame
      .getByRole("status")
      .filter({ hasText: /^input$/ })
      .waitFor();
    expect(await cells("m0")).toEqual(["·", "·", "·", "·", "·"]);
    expect(await frame.locator(".flow-bar").count()).toBe(5);
    const pulses = frame.locator(".flow-pulse");
    expect(await pulses.count()).toBe(2);
    const moving = () => pulses.first().evaluate((pulse) => getComputedStyle(pulse).animationName);
    expect(await moving()).toBe("none");
    await page.emulateMedia({ reducedMotion: "no-preference" });
    expect(await moving()).toBe("flow-pulse");
    await frame.getByRole("slider", { name: "step of the way" }).press("ArrowRight");
    await frame.getByRole("status").filter({ hasText: "layer 0, heads" }).waitFor();
    await expect.poll(() => page.url()).toContain("flow.step=1");
    expect(await pulses.count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it("names the directions of a compiled transformer, and follows the input", async () => {
    const { faults, frame, cells } = await open(
      "v1/model/compiled/3?input=x,a,x,b&flow.of=direction",
    );
    expect(await cells("m0")).toEqual(["0", "is_x_3 1", "0", "is_x_3 1", "0"]);
    expect((await cells("a1.0")).slice(1)).toEqual(
      ["1", "0.5", "0.67", "0.5"].map((value) => `frac_prevs_1 ${value}`),
    );
    await frame.getByRole("combobox", { name: "Token 1" }).selectOption({ label: '"a"' });
    await frame.getByText("The model says 0, 0, 0.33, 0.25.").waitFor();
    expect(await cells("m0")).toEqual(["0", "0", "0", "is_x_3 1", "0"]);
    expect(faults).toEqual([]);
  });
});
