import { formatPercent, type PageEffects } from "../../../src/report/index.ts";
import { el } from "../dom.ts";

const ROWS = [
  ["resample", "its value on another input"],
  ["mean", "its mean over inputs"],
  ["zero", "0"],
] as const;

/** What of the effects of nodes is shown, and where they come from. */
export interface ShownEffects {
  readonly effects: PageEffects;
  readonly source: "audit" | "page";
}

/** What putting a node out of action does, in the three ways. */
export function effectsTable({ effects, source }: ShownEffects, node: string): HTMLElement {
  const found = effects.nodes.find(({ text }) => text === node);
  const { pairs, inputs, isExhaustive } = effects;
  const whole = isExhaustive ? "all there are" : "a sample";
  const by = source === "audit" ? "The model's audit" : "This page";
  if (found === undefined) return el("p", { class: "note" }, ["Only heads and MLPs are ablated."]);
  return el("div", {}, [
    el("table", { class: "node-effects" }, [
      el("caption", {}, ["Runs that lose a right output when it carries …"]),
      el(
        "tbody",
        {},
        ROWS.map(([name, label]) => {
          const bar = el("span", { class: "node-bar" });
          bar.style.setProperty("--share", String(Math.min(1, Math.max(0, found[name]))));
          return el("tr", {}, [
            el("th", { scope: "row" }, [label]),
            el("td", {}, [bar]),
            el("td", { class: "number" }, [formatPercent(found[name])]),
          ]);
        }),
      ),
    ]),
    el("p", { class: "note" }, [
      `${by}, on ${pairs.toLocaleString("en")} pairs of inputs and ${inputs.toLocaleString("en")} inputs, ${whole}.`,
    ]),
  ]);
}
