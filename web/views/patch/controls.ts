import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { ModelFacts } from "../../engine/methods/models.ts";
import type { SubjectProps } from "../contract.ts";
import { el } from "../dom.ts";
import { kindOf } from "../variables.ts";
import type { Places } from "./places.ts";
import { positionChoice } from "./positions.ts";
import { CARRIED, type CarriedKind, type PatchState, STATE } from "./state.ts";

const LABELS: Readonly<Record<CarriedKind, string>> = {
  input: "its value on the other input",
  zero: "0",
  mean: "its mean over inputs",
  value: "a value",
};

/** What is replaced, by what, and edges to add. */
export function controlPanel(
  facts: CaseFacts,
  model: ModelFacts,
  places: Places,
  toggle: (name: string, isWanted?: boolean) => void,
  onState: SubjectProps["onState"],
) {
  const chips = el("div", { class: "patch-chips" });
  const carried = menu("By", CARRIED, (kind) => LABELS[kind]);
  carried.menu.addEventListener("change", () => {
    const chosen = carried.menu.value;
    onState({ [STATE.with]: chosen === "input" ? undefined : chosen });
  });
  const value = el("input", { type: "text", inputmode: "decimal", size: 6, "aria-label": "Value" });
  value.addEventListener("change", () =>
    onState({ [STATE.value]: value.value.trim() || undefined }),
  );
  const labels = kindOf(model, facts) === "compiled" ? facts.residualLabels : [];
  const direction = menu("in", ["all", ...labels.keys()], (i) =>
    i === "all" ? "every direction" : `${labels[i]} alone`,
  );
  direction.menu.addEventListener("change", () => {
    const chosen = direction.menu.value;
    onState({ [STATE.direction]: chosen === "all" ? undefined : chosen });
  });
  const values = el("span", { class: "patch-value" }, [
    value,
    labels.length > 0 ? direction.root : "",
  ]);
  const positions = positionChoice((text) => onState({ [STATE.at]: text }));
  const edges = edgeAdder(places, (name) => toggle(name, true));
  return {
    root: el("div", { class: "patch-controls" }, [
      el("h3", {}, ["Replaced"]),
      chips,
      edges,
      el("p", {}, [carried.root, " ", values]),
      el("h3", {}, ["At"]),
      positions.root,
    ]),
    show(state: PatchState, input: readonly TokenFacts[]) {
      carried.menu.value = state.carried;
      values.hidden = state.carried !== "value";
      if (document.activeElement !== value) value.value = String(state.value);
      direction.menu.value = String(state.direction ?? "all");
      positions.show(state.at, input);
      chips.replaceChildren(
        ...state.cut.map(({ name }) => {
          const shown = name.replace(">", " → ");
          const chip = el("button", { type: "button", class: "chip", "aria-pressed": "true" }, [
            `${shown} `,
            el("span", { "aria-hidden": "true" }, ["×"]),
            el("span", { class: "unseen" }, ["is replaced"]),
          ]);
          chip.addEventListener("click", () => toggle(name, false));
          return chip;
        }),
        ...(state.cut.length === 0 ? [el("span", { class: "note" }, ["nothing"])] : []),
      );
    },
  };
}

/** Menus for the ends of an edge. */
function edgeAdder({ writers, readersOf }: Places, add: (name: string) => void): HTMLElement {
  const from = menu("Edge from", writers, (box) => box);
  const to = menu("to", [], String);
  const fill = () => {
    const names = readersOf(from.menu.value);
    to.menu.replaceChildren(...names.map((name) => el("option", { value: name }, [name])));
  };
  from.menu.addEventListener("change", fill);
  fill();
  const button = el("button", { type: "button", class: "quiet" }, ["Add"]);
  button.addEventListener("click", () => add(`${from.menu.value}>${to.menu.value}`));
  return el("p", { class: "patch-edges" }, [from.root, " ", to.root, " ", button]);
}

function menu<T extends string | number>(
  label: string,
  values: readonly T[],
  textOf: (value: T) => string,
) {
  const select = el(
    "select",
    {},
    values.map((value) => el("option", { value }, [textOf(value)])),
  );
  return { root: el("label", {}, [`${label} `, select]), menu: select };
}
