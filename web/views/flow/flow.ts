import "./flow.css";
import { parseNode } from "../../../src/circuit/index.ts";
import { boxOfNode, drawLinesSvg, linesSpec } from "../../../src/report/index.ts";
import { drawGraph } from "../circuit/drawing.ts";
import { readableFacts } from "../circuit/facts.ts";
import { paintingOf } from "../circuit/paint.ts";
import { selectionOf } from "../circuit/selection.ts";
import { readState } from "../circuit/state.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el, messageOf } from "../dom.ts";
import { inputPanel } from "../input/panel.ts";
import { inputOf } from "../input/text.ts";
import { latestCalls } from "../latest.ts";
import { EMPTY_MATRIX, mountMatrix } from "../matrix.ts";
import { isOtherState } from "../own-state.ts";
import { scrubber, stepOf } from "../scrubber.ts";
import { kindOf, variablesByBox } from "../variables.ts";
import { MEASURES, type Measure, writesChart, writesMatrix } from "./numbers.ts";
import { overlay } from "./overlay.ts";
import { type Flow, flowOf, type NodeWrites, stepNames } from "./writes.ts";

/** What this view keeps in the address: the step, and what is said of every node. */
const STATE = { step: "flow.step", of: "flow.of" } as const;

/** Milliseconds that a step is shown when it plays. */
const BEAT = 900;

/** One input on its way through the circuit that is shown above: what each node writes, layer by layer. */
export const mountFlow: Mount<SubjectProps> = (element, first) => {
  const { subject, engine } = first;
  const { model } = subject;
  const facts = subject.case!;
  const kind = kindOf(model, facts);
  const notes = variablesByBox(facts, kind);
  const steps = stepNames(model.config);
  const last = steps.length - 1;
  let props = first;
  let flow: Flow | undefined;
  const call = latestCalls();

  const circuit = readableFacts(subject);
  const nodeOf = new Map(
    Array.from(circuit.whole.merged.nodes.keys(), (text) => [
      boxOfNode(parseNode(text), circuit.shape),
      text,
    ]),
  );
  const drawing = drawGraph(circuit, "merged", "the circuit, with what its nodes write");
  const marks = overlay(drawing);
  const inputs = inputPanel(facts, engine, ["Input"], (changes) => props.onState(changes));
  const scrub = scrubber({ label: "step of the way", beat: BEAT }, (step) =>
    props.onState({ [STATE.step]: step === last ? undefined : String(step) }),
  );
  const name = el("strong", { class: "flow-step", role: "status" });
  const choice = el(
    "select",
    {},
    Object.entries(MEASURES).map(([value, text]) => el("option", { value }, [text])),
  );
  choice.addEventListener("change", () =>
    props.onState({ [STATE.of]: choice.value === "norm" ? undefined : choice.value }),
  );
  const host = el("div", { class: "scrolls" });
  const table = mountMatrix(host, EMPTY_MATRIX);
  const said = el("p", { class: "note" });
  element.append(
    inputs.root,
    el("div", { class: "flow-view" }, [
      el("div", { class: "scrubber" }, [...scrub.parts, name]),
      el("div", { class: "scrolls flow-stage" }, [drawing.svg]),
      el("div", {}, [
        el("div", { class: "controls" }, [el("label", {}, ["Numbers ", choice])]),
        host,
        said,
      ]),
    ]),
  );

  const measureOf = (): Measure => {
    const asked = props.state[STATE.of];
    return asked === "direction" || asked === "output" ? asked : "norm";
  };
  /** The circuit that the view of circuits shows. */
  const shownCircuit = () => {
    const state = { ...readState(props.state, circuit), detail: "merged" as const };
    return { state, selection: selectionOf(circuit, state.shown) };
  };

  const show = () => {
    const { state, selection } = shownCircuit();
    drawing.paint(paintingOf(circuit, state, selection, nodeOf));
    const step = stepOf(props.state[STATE.step], last);
    scrub.show(step, last);
    name.textContent = steps[step]!;
    choice.value = measureOf();
    if (flow === undefined) return;
    marks.show(flow.nodes, step, (edge) => selection.has(edge, "merged"));
    table.update(writesMatrix(flow, rowsOf(flow), step, measureOf(), { facts, kind, notes }));
    said.textContent = `The model says ${flow.says.join(", ")}.`;
  };

  const rowsOf = ({ nodes }: Flow): readonly NodeWrites[] => {
    const { selection } = shownCircuit();
    const inside = nodes.filter(({ node, box }) => box === "input" || selection.hasNode(node));
    return inside.length > 1 ? inside : nodes;
  };

  const run = async () => {
    const isLatest = call();
    const input = inputOf(facts, props.state.input);
    inputs.show([input]);
    try {
      const found = await flowOf(engine, facts, model, input);
      if (!isLatest()) return;
      flow = found;
      show();
    } catch (error) {
      if (isLatest()) said.textContent = messageOf(error);
    }
  };
  show();
  void run();

  return {
    update(next) {
      const isOther = next.state.input !== props.state.input;
      const isMoved = isOtherState(props.state, next.state, ["flow.", "circuit."]);
      props = next;
      if (isOther) void run();
      if (isMoved) show();
    },
    destroy: () => {
      call();
      scrub.stop();
      for (const view of [inputs, table]) view.destroy();
      element.replaceChildren();
    },
    snapshot: () => {
      const figure = flow && writesChart(rowsOf(flow), measureOf());
      return {
        data: flow && { ...flow, variables: Object.fromEntries(flow.variables) },
        svg: figure && drawLinesSvg(figure),
        vegaLite: figure && linesSpec(figure),
      };
    },
  } satisfies View<SubjectProps>;
};
