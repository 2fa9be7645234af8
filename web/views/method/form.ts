import "./form.css";
import type { ListedAlgorithm } from "../../engine/methods/discover.ts";
import type { OptionField } from "../../engine/methods/options.ts";
import type { Failure } from "../../engine/protocol.ts";
import { el } from "../dom.ts";
import type { Choice } from "./state.ts";

/** A form for a method with all of its options. */
export interface MethodForm {
  readonly root: HTMLElement;
  show(choice: Choice): void;
  /** Says what is wrong: at the field that is meant, if there is one. */
  fail(failure: Failure | undefined): void;
}

/** @param title of the form: `left method`; what its fields are called begins with its first word */
export function methodForm(
  title: string,
  algorithms: readonly ListedAlgorithm[],
  models: readonly string[],
  onChoose: (choice: Choice) => void,
): MethodForm {
  const [prefix = ""] = title.split(" ");
  const algorithm = el(
    "select",
    {},
    algorithms.map(({ name, title }) => el("option", { value: name }, [title])),
  );
  const model = el(
    "select",
    {},
    models.map((title, i) => el("option", { value: i }, [title])),
  );
  const seed = el("input", { type: "number", min: 0, step: 1, class: "narrow" });
  const summary = el("p", { class: "note" });
  const fields = el("div", { class: "method-fields" });
  const count = el("summary", {});
  const details = el("details", {}, [count, fields]);
  const alert = el("p", { class: "method-fault", role: "alert" });
  let shown: Choice | undefined;
  let inputs = new Map<string, ReturnType<typeof optionInput>>();

  const choose = (changes: Partial<Choice>) => {
    if (shown !== undefined) onChoose({ ...shown, ...changes });
  };
  algorithm.addEventListener("change", () => choose({ algorithm: algorithm.value, texts: {} }));
  model.addEventListener("change", () => choose({ model: Number(model.value) }));
  seed.addEventListener("change", () =>
    choose({ seed: seed.validity.valid ? Number(seed.value) : 0 }),
  );

  const makeFields = (options: readonly OptionField[]) => {
    inputs = new Map(
      options.map((field) => [
        field.name,
        optionInput(prefix, field, (text) => {
          const { [field.name]: _, ...others } = shown?.texts ?? {};
          choose({ texts: text === "" ? others : { ...others, [field.name]: text } });
        }),
      ]),
    );
    fields.replaceChildren(...Array.from(inputs.values(), ({ root }) => root));
  };

  return {
    root: el("section", { class: "method-form", "aria-label": title }, [
      el("div", { class: "controls" }, [
        el("label", {}, ["Method ", algorithm]),
        ...(models.length > 1 ? [el("label", {}, ["Model ", model])] : []),
        el("label", {}, ["Seed ", seed]),
      ]),
      summary,
      details,
      alert,
    ]),
    show(choice) {
      const listed = algorithms.find(({ name }) => name === choice.algorithm);
      if (shown?.algorithm !== choice.algorithm) {
        makeFields(listed?.options ?? []);
        summary.textContent = listed?.summary ?? "";
      }
      shown = choice;
      algorithm.value = choice.algorithm;
      model.value = String(choice.model);
      seed.value = String(choice.seed);
      for (const [name, { show }] of inputs) show(choice.texts[name] ?? "");
      const given = Object.keys(choice.texts).length;
      count.textContent = `Options${given === 0 ? "" : ` (${given} given)`}`;
    },
    fail(failure) {
      const at = failure?.at === undefined ? undefined : inputs.get(failure.at);
      for (const input of inputs.values())
        input.fail(input === at ? faultText(failure!) : undefined);
      alert.textContent = failure === undefined || at !== undefined ? "" : faultText(failure);
      if (at !== undefined) {
        details.open = true;
        at.root.scrollIntoView({ block: "nearest" });
      }
    },
  };
}

const faultText = ({ message, expected, received, hint }: Failure): string =>
  [message, expected && `expected ${expected}`, received && `received ${received}`, hint]
    .filter(Boolean)
    .join(" — ");

/** An option with its label, its meaning and default, and a place for what is wrong with it. */
function optionInput(
  prefix: string,
  { name, input, summary, unit, fallback }: OptionField,
  onText: (text: string) => void,
) {
  const id = `${prefix}-${name}`;
  const common = { id, "aria-describedby": `${id}-note ${id}-fault` };
  const values = input.kind === "choice" ? input.values : ["true", "false"];
  const control =
    input.kind === "text"
      ? el("input", { type: "text", placeholder: fallback, ...common })
      : el("select", common, [
          el("option", { value: "" }, [`default: ${fallback}`]),
          ...values.map((value) => el("option", { value }, [value])),
        ]);
  control.addEventListener("change", () => onText(control.value.trim()));
  const fault = el("span", { id: `${id}-fault`, class: "method-fault" });
  const about = `${summary}${unit === undefined ? "" : ` (${unit})`}. Default: ${fallback}.`;
  return {
    root: el("div", { class: "method-option" }, [
      el("label", { for: id }, [name]),
      control,
      fault,
      el("span", { id: `${id}-note`, class: "note" }, [about]),
    ]),
    show: (text: string) => {
      if (control.value !== text) control.value = text;
    },
    fail: (text: string | undefined) => {
      fault.textContent = text ?? "";
      if (text === undefined) control.removeAttribute("aria-invalid");
      else control.setAttribute("aria-invalid", "true");
    },
  };
}
