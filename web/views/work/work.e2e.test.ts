import { beforeAll, expect, it } from "vitest";
import { formatNumber, type PageResult } from "../../../src/report/index.ts";
import { engineOf, zooFiles } from "../../engine/engine.testing.ts";
import { barriersIn, smallestText } from "../../test/accessible.testing.ts";
import { testPage } from "../../test/browser.testing.ts";
import { describeInBrowser } from "../../test/describe-in-browser.testing.ts";

/** Milliseconds that masks may learn on a machine that is busy with others. */
const PATIENCE = 60_000;
const model = { kind: "loaded", name: "3-seed1" } as const;

const RESULT: PageResult = {
  name: "run",
  kind: "run eap-ig-inputs",
  case: "3",
  model,
  document: {
    algorithm: "eap-ig-inputs",
    case: "3",
    provenance: { config: { data: { dataSize: 200 }, seed: 5 } },
    params: { steps: 4, igPoints: "left", threshold: null },
  },
};

describeInBrowser("methods at work in a browser", (browser) => {
  let html: string;
  beforeAll(async () => {
    html = await testPage({ results: [RESULT] });
  });

  const open = async (title: string, state = "") => {
    const { page, faults } = await browser.open(html, { address: `v1/result/run${state}` });
    return { page, faults, frame: page.getByRole("region", { name: title, exact: true }) };
  };

  it("follows gradients along their path, to the numbers that the method finds", async () => {
    const { page, faults, frame } = await open("Gradients on their path");
    await frame.getByText("Point 4 of 4: 25 % of the way to ablated.").waitFor();
    expect(await frame.getByRole("combobox", { name: "Method" }).inputValue()).toBe(
      "eap-ig-inputs",
    );
    const { engine, close } = engineOf();
    await engine.call("load", zooFiles("3-seed1"));
    const { shown } = await engine.call("watch", {
      model,
      algorithm: "eap-ig-inputs",
      texts: { steps: "4" },
      seed: 5,
      size: 200,
    });
    close();
    const effect = new Map(shown).get("blocks.0.hook_resid_pre->blocks.0.hook_mlp_in")!;
    const cells = async () => {
      const row = frame.getByRole("row", { name: "input → m0" });
      return (await row.getByRole("cell").allInnerTexts()).map((text) => text.trim());
    };
    const [, , inTheEnd] = await cells();
    expect(inTheEnd).toBe(formatNumber(effect, 3));
    await frame.getByRole("slider", { name: "point of the path" }).press("Home");
    await frame.getByText("Point 1 of 4: 100 % of the way to ablated.").waitFor();
    await expect.poll(() => page.url()).toContain("path.step=1");
    const [own, so, end] = await cells();
    expect(own).toBe(so);
    expect(end).toBe(inTheEnd);
    expect(
      await frame.locator(".links.truePositive > [visibility=visible]").count(),
    ).toBeGreaterThan(2);
    expect(await frame.locator("svg.chart").count()).toBe(3);
    expect(await barriersIn(page)).toEqual([]);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(11);
    expect(faults).toEqual([]);
  });

  it("takes another method and other options, and says what is wrong with them", async () => {
    const { faults, frame } = await open(
      "Gradients on their path",
      "?path.method=eap-ig-activations&path.options=steps%3D1&path.of=point",
    );
    await frame.getByText(/Point 5 of 5: 0 % of the way to ablated, m1 on its way/).waitFor();
    expect(await frame.getByRole("radio", { name: "of this point alone" }).isChecked()).toBe(true);
    await frame.getByText("Options (1 given)").click();
    const steps = frame.getByRole("textbox", { name: "steps" });
    await steps.fill("none");
    await steps.press("Enter");
    await frame.locator(".method-option .method-fault").filter({ hasText: "expected" }).waitFor();
    expect(faults).toEqual([]);
  });

  it("shows masks while they learn, stops, and learns to the circuit of the method", async () => {
    const options = "?masks.options=steps%3D400%26edgeSparsity%3D0.95&masks.seed=3";
    const { page, faults, frame } = await open("Masks while they learn", options);
    await frame.getByText("Run it to see the circuit").waitFor();
    await frame.getByRole("button", { name: "Run" }).click();
    await frame.getByText("Step 400 of 400.").waitFor({ timeout: PATIENCE });
    const { engine, close } = engineOf();
    await engine.call("load", zooFiles("3-seed1"));
    const { circuit } = await engine.call("watch", {
      model,
      algorithm: "edge-pruning",
      texts: { steps: "400", edgeSparsity: "0.95" },
      seed: 3,
      size: 200,
    });
    close();
    const drawn = frame.locator(".links:is(.truePositive, .falsePositive) > [visibility=visible]");
    const shown = await drawn.evaluateAll((all) =>
      all.map((one) => (one as SVGElement).dataset.edge),
    );
    expect(shown.sort()).toEqual(circuit!.edges.map((ends) => ends.join("->")).sort());
    await frame.getByText(`${circuit!.edges.length} edges in the circuit:`).waitFor();
    expect(await frame.locator("svg.chart").count()).toBe(3);
    await frame.getByRole("slider", { name: "moment of learning" }).press("Home");
    await frame.getByText("110 edges in the circuit: 0 % are off").waitFor();
    await expect.poll(() => page.url()).toContain("masks.step=1");
    expect(await barriersIn(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it("stops learning when it is told to, and keeps what was learnt by then", async () => {
    const { faults, frame } = await open("Masks while they learn", "?masks.options=steps%3D100000");
    await frame.getByRole("button", { name: "Run" }).click();
    await frame.getByText(/^Step \d+ of 100000/).waitFor({ timeout: PATIENCE });
    await frame.getByRole("button", { name: "Stop" }).click();
    await frame.getByText(/^Stopped after \d+ %\.$/).waitFor();
    await frame.getByRole("button", { name: "Run" }).waitFor();
    expect(await frame.locator("svg.chart").count()).toBe(3);
    expect(faults).toEqual([]);
  });
});
