import "./work.css";
import type { Algorithm } from "../../../src/discovery/index.ts";
import { runLine } from "../../../src/flags/index.ts";
import { failureOf } from "../../engine/client.ts";
import type { Discovered, ListedAlgorithm } from "../../engine/methods/discover.ts";
import type { MasksFrame, PathPoint } from "../../engine/methods/watch.ts";
import type { SubjectProps } from "../contract.ts";
import { el } from "../dom.ts";
import { type MethodForm, methodForm } from "../method/form.ts";
import { type Choice, choiceOf, choiceState } from "../method/state.ts";
import { modelWord } from "../model-word.ts";
import { choiceOfResult, PAIRS } from "./choice.ts";

/** What is watched, and what becomes of what is told. */
export interface WorkSpec<Told extends PathPoint | MasksFrame> {
  /** Of the names in the address. */
  readonly prefix: string;
  readonly watchable: NonNullable<Algorithm["watchable"]>;
  /** What is chosen where nothing else is. */
  readonly usual: Choice;
  /** Whether it runs as soon as it is shown. */
  readonly isQuick: boolean;
  /** Whatever was told before is of another run. */
  readonly begin: () => void;
  readonly told: (told: Told) => void;
  /** What came of it; `undefined` of work that was stopped. */
  readonly ended: (found: Discovered | undefined) => void;
}

/** An algorithm that is run here and watched. */
export interface Work {
  readonly root: HTMLElement;
  update(props: SubjectProps): void;
  destroy(): void;
  /** The command line that makes the same, if one does. */
  command(): string | undefined;
}

/** The form of a method that can be watched, which runs and stops it. */
export function watchedWork<Told extends PathPoint | MasksFrame>(
  first: SubjectProps,
  spec: WorkSpec<Told>,
): Work {
  let props = first;
  let usual = spec.usual;
  let form: MethodForm | undefined;
  let running: AbortController | undefined;
  const run = el("button", { type: "button", class: "strong" }, ["Run"]);
  const stop = el("button", { type: "button", class: "quiet" }, ["Stop"]);
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Work done" });
  const said = el("p", { class: "said", role: "status" });
  const root = el("div", { class: "work-head" }, [
    el("div", { class: "work-row" }, [run, stop, bar, said]),
  ]);
  const chosen = () => choiceOf(props.state, spec.prefix, usual);
  const showPhase = () => {
    run.disabled = form === undefined;
    run.hidden = running !== undefined;
    stop.hidden = running === undefined;
    bar.hidden = running === undefined;
  };
  showPhase();

  const start = async () => {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    const { algorithm, texts, seed } = chosen();
    form?.fail(undefined);
    said.textContent = "At work …";
    bar.removeAttribute("value");
    showPhase();
    spec.begin();
    let done = 0;
    try {
      const { model } = props.subject;
      const found = await props.engine.call(
        "watch",
        { model: model.ref, algorithm, texts, seed, size: PAIRS },
        {
          signal: controller.signal,
          onProgress: (told) => {
            if (controller.signal.aborted) return;
            done = shareDone(told);
            bar.value = done;
            spec.told(told as Told);
          },
        },
      );
      if (running !== controller) return;
      said.textContent = "";
      spec.ended(found);
    } catch (error) {
      if (running !== controller) return;
      const failure = failureOf(error);
      said.textContent = failure.isStopped ? `Stopped after ${Math.round(100 * done)} %.` : "";
      form?.fail(failure.isStopped ? undefined : failure);
      spec.ended(undefined);
    }
    running = undefined;
    showPhase();
  };
  run.addEventListener("click", () => void start());
  stop.addEventListener("click", () => running?.abort());

  const begin = (listed: readonly ListedAlgorithm[]) => {
    const own = listed.filter(
      ({ watchable, ranks }) => watchable === spec.watchable && ranks === "edges",
    );
    usual = choiceOfResult(props.subject.result, own) ?? usual;
    form = methodForm(`${spec.prefix} method`, own, [], (choice) =>
      props.onState(choiceState(spec.prefix, choice, usual)),
    );
    root.prepend(form.root);
    form.show(chosen());
    showPhase();
    if (spec.isQuick) void start();
  };
  first.engine.call("algorithms", undefined).then(begin, (error: unknown) => {
    said.textContent = String(error);
  });

  return {
    root,
    update(next) {
      const before = JSON.stringify(chosen());
      props = next;
      if (form === undefined || JSON.stringify(chosen()) === before) return;
      form.show(chosen());
      if (spec.isQuick) void start();
    },
    destroy: () => running?.abort(),
    command() {
      const { algorithm, texts: params, seed } = chosen();
      const { id, word } = props.subject.case!;
      const model = modelWord(props.subject.model.ref, id);
      return runLine({ algorithm, case: word, model, params, dataSize: PAIRS, seed });
    },
  };
}

function shareDone(told: PathPoint | MasksFrame): number {
  if (told.kind === "path") return (told.index + 1) / told.total;
  return (told.setting * told.steps + told.step) / (told.settings * told.steps);
}
