import "./circuit.css";
import { parseNode } from "../../../src/circuit/index.ts";
import { boxOfNode, drawCircuitSvg } from "../../../src/report/index.ts";
import type { Mount, SubjectProps, View, ViewState } from "../contract.ts";
import { el, messageOf } from "../dom.ts";
import { circuitCommand } from "./command.ts";
import { controlPanel } from "./controls.ts";
import { isLarge } from "./curves.ts";
import type { Part } from "./drawing.ts";
import { type CircuitFacts, circuitFacts, type Detail } from "./facts.ts";
import { faithfulnessFigure } from "./faithfulness.ts";
import { paintingOf } from "./paint.ts";
import { describePart, type PartFacts } from "./part.ts";
import { circuitOfShown, type Selection, selectionOf } from "./selection.ts";
import { sidePanel } from "./side-panel.ts";
import { type Stage, stageOfGraph } from "./stage.ts";
import { pinText, type ReadState, readState, STATE } from "./state.ts";

/** A circuit of a model against the truth, at any threshold of its ranking. */
export const mountCircuit: Mount<SubjectProps> = (element, first) => {
  let props = first;
  let shown: Body | undefined;
  const build = () => {
    shown?.root.remove();
    shown = undefined;
    try {
      shown = circuitBody(circuitFacts(props.subject), props, (changes) => props.onState(changes));
      element.append(shown.root);
      shown.show(props.state);
    } catch (error) {
      const reason = messageOf(error);
      element.replaceChildren(
        el("p", { class: "problem", role: "alert" }, [
          `The circuit of this result does not fit its model: ${reason}. Make the report again with the model of the result.`,
        ]),
      );
    }
  };
  build();
  return {
    update(next) {
      const isOther = next.subject !== props.subject;
      props = next;
      if (isOther) build();
      else shown?.show(next.state);
    },
    destroy: () => element.replaceChildren(),
    snapshot: () => shown?.snapshot(props) ?? { data: undefined },
  } satisfies View<SubjectProps>;
};

type OnState = SubjectProps["onState"];

interface Body {
  readonly root: HTMLElement;
  show(state: ViewState): void;
  snapshot(props: SubjectProps): ReturnType<View<SubjectProps>["snapshot"]>;
}

function circuitBody(
  facts: CircuitFacts,
  { engine, subject }: SubjectProps,
  onState: OnState,
): Body {
  const title =
    facts.algorithm === undefined ? "the true circuit" : `what ${facts.algorithm} found`;
  const stage = el("div", { class: "circuit-stage" });
  const side = sidePanel(facts);
  const controls = controlPanel(facts, onState);
  const { ranking } = facts;
  const faithfulness =
    ranking === undefined || subject.case === undefined || isLarge(facts, "qkv")
      ? undefined
      : faithfulnessFigure(facts, ranking, engine, subject.model.ref);
  if (faithfulness !== undefined) side.root.append(faithfulness.root);
  const root = el("div", { class: "circuit-view" }, [controls.root, stage, side.root]);
  const boxOf = new Map(
    Array.from(facts.whole.merged.nodes.keys(), (text) => [
      boxOfNode(parseNode(text), facts.shape),
      text,
    ]),
  );
  const stages = new Map<Detail, Stage>();
  let current: { readonly state: ReadState; readonly selection: Selection } | undefined;

  const stageOf = (detail: Detail): Stage => {
    const known = stages.get(detail);
    if (known !== undefined) return known;
    const made = stageOfGraph(facts, detail, title, {
      point: (part) => showPart(part),
      pin: (part) => onState({ [STATE.pin]: part === undefined ? undefined : pinText(part) }),
      step: (by) => controls.step(by),
    });
    stages.set(detail, made);
    return made;
  };

  const factsOf = (part: Part): PartFacts | undefined => {
    if (current === undefined) return undefined;
    const { state, selection } = current;
    return { facts, selection, detail: state.detail, nodeOf: (box) => boxOf.get(box), part };
  };
  const showPart = (hovered: Part | undefined) => {
    if (current === undefined) return;
    const { pin, detail } = current.state;
    stageOf(detail).point(hovered, pin);
    const part = hovered ?? pin;
    const described = part && factsOf(part);
    side.tell(described && describePart(described), hovered === undefined);
  };

  return {
    root,
    show(given) {
      const state = readState(given, facts);
      const selection = selectionOf(facts, state.shown);
      current = { state, selection };
      const shown = stageOf(state.detail);
      if (shown.root.parentNode !== stage) stage.replaceChildren(shown.root);
      shown.paint(paintingOf(facts, state, selection, boxOf));
      controls.show(state, selection);
      side.show(selection);
      faithfulness?.mark(selection, JSON.stringify(state.shown));
      showPart(undefined);
    },
    snapshot({ subject, state: given }) {
      const state = readState(given, facts);
      const circuit = circuitOfShown(facts, state.shown);
      const detail = facts.truth === undefined ? "qkv" : "merged";
      const { model } = subject;
      return {
        data: {
          case: model.case,
          algorithm: facts.algorithm,
          threshold: state.shown.kind === "above" ? state.shown.threshold : undefined,
          edges: circuit === undefined ? [] : [...circuit.edges.keys()],
          counts: selectionOf(facts, state.shown).edges,
          auroc: facts.ranking?.auroc,
        },
        svg:
          circuit &&
          drawCircuitSvg({
            shape: facts.shape,
            circuit,
            truth: facts.truth,
            scores: facts.ranking?.by[detail],
            effects: facts.ranking?.shown[detail],
            scoreName: facts.ranking?.name,
            title: `${title}, case ${model.case ?? "of one's own"}`,
          }),
        command: circuitCommand(subject, state.shown),
      };
    },
  };
}
