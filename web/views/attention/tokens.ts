import { el } from "../dom.ts";
import { shortNumber } from "../outputs.ts";

/** A line of tokens; the one that is pointed at, or chosen, shows how much it attends to each. */
export function tokenLine(onPick: (query: number | undefined) => void) {
  const root = el("div", { class: "attention-tokens", role: "group", "aria-label": "Tokens" });
  const said = el("p", { class: "note" });
  let line: { readonly button: HTMLButtonElement; readonly value: HTMLElement }[] = [];
  let current: {
    readonly names: readonly string[];
    readonly at: (query: number, key: number) => number;
    readonly chosen: number | undefined;
  };
  const show = (pointed: number | undefined) => {
    const { names, at, chosen } = current;
    const query = pointed ?? chosen;
    for (const [key, { button, value }] of line.entries()) {
      const attention = query === undefined ? undefined : at(query, key);
      button.style.setProperty("--strength", String(attention ?? 0));
      button.classList.toggle("asking", key === query);
      button.setAttribute("aria-pressed", String(key === chosen));
      value.textContent = attention === undefined ? "" : shortNumber(attention);
    }
    said.textContent =
      query === undefined
        ? "Point at a token to see what it attends to; press it to keep that."
        : `What ${names[query]} at position ${query} attends to.`;
  };
  return {
    root: el("div", {}, [root, said]),
    show(next: typeof current) {
      const isOther = next.names.join() !== current?.names.join();
      current = next;
      if (isOther) {
        line = next.names.map((name, i) => {
          const value = el("span", { class: "attention-value" });
          const button = el("button", { type: "button", class: "attention-token" }, [name, value]);
          button.addEventListener("pointerenter", () => show(i));
          button.addEventListener("pointerleave", () => show(undefined));
          button.addEventListener("focus", () => show(i));
          button.addEventListener("blur", () => show(undefined));
          button.addEventListener("click", () => onPick(current.chosen === i ? undefined : i));
          return { button, value };
        });
        root.replaceChildren(...line.map(({ button }) => button));
      }
      show(undefined);
    },
  };
}
