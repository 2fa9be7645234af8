import "./patch.css";
import {
  type CircuitTexts,
  circuitFromTexts,
  filterEdges,
  formatNode,
  type GraphShape,
} from "../../../src/circuit/index.ts";
import { drawCircuitSvg } from "../../../src/report/index.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import { stackedSvg } from "../chart.ts";
import { type CircuitMapProps, mountCircuitMap } from "../circuit-map.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el, messageOf, reachIfScrolled } from "../dom.ts";
import { inputPanel } from "../input/panel.ts";
import { formatInput, idsOf, inputOf, parseInput } from "../input/text.ts";
import { kindOf, variablesByBox } from "../variables.ts";
import { controlPanel } from "./controls.ts";
import { agreementOf, type Outcome, outcomePicture, outcomeRows, outcomeTable } from "./outcome.ts";
import { type Place, partsOf, placesOf } from "./places.ts";
import { carriedOf, cutText, type PatchState, readState, STATE } from "./state.ts";
import { doneText, verdictText } from "./words.ts";

/** Nodes and edges that carry something else, and what comes of it, beside what the program says. */
export const mountPatch: Mount<SubjectProps> = (element, first) => {
  const { subject } = first;
  const facts = subject.case;
  if (facts === undefined) throw new Error("internal: a model of no case");
  const { config, truth } = subject.model;
  const places = placesOf(config);
  let props = first;
  let outcome: Outcome | undefined;
  let running: AbortController | undefined;

  const firstInput = () => inputOf(facts, props.state.input);
  const stateOf = (input: readonly TokenFacts[]) =>
    readState(props.state, places, subject, input.length + 1);
  const change = (changes: Parameters<SubjectProps["onState"]>[0]) => props.onState(changes);
  const toggle = (name: string, isWanted?: boolean) => {
    const { cut } = stateOf(firstInput());
    const place = places.named(name);
    if (place === undefined) return;
    const others = cut.filter((one) => one !== place);
    const isAdded = isWanted ?? others.length === cut.length;
    change({ [STATE.cut]: cutText(isAdded ? [...others, place] : others) });
  };
  const inputs = inputPanel(facts, first.engine, ["Input", "Other input"], change);
  const controls = controlPanel(facts, subject.model, places, toggle, change);
  const map = el("div", { class: "scrolls" });
  const said = el("p", { class: "patch-verdict", role: "status" });
  const table = el("div", { class: "scrolls" });
  const notes = variablesByBox(facts, kindOf(subject.model, facts));
  const mapOf = ({ cut }: PatchState): CircuitMapProps => ({
    title: "The model: press what is to be replaced",
    shape: config,
    circuit: truth ?? { nodes: [], edges: [] },
    notes,
    toggles: new Set(places.writers),
    marked: new Set(cut.map(({ name }) => name)),
    onPick: toggle,
  });
  const mapView = mountCircuitMap(map, mapOf(stateOf(firstInput())));
  element.append(
    el("div", { class: "patch-view" }, [
      el("div", { class: "patch-inputs" }, [inputs.root]),
      map,
      el("div", { class: "patch-side" }, [controls.root, table, said]),
    ]),
  );

  const run = async () => {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    const input = firstInput();
    const state = stateOf(input);
    const other = parseInput(facts, props.state.other) ?? (await inputs.other(input));
    if (controller.signal.aborted) return;
    mapView.update(mapOf(state));
    controls.show(state, input);
    inputs.show([input, state.carried === "input" ? other : undefined]);
    try {
      const found = await outcomeOf(props, facts, state, input, other);
      if (controller.signal.aborted) return;
      outcome = found;
      table.replaceChildren(outcomeTable(found));
      reachIfScrolled(table, "outputs");
      said.textContent = verdictText(state, found.run.program, agreementOf(found));
    } catch (error) {
      if (controller.signal.aborted) return;
      table.replaceChildren();
      said.textContent = messageOf(error);
    }
  };
  void run();

  return {
    update: (next) => {
      const isOther = keyOf(next) !== keyOf(props);
      props = next;
      if (isOther) void run();
    },
    destroy: () => {
      running?.abort();
      for (const view of [mapView, inputs]) view.destroy();
      element.replaceChildren();
    },
    snapshot: () => ({
      data: outcome && {
        case: facts.id,
        input: formatInput(facts, outcome.input),
        done: outcome.done,
        outputs: Object.fromEntries(outcomeRows(outcome).map(({ title, texts }) => [title, texts])),
        agreement: agreementOf(outcome),
      },
      svg: stackedSvg([
        ...(truth === undefined ? [] : [drawnWithout(config, truth, stateOf(firstInput()).cut)]),
        ...(outcome === undefined ? [] : [outcomePicture(outcome)]),
      ]),
    }),
  } satisfies View<SubjectProps>;
};

/** What of the address this view depends on. */
const keyOf = ({ state }: SubjectProps) =>
  [
    state.input,
    state.other,
    state["circuit.pin"],
    ...Object.values(STATE).map((name) => state[name]),
  ].join(" ");

async function outcomeOf(
  { engine, subject }: SubjectProps,
  facts: CaseFacts,
  state: PatchState,
  input: readonly TokenFacts[],
  other: readonly TokenFacts[],
): Promise<Outcome> {
  const model = subject.model.ref;
  const [tokens, others] = [idsOf(facts, input), idsOf(facts, other)];
  const [run, otherRun] = await Promise.all([
    engine.call("intervene", {
      model,
      tokens,
      parts: partsOf(state.cut),
      carried: carriedOf(state, others),
      at: state.at,
    }),
    state.carried === "input" ? engine.call("run", { model, tokens: [others] }) : undefined,
  ]);
  return { facts, input, done: doneText(state, facts), run, other: otherRun?.logits };
}

/** The true circuit, in which what is cut is missing. */
function drawnWithout(shape: GraphShape, texts: CircuitTexts, cut: readonly Place[]): string {
  const truth = circuitFromTexts(texts.edges, texts.nodes);
  const names = new Set(cut.map(({ text }) => text));
  const left = filterEdges(
    truth,
    ([from], text) => !names.has(text) && !names.has(formatNode(from)),
  );
  const { nLayers, nHeads } = shape;
  return drawCircuitSvg({
    shape: { nLayers, nHeads },
    circuit: left,
    truth,
    title: `Without ${cut.map(({ name }) => name).join(", ")}`,
  });
}
