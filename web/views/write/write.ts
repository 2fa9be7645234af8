import "./write.css";
import type { Exactness } from "../../../src/cases/index.ts";
import type { Written } from "../../engine/methods/write.ts";
import type { Mount, View } from "../contract.ts";
import { el } from "../dom.ts";
import { EXAMPLE, exactnessText, isTooLong, lineOf, piecesOf, tooLongText } from "./text.ts";

/** What the editor of programs is given. */
export interface WriterProps {
  /** The program; without one the example is shown. */
  readonly text: string | undefined;
  readonly write: (text: string) => Promise<Written>;
  readonly exactness: (id: string) => Promise<Exactness>;
  /** The program is another one; `undefined` for the example. */
  readonly onText: (text: string | undefined) => void;
  /** The case of the program, compiled; `undefined` while something is wrong with it. */
  readonly onCompiled: (id: string | undefined) => void;
}

/** Milliseconds without a key after which a program is compiled. */
const PAUSE = 350;

/** An editor for program files, which compiles while one types and says what is wrong, and where. */
export const mountWriter: Mount<WriterProps> = (element, first) => {
  let props = first;
  let text = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  const file = el("input", {
    class: "unseen",
    type: "file",
    accept: ".mjs,.js,.ts,text/javascript",
  });
  const save = el("button", { class: "chip", type: "button" }, ["Save"]);
  const example = el("button", { class: "chip", type: "button" }, ["Example"]);
  const shown = el("pre", { "aria-hidden": "true" });
  const area = el("textarea", {
    "aria-label": "Program",
    "aria-describedby": "written",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const status = el("div", { id: "written", role: "status" });
  element.append(
    el("div", { class: "controls" }, [
      el("label", { class: "chip" }, ["Open", file]),
      save,
      example,
    ]),
    el("div", { class: "writer" }, [shown, area]),
    status,
  );

  const paint = (fault: number | undefined) => {
    const pieces = piecesOf(text, fault).map(({ text: piece, kind }) =>
      el("span", { class: `code-${kind}` }, [piece]),
    );
    shown.replaceChildren(...pieces, "\n");
  };
  const sayWrong = (message: string, hint: string | undefined) => {
    status.replaceChildren(
      el("div", { class: "problem" }, [
        el("p", {}, [el("strong", {}, [message])]),
        ...(hint === undefined ? [] : [el("p", {}, [hint])]),
      ]),
    );
    props.onCompiled(undefined);
  };
  const sayCompiled = async ({ id, warnings }: Extract<Written, { kind: "compiled" }>) => {
    const note = el("p", { class: "note" }, ["Compiled. Trying it …"]);
    const caveats = warnings.map((warning) => el("p", { class: "caveat" }, [warning]));
    status.replaceChildren(note, ...caveats);
    props.onCompiled(id);
    try {
      note.textContent = `Compiled. ${exactnessText(await props.exactness(id))}`;
    } catch (error) {
      note.textContent = `Compiled, but it could not be tried: ${(error as Error).message}`;
    }
  };

  const compile = async (wanted: string) => {
    const written = await props.write(wanted);
    if (wanted !== text) return;
    if (written.kind === "compiled") {
      paint(undefined);
      await sayCompiled(written);
      return;
    }
    const { offset, message, hint } = written;
    paint(offset);
    sayWrong(offset === undefined ? message : `Line ${lineOf(text, offset)}: ${message}`, hint);
  };

  const show = (next: string) => {
    if (next === text) return;
    text = next;
    if (area.value !== next) area.value = next;
    paint(undefined);
    clearTimeout(timer);
    timer = setTimeout(() => void compile(next), PAUSE);
  };
  const type = (next: string) => {
    if (isTooLong(next)) {
      area.value = text;
      sayWrong(...tooLongText(next));
    } else props.onText(next === EXAMPLE ? undefined : next);
  };

  area.addEventListener("input", () => type(area.value));
  example.addEventListener("click", () => type(EXAMPLE));
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (chosen !== undefined) type(await chosen.text());
  });
  save.addEventListener("click", () => {
    const link = el("a", {
      href: URL.createObjectURL(new Blob([text], { type: "text/javascript" })),
      download: "program.mjs",
    });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  show(first.text ?? EXAMPLE);

  return {
    update(next) {
      props = next;
      show(next.text ?? EXAMPLE);
    },
    destroy() {
      clearTimeout(timer);
      element.replaceChildren();
    },
    snapshot: () => ({ data: { program: text } }),
  } satisfies View<WriterProps>;
};
