import "./editor.css";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { Mount, View } from "../contract.ts";
import { el } from "../dom.ts";
import { exampleOf, formatInput } from "./text.ts";

/** An input that is edited token by token. */
export interface InputEditorProps {
  readonly facts: CaseFacts;
  readonly input: readonly TokenFacts[];
  readonly onInput: (input: readonly TokenFacts[]) => void;
  /** Another input of the case. */
  readonly draw: () => Promise<readonly TokenFacts[]>;
}

/** The tokens of an input as menus, and buttons for others: in an element of class `editor`. */
export const mountInputEditor: Mount<InputEditorProps> = (element, first) => {
  let props = first;
  const tokens = el("span", { class: "tokens" });
  const resize = (by: 1 | -1) => () => {
    const { input, onInput, facts } = props;
    const any = facts.tokens[Math.floor(Math.random() * facts.tokens.length)]!;
    onInput(by < 0 ? input.slice(0, -1) : [...input, any]);
  };
  const less = button("−", "One token less", resize(-1));
  const more = button("+", "One token more", resize(1));
  const show = () => {
    const { facts, input } = props;
    const menus = tokens.querySelectorAll("select");
    if (menus.length !== input.length) tokens.replaceChildren(...input.map(menuAt));
    for (const [i, menu] of tokens.querySelectorAll("select").entries()) {
      menu.value = String(facts.tokens.indexOf(input[i]!));
    }
    less.disabled = !facts.lengths.includes(input.length - 1);
    more.disabled = !facts.lengths.includes(input.length + 1);
  };
  const menuAt = (_: TokenFacts, i: number) => {
    const { facts } = props;
    const menu = el(
      "select",
      { class: "token", "aria-label": `Token ${i + 1}` },
      facts.tokens.map(({ text }, k) => el("option", { value: k }, [text])),
    );
    menu.addEventListener("change", () => {
      const chosen = props.facts.tokens[Number(menu.value)]!;
      props.onInput(props.input.map((token, k) => (k === i ? chosen : token)));
    });
    return menu;
  };
  element.append(
    el("span", { class: "token token-fixed", title: "Put in front of every input" }, ["BOS"]),
    tokens,
    less,
    more,
    button("Shuffle", undefined, () => void props.draw().then((input) => props.onInput(input))),
    button("Example", undefined, () => props.onInput(exampleOf(props.facts))),
  );
  show();
  return {
    update: (next) => {
      if (next.facts !== props.facts) tokens.replaceChildren();
      props = next;
      show();
    },
    destroy: () => element.replaceChildren(),
    snapshot: () => ({
      data: { case: props.facts.id, input: formatInput(props.facts, props.input) },
    }),
  } satisfies View<InputEditorProps>;
};

function button(text: string, name: string | undefined, press: () => void): HTMLButtonElement {
  const made = el("button", { type: "button", class: "quiet", "aria-label": name }, [text]);
  made.addEventListener("click", press);
  return made;
}
