import type { PageModel } from "../../../src/report/index.ts";
import { failureOf } from "../../engine/client.ts";
import type { CaseFacts, CaseRow } from "../../engine/methods/cases.ts";
import type { ModelFacts } from "../../engine/methods/models.ts";
import type { Mount, View } from "../contract.ts";
import { el } from "../dom.ts";
import { type ChoosableModel, type CompareProps, mountCompare } from "./compare.ts";

/** What a comparison of methods on any case is given. */
export interface MethodsProps extends Pick<CompareProps, "engine" | "load" | "state" | "onState"> {
  /** The case. */
  readonly id: string;
  /** The models of the page, of all cases. */
  readonly listed: readonly PageModel[];
  readonly caseOf: (id: string) => Promise<CaseFacts>;
  /** Goes to another case. */
  readonly open: (id: string) => void;
}

/** Two methods on a case that can be chosen, as soon as the case is compiled. */
export const mountMethods: Mount<MethodsProps> = (element, first) => {
  let props = first;
  let view: View<CompareProps> | undefined;
  let given: Pick<CompareProps, "case" | "algorithms" | "models"> | undefined;
  let isWanted = true;
  const body = el("div", {}, [el("p", { class: "waiting" }, [`Compiling case ${first.id} …`])]);
  element.append(body);

  const start = async () => {
    const [facts, trained, cases, algorithms] = await Promise.all([
      first.caseOf(first.id),
      first.engine.call("trained", { id: first.id }),
      first.engine.call("cases", undefined),
      first.engine.call("algorithms", undefined),
    ]);
    if (!isWanted) return;
    const models = modelsOf(facts, first.listed, trained);
    body.replaceChildren();
    element.prepend(caseControl(facts, cases, (id) => props.open(id)));
    if (models.length === 0) {
      body.append(
        problem(
          `There is no model of case ${facts.id} in this page, and it has no program to compile.`,
          "Choose another case, or make the report where a model of it is.",
        ),
      );
      return;
    }
    given = { case: facts, algorithms, models };
    view = mountCompare(body, { ...props, ...given });
  };
  start().catch((error: unknown) => {
    const { message, hint } = failureOf(error);
    body.replaceChildren(problem(message, hint));
  });

  return {
    update(next) {
      props = next;
      if (given !== undefined) view?.update({ ...next, ...given });
    },
    destroy() {
      isWanted = false;
      view?.destroy();
      element.replaceChildren();
    },
    snapshot: () => view?.snapshot() ?? { data: undefined },
  };
};

/** The models of a case that came with the page or were trained in it, and the compiled one, if it has a program. */
function modelsOf(
  { id, program }: CaseFacts,
  listed: readonly PageModel[],
  trained: readonly ModelFacts[],
): ChoosableModel[] {
  const came = listed.filter((model) => model.case === id && !model.isCompiled);
  const compiled: ChoosableModel = { title: "compiled", ref: { kind: "compiled", case: id } };
  return [
    ...came.map(({ name, title }): ChoosableModel => ({ title, ref: { kind: "loaded", name } })),
    ...trained.flatMap(({ ref }) => (ref.kind === "loaded" ? [{ title: ref.name, ref }] : [])),
    ...(program.length === 0 ? [] : [compiled]),
  ];
}

function caseControl(
  { id, task }: CaseFacts,
  cases: readonly CaseRow[],
  open: (id: string) => void,
): HTMLElement {
  const select = el(
    "select",
    {},
    [...(cases.some((row) => row.id === id) ? [] : [id]), ...cases.map((row) => row.id)].map(
      (value) => el("option", { value }, [value]),
    ),
  );
  select.value = id;
  select.addEventListener("change", () => open(select.value));
  return el("div", { class: "controls" }, [
    el("label", {}, ["Case ", select]),
    el("span", { class: "note" }, [task]),
  ]);
}

const problem = (message: string, hint: string | undefined) =>
  el("div", { class: "problem", role: "alert" }, [
    el("p", {}, [el("strong", {}, [message])]),
    ...(hint === undefined ? [] : [el("p", {}, [hint])]),
  ]);
