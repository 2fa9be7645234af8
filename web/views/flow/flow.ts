import "./flow.css";
import { parseNode } from "../../../src/circuit/index.ts";
import { boxOfNode, drawLinesSvg, type LineChart, linesSpec } from "../../../src/report/index.ts";
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
import { shortNumber } from "../outputs.ts";
import { isOtherState } from "../own-state.ts";
import { scrubber, stepOf } from "../scrubber.ts";
import { kindOf, variablesByBox } from "../variables.ts";
import { overlay } from "./overlay.ts";
import { type Flow, flowOf, type NodeWrites, stepNames } from "./writes.ts";

/** What this view keeps in the address: the step, and what is said of every node. */
const STATE = { step: "flow.step", of: "flow.of" } as const;

/** Milliseconds that a step is shown when it plays. */
const BEAT = 900;

const MEASURES = {
  norm: "length of what it writes",
  direction: "the direction it writes to most",
  output: "what it adds to the output by itself",
} as const;
type Measure = keyof typeof MEASURES;

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
    table.update(matrixOf(flow, step));
    said.textContent = `The model says ${flow.says.join(", ")}.`;
  };

  const rowsOf = ({ nodes }: Flow): readonly NodeWrites[] => {
    const { selection } = shownCircuit();
    const inside = nodes.filter(({ node, box }) => box === "input" || selection.hasNode(node));
    return inside.length > 1 ? inside : nodes;
  };

  const matrixOf = (found: Flow, step: number) => {
    const rows = rowsOf(found).flatMap((node) => [
      { node, program: undefined },
      ...variablesIn(found, node).map((program) => ({ node, program })),
    ]);
    const measure = measureOf();
    const of = (row: number, position: number) => measured(rows[row]!.node, position, measure);
    const shown = rows.filter(({ program }) => program === undefined);
    const largest = Math.max(
      1e-9,
      ...shown.flatMap(({ node }) =>
        node.norms.map((_, position) => Math.abs(measured(node, position, measure))),
      ),
    );
    const isLater = (row: number) => rows[row]!.node.step > step;
    return {
      title: `${MEASURES[measure]}, by node and position`,
      rows: rows.map(({ node, program }) =>
        program === undefined ? node.box : `${program.label} is`,
      ),
      columns: ["BOS", ...found.input.map(({ text }) => text)],
      axes: ["node", "position"] as const,
      value: (row: number, column: number) =>
        isLater(row) || rows[row]!.program !== undefined ? 0 : of(row, column) / largest,
      text: (row: number, column: number) => {
        if (isLater(row)) return "·";
        const { node, program } = rows[row]!;
        if (program !== undefined) return column === 0 ? "" : (program.values[column - 1] ?? "");
        return textOf(node, column, measure);
      },
      marked: new Set(rows.flatMap(({ node }, i) => (node.step === step ? [i] : []))),
    };
  };

  const textOf = (node: NodeWrites, position: number, measure: Measure): string => {
    const text = shortNumber(measured(node, position, measure));
    if (measure !== "direction" || node.norms[position]! < 1e-6) return text;
    const { direction } = node.strongest[position]!;
    const label = kind === "compiled" ? facts.residualLabels[direction]! : `d${direction}`;
    return `${label} ${text}`;
  };

  /** The variables of the program that a node holds, with their values on the input. */
  const variablesIn = ({ variables }: Flow, { box }: NodeWrites) =>
    (notes.get(box)?.split(", ") ?? []).flatMap((label) => {
      const values = variables.get(label);
      return values === undefined ? [] : [{ label, values }];
    });

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
      const figure = flow && figureOf(rowsOf(flow), measureOf());
      return {
        data: flow && { ...flow, variables: Object.fromEntries(flow.variables) },
        svg: figure && drawLinesSvg(figure),
        vegaLite: figure && linesSpec(figure),
      };
    },
  } satisfies View<SubjectProps>;
};

function measured(node: NodeWrites, position: number, measure: Measure): number {
  if (measure === "norm") return node.norms[position]!;
  return measure === "output" ? node.added[position]! : node.strongest[position]!.value;
}

/** What nodes write as a figure: a line for each over the positions, BOS being 0. */
function figureOf(nodes: readonly NodeWrites[], measure: Measure): LineChart {
  const lines = nodes.map((node) =>
    node.norms.map((_, position) => ({ x: position, y: measured(node, position, measure) })),
  );
  const values = lines.flat().map(({ y }) => y);
  return {
    title: `${MEASURES[measure][0]!.toUpperCase()}${MEASURES[measure].slice(1)}`,
    x: { title: "position", domain: [0, Math.max(1, lines[0]!.length - 1)] },
    y: { title: "", domain: [Math.min(0, ...values), Math.max(1e-9, ...values)] },
    series: lines.map((points, i) => ({ name: nodes[i]!.box, points })),
  };
}
