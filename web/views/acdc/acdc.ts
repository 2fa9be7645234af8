import "./acdc.css";
import { filterEdges } from "../../../src/circuit/index.ts";
import { runLine } from "../../../src/flags/index.ts";
import { drawCircuitSvg, formatNumber } from "../../../src/report/index.ts";
import type { AcdcStep, AcdcSteps } from "../../engine/methods/acdc-steps.ts";
import { type CircuitDrawing, drawGraph } from "../circuit/drawing.ts";
import { type CircuitFacts, circuitFacts } from "../circuit/facts.ts";
import { boxMarksOf } from "../circuit/paint.ts";
import type { Mount, SubjectProps, View, ViewState } from "../contract.ts";
import { el, messageOf } from "../dom.ts";
import { modelWord } from "../model-word.ts";
import { type Scrubber, scrubber, stepOf } from "../scrubber.ts";
import { drawChanges } from "./changes.ts";
import { type Moment, momentOf } from "./walk.ts";

/** What this view keeps in the address. */
const STATE = { threshold: "acdc.threshold", step: "acdc.step" } as const;

const USUAL_THRESHOLD = 0.025;
const SEED = 1234;
/** Pairs of inputs: enough for stable decisions on small cases, and at once. */
const PAIRS = 200;
/** Milliseconds that a decision is shown when the walk plays by itself. */
const BEAT = 120;

/** ACDC edge by edge: every decision with what it was made by, forwards and backwards. */
export const mountAcdc: Mount<SubjectProps> = (element, first) => {
  let props = first;
  let walk: { readonly threshold: number; readonly steps: AcdcSteps } | undefined;
  let running: AbortController | undefined;
  let shown: { readonly walk: typeof walk; readonly step: number } | undefined;
  const facts = circuitFacts({ ...first.subject, result: undefined });
  const drawing = drawGraph(facts, "qkv", "the edges that ACDC has not removed");
  const scrub = scrubber({ label: "decision", beat: BEAT }, (step) => {
    const total = walk?.steps.steps.length ?? 0;
    props.onState({ [STATE.step]: step === total ? undefined : String(step) });
  });
  const parts = panel(drawing, scrub);
  element.append(parts.root);

  const stateOf = (given: ViewState) => {
    const threshold = Number(given[STATE.threshold] ?? USUAL_THRESHOLD);
    const total = walk?.steps.steps.length ?? 0;
    return {
      threshold: threshold > 0 && Number.isFinite(threshold) ? threshold : USUAL_THRESHOLD,
      step: stepOf(given[STATE.step], total),
    };
  };

  const run = async (threshold: number) => {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    parts.say("ACDC is at work …");
    try {
      const { model } = props.subject;
      const steps = await props.engine.call(
        "acdcSteps",
        { model: model.ref, threshold, seed: SEED, size: PAIRS },
        {
          signal: controller.signal,
          onProgress: ({ done, total }) => parts.say(`edge ${done} of ${total}`),
        },
      );
      if (controller.signal.aborted) return;
      walk = { threshold, steps };
      parts.begin(steps);
      show();
    } catch (error) {
      if (!controller.signal.aborted) {
        parts.say(messageOf(error));
      }
    }
  };

  const show = () => {
    const { threshold, step } = stateOf(props.state);
    parts.threshold.value = String(threshold);
    if (walk === undefined || walk.threshold !== threshold) return;
    if (shown?.walk === walk && shown.step === step) return;
    shown = { walk, step };
    const moment = momentOf(walk.steps, step, {
      headEdgeOf: facts.headEdgeOf,
      edges: facts.truth?.edges,
    });
    const last = walk.steps.steps[step - 1];
    paintMoment(drawing, facts, moment);
    drawing.point(undefined, last && { kind: "edge", id: last.edge });
    parts.show(walk.steps, step, last, moment);
  };

  parts.form.addEventListener("submit", (event) => {
    event.preventDefault();
    scrub.stop();
    const threshold = Number(parts.threshold.value);
    props.onState({ [STATE.threshold]: String(threshold), [STATE.step]: undefined });
    if (threshold > 0) void run(threshold);
    else parts.say("The threshold is a number above 0.");
  });
  void run(stateOf(first.state).threshold);

  return {
    update(next) {
      const isOther = stateOf(next.state).threshold !== stateOf(props.state).threshold;
      props = next;
      if (isOther && walk?.threshold !== stateOf(next.state).threshold) {
        void run(stateOf(next.state).threshold);
      }
      show();
    },
    destroy: () => {
      scrub.stop();
      running?.abort();
      element.replaceChildren();
    },
    snapshot: () => ({
      data: walk?.steps,
      svg: walk && pictureOf(facts, walk.steps, stateOf(props.state).step),
      command: runLine({
        algorithm: "acdc",
        case: props.subject.case!.word,
        model: modelWord(props.subject.model.ref, props.subject.case!.id),
        params: { threshold: stateOf(props.state).threshold },
        dataSize: PAIRS,
        seed: SEED,
      }),
    }),
  } satisfies View<SubjectProps>;
};

