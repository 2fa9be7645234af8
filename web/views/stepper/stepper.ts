import "./stepper.css";
import { shellWord } from "../../../src/flags/index.ts";
import type { Engine } from "../../engine/client.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { Mount, Snapshot, View } from "../contract.ts";
import { el, messageOf } from "../dom.ts";
import { latestCalls } from "../latest.ts";
import { textsOf } from "../outputs.ts";
import { linesOf } from "./lines.ts";
import { stepsPicture } from "./picture.ts";
import { type CaseModels, type CaseRuns, type ModelRun, runsOf } from "./runs.ts";
import { stepsTable } from "./table.ts";
import { mountVariable } from "./variable.ts";

/** A program on an input, beside what the models of its case make of it. */
export interface StepperProps {
  readonly engine: Engine;
  readonly facts: CaseFacts;
  readonly input: readonly TokenFacts[];
  readonly models: CaseModels;
  /** The label of the line that is looked at. */
  readonly picked: string | undefined;
  readonly onPick: (label: string) => void;
}

/** The program expression by expression, and where both models keep the line that is picked. */
export const mountStepper: Mount<StepperProps> = (element, first) => {
  let props = first;
  let runs: CaseRuns | undefined;
  let pick: ((label: string | undefined) => void) | undefined;
  const call = latestCalls();

  const run = async () => {
    const { engine, facts, input, models } = props;
    const isLatest = call();
    try {
      const found = await runsOf(engine, facts, input, models);
      if (!isLatest()) return;
      runs = found;
      show(found);
    } catch (error) {
      if (isLatest()) element.replaceChildren(problem(error));
    }
  };

  const show = (found: CaseRuns) => {
    const { facts } = props;
    const isEmpty = facts.program.length === 0 && found.trained === undefined;
    const table = isEmpty
      ? undefined
      : stepsTable(facts, found.input, linesOf(facts, found), (label) => props.onPick(label));
    const side = el("section", { class: "variable" });
    const panel = mountVariable(side, { facts, runs: found, label: undefined });
    pick = (label) => {
      table?.pick(label);
      panel.update({ facts, runs: found, label });
    };
    element.replaceChildren(
      el("div", { class: "stepper" }, [
        table === undefined
          ? el("p", { class: "note" }, [
              "Its causal model is a set of functions: train a model, to see what holds each variable.",
            ])
          : el("div", { class: "scrolls" }, [table.root]),
        side,
      ]),
    );
    pick(props.picked);
  };

  element.append(el("p", { class: "waiting" }, ["Running …"]));
  void run();
  return {
    update(next) {
      const isOther = runKey(next) !== runKey(props) || !sameModels(next.models, props.models);
      props = next;
      if (isOther) void run();
      else pick?.(next.picked);
    },
    destroy() {
      call();
      element.replaceChildren();
    },
    snapshot: () => snapshotOf(props, runs),
  } satisfies View<StepperProps>;
};

const sameModels = (a: CaseModels, b: CaseModels) =>
  a.compiled === b.compiled && a.trained === b.trained;

const runKey = ({ facts, input }: StepperProps) =>
  JSON.stringify([facts.id, input.map(({ id }) => id)]);

function snapshotOf({ facts, input }: StepperProps, runs: CaseRuns | undefined): Snapshot {
  const values = input.map(({ value }) => value);
  const saysOf = (run: ModelRun | undefined) => run && textsOf(run.outputs);
  const says = { compiled: saysOf(runs?.compiled), trained: saysOf(runs?.trained) };
  return {
    data: { case: facts.id, input: values, steps: runs?.trace?.steps, ...says },
    svg: runs && stepsPicture(`Case ${facts.id}`, runs.input, linesOf(facts, runs)),
    command: `cases run ${shellWord(facts.word)} --input ${shellWord(JSON.stringify(values))}`,
  };
}

function problem(error: unknown): HTMLElement {
  const message = messageOf(error);
  return el("div", { class: "problem", role: "alert" }, [el("p", {}, [message])]);
}
