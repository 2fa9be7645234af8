import "./compare.css";
import { circuitFromTexts } from "../../../src/circuit/index.ts";
import { runLine } from "../../../src/flags/index.ts";
import { drawCircuitSvg, type Mark } from "../../../src/report/index.ts";
import { type Engine, failureOf } from "../../engine/client.ts";
import type { CaseFacts } from "../../engine/methods/cases.ts";
import type { ListedAlgorithm } from "../../engine/methods/discover.ts";
import type { ModelFacts, ModelRef } from "../../engine/methods/models.ts";
import type { Ranked } from "../../engine/methods/rank.ts";
import { stackedSvg } from "../chart.ts";
import { type CircuitDrawing, drawGraph } from "../circuit/drawing.ts";
import { circuitFacts } from "../circuit/facts.ts";
import { boxMarksOf } from "../circuit/paint.ts";
import type { Mount, View, ViewState } from "../contract.ts";
import { el, reachIfScrolled } from "../dom.ts";
import { type MethodForm, methodForm } from "../method/form.ts";
import type { Choice } from "../method/state.ts";
import { modelWord } from "../model-word.ts";
import { differenceOf, edgesOf } from "./difference.ts";
import { movesTable, numbersTable } from "./numbers.ts";
import { COUNT, SIDES, type SideName, sideOf, sideState } from "./state.ts";
import { workStatus } from "./status.ts";

/** A model that can be chosen. */
export interface ChoosableModel {
  readonly title: string;
  readonly ref: ModelRef;
}

