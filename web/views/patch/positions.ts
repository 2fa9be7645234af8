import type { TokenFacts } from "../../engine/methods/cases.ts";
import { el } from "../dom.ts";
import { positionsText } from "./state.ts";

/** Where it is replaced: every position of an input, or some that are pressed. */
export function positionChoice(onAt: (text: string | undefined) => void) {
  const root = el("div", { class: "patch-chips", role: "group", "aria-label": "Positions" });
  let chosen: readonly number[] | undefined;
  let names: readonly string[] = [];
  let chips: readonly HTMLElement[] = [];

  const chip = (text: string, press: () => void) => {
    const button = el("button", { type: "button", class: "chip" }, [text]);
    button.addEventListener("click", press);
    return button;
  };
  const every = chip("every position", () => onAt(undefined));
  const toggle = (position: number) => {
    const others = (chosen ?? []).filter((one) => one !== position);
    const isOn = others.length < (chosen ?? []).length;
    onAt(positionsText(isOn ? others : [...others, position].sort((a, b) => a - b)));
  };

  return {
    root,
    show(at: readonly number[] | undefined, input: readonly TokenFacts[]) {
      chosen = at;
      const next = ["BOS", ...input.map(({ text }) => text)];
      // Whoever presses one keeps the focus there.
      if (next.join() !== names.join()) {
        names = next;
        chips = names.map((name, i) => chip(`${i} ${name}`, () => toggle(i)));
        root.replaceChildren(every, ...chips);
      }
      every.setAttribute("aria-pressed", String(at === undefined));
      for (const [i, one] of chips.entries()) {
        one.setAttribute("aria-pressed", String(at?.includes(i) === true));
      }
    },
  };
}
