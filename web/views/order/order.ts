import { commandLine, runLine } from "../../../src/flags/index.ts";
import { type Engine, failureOf } from "../../engine/client.ts";
import type { CaseRow } from "../../engine/methods/cases.ts";
import type { ListedAlgorithm } from "../../engine/methods/discover.ts";
import type { Mount, View, ViewState } from "../contract.ts";
import { el } from "../dom.ts";
import { methodForm } from "../method/form.ts";
import { type Choice, choiceOf, choiceState } from "../method/state.ts";

/** What a server is asked to do. */
export interface Order {
  /** Of its plan: `run-acdc`. */
  readonly kind: string;
  readonly case: string;
  /** `zoo`, `siit`, `tracr`; none for a training. */
  readonly model: string | undefined;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What the form of an order is given. */
export interface OrderProps {
  readonly engine: Engine;
  readonly state: ViewState;
  readonly onState: (changes: Readonly<Record<string, string | undefined>>) => void;
  readonly onBegin: (order: Order) => void;
}

/** What this view keeps in the address, besides the method. */
const STATE = { what: "run.what", case: "run.case" } as const;

const MODELS = [
  ["zoo", "of the zoo"],
  ["siit", "trained here"],
  ["tracr", "compiled"],
] as const;

const USUAL: Choice = { algorithm: "acdc", model: 0, seed: 1234, texts: {} };
const USUAL_CASE = "3";
const TRAINING = "train-iit";

/** A run for a server: a training, or a method with all of its options on a model of a case. */
export const mountOrder: Mount<OrderProps> = (element, first) => {
  let props = first;
  let form: ReturnType<typeof methodForm> | undefined;
  const what = el("select", {}, [
    el("option", { value: "run" }, ["look for a circuit"]),
    el("option", { value: TRAINING }, ["train a model"]),
  ]);
  const case_ = el("select");
  const seed = el("input", { type: "number", min: 0, step: 1, class: "narrow" });
  const seedLabel = el("label", {}, ["Seed ", seed]);
  /** Of a training; methods have theirs. */
  const seedSlot = el("span");
  const begin = el("button", { type: "submit", class: "strong" }, ["Begin"]);
  const method = el("div");
  const root = el("form", {}, [
    el("div", { class: "controls" }, [
      el("label", {}, ["What ", what]),
      el("label", {}, ["Case ", case_]),
      seedSlot,
      begin,
    ]),
    method,
  ]);
  element.append(root);

  const isTraining = () => props.state[STATE.what] === TRAINING;
  const caseOf = () => props.state[STATE.case] ?? USUAL_CASE;
  const chosen = () => choiceOf(props.state, "run", USUAL);
  const keep = (choice: Choice) => props.onState(choiceState("run", choice, USUAL));
  what.addEventListener("change", () =>
    props.onState({ [STATE.what]: what.value === TRAINING ? TRAINING : undefined }),
  );
  case_.addEventListener("change", () =>
    props.onState({ [STATE.case]: case_.value === USUAL_CASE ? undefined : case_.value }),
  );
  seed.addEventListener("change", () =>
    keep({ ...chosen(), seed: seed.validity.valid ? Number(seed.value) : USUAL.seed }),
  );
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    void order();
  });

  /** Checks the options where they are typed, before the server is asked. */
  const order = async () => {
    const { algorithm, model, texts, seed: given } = chosen();
    if (isTraining()) {
      const config = { recipe: { seed: given } };
      props.onBegin({ kind: TRAINING, case: caseOf(), model: undefined, config });
      return;
    }
    form?.fail(undefined);
    try {
      const params = await props.engine.call("options", { algorithm, texts });
      const [kind] = MODELS[model] ?? MODELS[0];
      const config = { params, seed: given };
      props.onBegin({ kind: `run-${algorithm}`, case: caseOf(), model: kind, config });
    } catch (error) {
      form?.fail(failureOf(error));
    }
  };

  const show = () => {
    what.value = isTraining() ? TRAINING : "run";
    case_.value = caseOf();
    seed.value = String(chosen().seed);
    seedSlot.replaceChildren(...(isTraining() ? [seedLabel] : []));
    method.hidden = isTraining();
    form?.show(chosen());
  };

  const fill = (cases: readonly CaseRow[], algorithms: readonly ListedAlgorithm[]) => {
    case_.replaceChildren(...cases.map(({ id }) => el("option", { value: id }, [id])));
    const titles = MODELS.map(([, title]) => title);
    form = methodForm("run method", algorithms, titles, keep);
    method.replaceChildren(form.root);
    show();
  };
  Promise.all([
    first.engine.call("cases", undefined),
    first.engine.call("algorithms", undefined),
  ]).then(
    ([cases, algorithms]) => fill(cases, algorithms),
    (error: unknown) => method.replaceChildren(String(error)),
  );
  show();

  return {
    update(next) {
      props = next;
      show();
    },
    destroy: () => element.replaceChildren(),
    snapshot: () => ({
      data: { case: caseOf(), ...(isTraining() ? { seed: chosen().seed } : chosen()) },
      command: isTraining()
        ? commandLine("train iit", { i: caseOf(), seed: chosen().seed })
        : commandOf(caseOf(), chosen()),
    }),
  } satisfies View<OrderProps>;
};

function commandOf(id: string, { algorithm, model, texts: params, seed }: Choice) {
  const [kind] = MODELS[model] ?? MODELS[0];
  return runLine({ algorithm, case: id, model: kind, params, seed });
}