/** What the comparison of two methods is given. */
export interface CompareProps {
  readonly engine: Engine;
  readonly case: CaseFacts;
  readonly algorithms: readonly ListedAlgorithm[];
  readonly models: readonly ChoosableModel[];
  /** Brings a model into the engine. */
  readonly load: (ref: ModelRef) => Promise<ModelFacts>;
  readonly state: ViewState;
  readonly onState: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** Pairs of inputs: enough for stable rankings on small cases, and at once. */
const PAIRS = 200;

/** A side that has been run. */
interface Done {
  readonly model: ModelFacts;
  readonly ranked: Ranked;
}

/** Two methods, seeds or models on one case, with the difference between them. */
export const mountCompare: Mount<CompareProps> = (element, first) => {
  let props = first;
  const controllers: Partial<Record<SideName, AbortController>> = {};
  const done: Partial<Record<SideName, Done>> = {};
  const titles = first.models.map(({ title }) => title);
  const formOf = (side: SideName): MethodForm =>
    methodForm(`${side} method`, first.algorithms, titles, (choice) =>
      props.onState(sideState(side, choice)),
    );
  const forms = { left: formOf("left"), right: formOf("right") };
  const statusOf = (side: SideName) =>
    workStatus(
      side,
      () => void run(side),
      () => controllers[side]?.abort(),
    );
  const status = { left: statusOf("left"), right: statusOf("right") };
  const stages = {
    left: stage("left"),
    middle: stage("middle-picture"),
    right: stage("right"),
  };
  const count = el("input", { type: "range", min: 1, max: 1, "aria-label": "edges compared" });
  const counted = el("output", {});
  const middle = el("div", { class: "compare-middle" });
  element.append(
    el(
      "div",
      { class: "compare-forms" },
      SIDES.map((side) => el("div", {}, [forms[side].root, status[side].root])),
    ),
    el("label", { class: "compare-count" }, ["Edges of a ranking ", count, counted]),
    el("div", { class: "compare-stages" }, [stages.left, stages.middle, stages.right]),
    middle,
  );
  count.addEventListener("input", () => props.onState({ [COUNT]: count.value }));

  const modelOf = ({ model }: Choice) => props.models[model] ?? props.models[0]!;

  const run = async (side: SideName) => {
    controllers[side]?.abort();
    const controller = new AbortController();
    controllers[side] = controller;
    const choice = sideOf(props.state, side);
    const { algorithm, texts, seed } = choice;
    forms[side].fail(undefined);
    status[side].begin();
    try {
      const { ref } = modelOf(choice);
      const facts = await props.load(ref);
      const ranked = await props.engine.call(
        "rank",
        { model: ref, algorithm, texts, seed, size: PAIRS },
        {
          signal: controller.signal,
          onProgress: (progress) => {
            if (controllers[side] === controller) status[side].progress(progress);
          },
        },
      );
      if (controllers[side] !== controller) return;
      done[side] = { model: facts, ranked };
      status[side].end();
    } catch (error) {
      if (controllers[side] !== controller) return;
      delete done[side];
      const failure = failureOf(error);
      status[side].end(failure.isStopped ? "Stopped." : "");
      forms[side].fail(failure.isStopped ? undefined : failure);
    }
    draw();
  };

  const nameOf = (side: SideName) => {
    const { algorithm, model, seed, texts } = sideOf(props.state, side);
    const [title, options] = [titles[model] ?? titles[0], Object.entries(texts)];
    const details = [
      ...options.map(([name, text]) => `${name} ${text}`),
      ...(seed === 0 ? [] : [`seed ${seed}`]),
      ...(titles.length > 1 ? [title] : []),
    ];
    return details.length === 0 ? algorithm : `${algorithm} (${details.join(", ")})`;
  };

  const countOf = (truth: number, most: number) => {
    const asked = Number(props.state[COUNT]);
    return Number.isInteger(asked) && asked > 0 ? Math.min(asked, most) : truth;
  };

  const draw = () => {
    const { left, right } = done;
    if (left === undefined || right === undefined) {
      for (const one of Object.values(stages)) one.replaceChildren();
      middle.replaceChildren();
      return;
    }
    const most = left.ranked.edges.length;
    const amount = countOf(props.case.truth.edges.length, most);
    count.max = String(most);
    count.value = String(amount);
    counted.textContent = `the first ${amount}`;
    const names = [nameOf("left"), nameOf("right")] as const;
    const difference = differenceOf(left.ranked, right.ranked, amount);
    for (const [side, { model, ranked }] of [
      ["left", left],
      ["right", right],
    ] as const) {
      const found = edgesOf(ranked, amount);
      const isTrue = new Map(ranked.edges.map((one) => [one.edge, one.isTrue]));
      show(stages[side], names[side === "left" ? 0 : 1], model, (edge) => {
        if (isTrue.get(edge) === undefined) return found.has(edge) ? "inside" : "trueNegative";
        if (found.has(edge)) return isTrue.get(edge) ? "truePositive" : "falsePositive";
        return isTrue.get(edge) ? "falseNegative" : "trueNegative";
      });
    }
    const { both, onlyLeft, onlyRight, pairs } = difference;
    if (pairs.length === 0) stages.middle.replaceChildren();
    else {
      const title = `in both ${both.size}, only left ${onlyLeft.size} (red, dotted), only right ${onlyRight.size} (dark, dashed)`;
      show(stages.middle, title, left.model, (edge) => {
        if (both.has(edge)) return "truePositive";
        if (onlyLeft.has(edge)) return "falsePositive";
        return onlyRight.has(edge) ? "falseNegative" : "trueNegative";
      });
    }
    const moves = el("div", { class: "scrolls" }, [movesTable(difference, names)]);
    middle.replaceChildren(numbersTable(names, [left.ranked, right.ranked]), moves);
    reachIfScrolled(moves, "edges whose ranks differ most");
  };

  for (const side of SIDES) {
    forms[side].show(sideOf(first.state, side));
    void run(side);
  }

  return {
    update(next) {
      const before = props;
      props = next;
      const isOther = (side: SideName) =>
        JSON.stringify(sideOf(before.state, side)) !== JSON.stringify(sideOf(next.state, side));
      for (const side of SIDES) {
        if (!isOther(side)) continue;
        forms[side].show(sideOf(next.state, side));
        void run(side);
      }
      if (before.state[COUNT] !== next.state[COUNT]) draw();
    },
    destroy: () => {
      for (const side of SIDES) {
        controllers[side]?.abort();
        delete controllers[side];
      }
      element.replaceChildren();
    },
    snapshot: () => {
      const amount = countOf(props.case.truth.edges.length, Number(count.max));
      const pictures = SIDES.flatMap((side) => {
        const one = done[side];
        return one === undefined ? [] : [pictureOf(one, side, nameOf(side), amount)];
      });
      return {
        data: Object.fromEntries(
          SIDES.map((side) => [side, { ...sideOf(props.state, side), ...done[side]?.ranked }]),
        ),
        svg: pictures.length === 0 ? undefined : stackedSvg(pictures),
        command: commandOf(props.case, (side) => {
          const choice = sideOf(props.state, side);
          return { ...choice, ref: modelOf(choice).ref };
        }),
      };
    },
  } satisfies View<CompareProps>;
};

const stage = (name: string) => el("figure", { class: `compare-stage compare-${name}` });

/** A circuit in its graph, with marks that tell what its edges are. */
function show(
  figure: HTMLElement,
  title: string,
  model: ModelFacts,
  markOf: (edge: string) => Mark,
): void {
  const facts = circuitFacts({ model, case: undefined, result: undefined, effects: undefined });
  const drawing = drawGraph(facts, "merged", title);
  const scroll = el("div", { class: "scrolls" }, [drawing.svg]);
  paint(drawing, markOf);
  figure.replaceChildren(el("figcaption", {}, [title]), scroll);
  reachIfScrolled(scroll, title);
}

function paint(drawing: CircuitDrawing, markOf: (edge: string) => Mark): void {
  const isUsed = (edge: string) => !["trueNegative", "falseNegative"].includes(markOf(edge));
  drawing.paint({
    markOf,
    boxMarkOf: boxMarksOf(drawing, isUsed),
    scoreOf: () => undefined,
    largest: undefined,
  });
}

/** The picture of a side as the command line draws it. */
function pictureOf({ model, ranked }: Done, side: SideName, title: string, count: number): string {
  const edges = Array.from(edgesOf(ranked, count), (text): [string, string] => {
    const [from = "", to = ""] = text.split("->");
    return [from, to];
  });
  const { nLayers, nHeads } = model.config;
  const truth = model.truth && circuitFromTexts(model.truth.edges, model.truth.nodes);
  const circuit = circuitFromTexts(edges);
  const picture = { shape: { nLayers, nHeads }, circuit, title, ...(truth && { truth }) };
  return drawCircuitSvg(picture, { idPrefix: side });
}

/** The command lines that run the sides, one below the other; `undefined` where there is none of one. */
function commandOf(
  { id, word }: CaseFacts,
  sideOf: (side: SideName) => Pick<Choice, "algorithm" | "texts" | "seed"> & { ref: ModelRef },
): string | undefined {
  const lines = SIDES.map((side) => {
    const { algorithm, texts: params, seed, ref } = sideOf(side);
    const model = modelWord(ref, id);
    return runLine({ algorithm, case: word, model, params, dataSize: PAIRS, seed });
  });
  return lines.includes(undefined) ? undefined : lines.join("\nnpx interpbench ");
}