/** The edges that are left after a decision, as the command line draws them. */
function pictureOf({ shape, whole, truth }: CircuitFacts, walk: AcdcSteps, step: number): string {
  const removed = new Set(
    walk.steps.slice(0, step).flatMap(({ edge, isRemoved }) => (isRemoved ? [edge] : [])),
  );
  return drawCircuitSvg({
    shape,
    circuit: filterEdges(whole.qkv, (_, text) => !removed.has(text)),
    ...(truth === undefined ? {} : { truth }),
    title: `ACDC after ${step} of ${walk.steps.length} edges, threshold ${walk.threshold}`,
  });
}

function paintMoment(drawing: CircuitDrawing, { truth }: CircuitFacts, moment: Moment): void {
  const isLeft = (edge: string) => ![undefined, "falseNegative"].includes(moment.markOf(edge));
  drawing.paint({
    markOf: (edge) => moment.markOf(edge) ?? "trueNegative",
    boxMarkOf: boxMarksOf(drawing, isLeft),
    scoreOf: () => undefined,
    largest: undefined,
  });
  drawing.svg.classList.toggle("has-truth", truth !== undefined);
}

/** The controls, the drawing, and what is said of the last decision. */
function panel(drawing: CircuitDrawing, scrub: Scrubber) {
  const threshold = el("input", { type: "text", inputmode: "decimal", size: 8 });
  const form = el("form", { class: "acdc-form" }, [
    el("label", {}, ["threshold ", threshold]),
    el("button", { type: "submit", class: "quiet" }, ["Run ACDC"]),
  ]);
  const said = el("p", { class: "said", role: "status" });
  const decision = el("div", { class: "acdc-decision" });
  const chart = el("div", {});
  const root = el("div", { class: "acdc-view" }, [
    el("div", { class: "acdc-controls scrubber" }, [form, ...scrub.parts]),
    el("div", { class: "scrolls acdc-stage" }, [drawing.svg]),
    el("div", { class: "acdc-side" }, [said, decision, chart]),
  ]);
  let changes: ReturnType<typeof drawChanges> | undefined;
  return {
    root,
    form,
    threshold,
    say: (text: string) => {
      said.textContent = text;
    },
    begin(walk: AcdcSteps) {
      changes = drawChanges(walk);
      chart.replaceChildren(changes.svg);
      said.textContent = `${walk.steps.length} edges judged by ${walk.evaluations} runs.`;
    },
    show(walk: AcdcSteps, step: number, last: AcdcStep | undefined, moment: Moment) {
      scrub.show(step, walk.steps.length);
      changes?.mark(step);
      decision.replaceChildren(
        ...decisionLines(walk.threshold, last),
        el("p", {}, [
          `${moment.kept} kept, ${moment.removed} removed, ${moment.open} to come. Loss of what is left ${formatNumber(moment.loss)}.`,
        ]),
      );
    },
  };
}

function decisionLines(threshold: number, last: AcdcStep | undefined): HTMLElement[] {
  if (last === undefined) return [el("p", {}, ["The whole model. Nothing has been judged yet."])];
  const { edge, change, isRemoved } = last;
  const sign = isRemoved ? "<" : "≥";
  return [
    el("h3", {}, [edge.replace("->", " → ")]),
    el("p", { class: isRemoved ? "removed" : "kept" }, [
      `Without it the loss rises by ${formatNumber(change)} ${sign} ${formatNumber(threshold)}: ${isRemoved ? "removed" : "kept"}.`,
    ]),
  ];
}
