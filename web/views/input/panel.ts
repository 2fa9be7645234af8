import type { RaspValue } from "../../../src/rasp/index.ts";
import type { Engine } from "../../engine/client.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { SubjectProps, View } from "../contract.ts";
import { el } from "../dom.ts";
import { type InputEditorProps, mountInputEditor } from "./editor.ts";
import { anySeed, drawnInput, exampleOf, formatInput, tokensOf } from "./text.ts";

/** What views keep in the address of their inputs: the same for all views of a page. */
export const INPUTS = ["input", "other"] as const;

/** What the other input is chosen from, where the address names none. */
const DRAWS = { seed: 1, count: 8 } as const;

/** One input, or two of them, to be edited. */
export function inputPanel(
  facts: CaseFacts,
  engine: Engine,
  titles: readonly string[],
  onState: SubjectProps["onState"],
  names: readonly string[] = INPUTS,
) {
  const rows = titles.map((title, i) => {
    const editor = el("div", { class: "editor", role: "group", "aria-label": title });
    const root = el("div", { class: "input-row" }, [el("span", {}, [title]), editor]);
    const propsOf = (input: readonly TokenFacts[]): InputEditorProps => ({
      facts,
      input,
      onInput: (next) => onState({ [names[i]!]: formatInput(facts, next) }),
      draw: () => drawnInput(engine, facts, anySeed()),
    });
    let view: View<InputEditorProps> | undefined;
    return {
      root,
      show(input: readonly TokenFacts[] | undefined) {
        root.hidden = input === undefined;
        if (input === undefined) return;
        if (view === undefined) view = mountInputEditor(editor, propsOf(input));
        else view.update(propsOf(input));
      },
      destroy: () => view?.destroy(),
    };
  });
  let drawn: Promise<readonly TokenFacts[]> | undefined;
  return {
    root: el(
      "div",
      { class: "input-panel" },
      rows.map(({ root }) => root),
    ),
    /** `undefined` hides a row. */
    show: (inputs: readonly (readonly TokenFacts[] | undefined)[]) => {
      for (const [i, row] of rows.entries()) row.show(inputs[i]);
    },
    /**
     * The other input of an address that names none, as long as the first: of some drawn ones that which
     * differs most from the example.
     */
    other: async ({ length }: readonly TokenFacts[]) => {
      drawn ??= engine
        .call("draw", { case: facts.id, ...DRAWS })
        .then((inputs) => mostDifferent(facts, inputs));
      return (await drawn).slice(0, length);
    },
    destroy: () => {
      for (const row of rows) row.destroy();
    },
  };
}

function mostDifferent(facts: CaseFacts, inputs: readonly (readonly RaspValue[])[]) {
  const example = exampleOf(facts);
  const candidates = inputs.map((values) => tokensOf(facts, values));
  const difference = (input: readonly TokenFacts[]) =>
    input.filter((token, i) => token !== example[i]).length;
  return candidates.reduce((a, b) => (difference(b) > difference(a) ? b : a));
}
