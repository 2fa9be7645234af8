import "./node.css";
import { filterEdges, formatNode, readerOf } from "../../../src/circuit/index.ts";
import { commandLine } from "../../../src/flags/index.ts";
import { drawCircuitSvg } from "../../../src/report/index.ts";
import type { NamedMatrix } from "../../../src/transformer/index.ts";
import { readableFacts } from "../circuit/facts.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el } from "../dom.ts";
import { inputPanel } from "../input/panel.ts";
import { formatInput, idsOf, inputOf } from "../input/text.ts";
import { type MatrixProps, mountMatrix } from "../matrix.ts";
import { modelWord } from "../model-word.ts";
import { placesOf } from "../patch/places.ts";
import { boxesOf, kindOf, variablesByBox } from "../variables.ts";
import {
  answerContributions,
  matrix,
  nodeContributions,
  type ShownContributions,
} from "./contributions.ts";
import { edgesOf, edgeTable } from "./edges.ts";
import { effectsTable, type ShownEffects } from "./effects.ts";
import { type EdgeRanking, edgeRanking } from "./ranking.ts";
import { sectionOf } from "./section.ts";

/** The node is the box that is pinned in the circuit. */
const PIN = "circuit.pin";

/** Rows and columns of weights that are shown at most. */
const MOST = 32;

/** Everything about one node: its edges, what it does, what it adds to the outputs, and its weights. */
export const mountNode: Mount<SubjectProps> = (element, first) => {
  const { subject, engine } = first;
  const facts = subject.case!;
  const { model } = subject;
  const shape = { nLayers: model.config.nLayers, nHeads: model.config.nHeads };
  const places = placesOf(shape);
  const circuit = readableFacts(subject);
  const kind = kindOf(model, facts);
  const notes = variablesByBox(facts, kind);
  const controller = new AbortController();
  let props = first;

  const usual = facts.variables.flatMap((variable) => boxesOf(variable, kind)).at(-1);
  const boxOfState = () => {
    const pinned = /^box:(.+)$/.exec(props.state[PIN] ?? "")?.[1] ?? "";
    return places.writers.find((box) => box === pinned) ?? usual ?? places.writers[1]!;
  };
  const pick = (box: string) => {
    if (places.writers.includes(box)) props.onState({ [PIN]: `box:${box}` });
  };
  const menu = el(
    "select",
    {},
    places.writers.map((box) => {
      const note = notes.get(box);
      return el("option", { value: box }, [note === undefined ? box : `${box}: ${note}`]);
    }),
  );
  menu.addEventListener("change", () => pick(menu.value));
  const text = el("code", {});
  const inputs = inputPanel(facts, engine, ["Input"], (changes) => props.onState(changes));
  const effects = sectionOf("What it does");
  const edges = sectionOf("Its edges");
  const written = sectionOf("What it adds to the outputs");
  const weights = sectionOf("Its weights, by named directions");
  element.append(
    el("div", { class: "node-view" }, [
      el("p", { class: "node-head" }, [el("label", {}, ["Node ", menu]), " ", text]),
      el("div", { class: "node-column" }, [effects.root, edges.root]),
      el("div", { class: "node-column" }, [inputs.root, written.root, weights.root]),
    ]),
  );

  const { signal } = controller;
  const once = <T>(get: () => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => {
      made ??= get();
      return made;
    };
  };
  const ranked = once(() => edgeRanking(engine, subject, circuit, signal));
  const measured = once(async (): Promise<ShownEffects> => {
    if (subject.effects !== undefined) return { effects: subject.effects, source: "audit" };
    const found = await engine.call("effects", { model: model.ref }, { signal });
    return { effects: found, source: "page" };
  });
  const seen: {
    effects?: ShownEffects;
    ranking?: EdgeRanking;
    contributions?: ShownContributions;
    weights?: readonly NamedMatrix[];
  } = {};

  const showNode = (box: string) => {
    const node = places.named(box)!.text;
    menu.value = box;
    text.textContent = node;
    effects.fill(async () => {
      seen.effects = await measured();
      return [effectsTable(seen.effects, node)];
    });
    edges.fill(async () => {
      seen.ranking = await ranked();
      const { into, outOf } = edgesOf(circuit, seen.ranking, node);
      return [
        el("p", { class: "note" }, [`Ranked by ${seen.ranking.name}.`]),
        ...(box === "input" ? [] : [edgeTable("Into it", into, pick)]),
        edgeTable("Out of it", outOf, pick),
      ];
    });
    weights.root.hidden = kind !== "compiled" || box === "input";
    if (weights.root.hidden) return;
    weights.fill(async () => {
      seen.weights = await engine.call("weights", { model: model.ref, node });
      return seen.weights.flatMap((one) => matrixElements(weightMatrix(one)));
    });
  };
  const showInput = () => {
    const input = inputOf(facts, props.state.input);
    const node = places.named(boxOfState())!.text;
    inputs.show([input]);
    written.fill(async () => {
      const found = await engine.call("contributions", {
        model: model.ref,
        tokens: idsOf(facts, input),
      });
      const nameOf = (writer: string) => places.ofText(writer)?.name ?? WRITERS[writer] ?? writer;
      seen.contributions = { facts, input, found, nameOf };
      return [nodeContributions, answerContributions].flatMap((matrixOf) =>
        matrixElements(matrixOf(seen.contributions!, node)),
      );
    });
  };
  showNode(boxOfState());
  showInput();

  return {
    update(next) {
      const before = [boxOfState(), props.state.input];
      props = next;
      const [box, input] = before;
      if (boxOfState() !== box) showNode(boxOfState());
      if (boxOfState() !== box || next.state.input !== input) showInput();
    },
    destroy: () => {
      controller.abort();
      for (const part of [inputs, effects, edges, written, weights]) part.destroy();
      element.replaceChildren();
    },
    snapshot: () => {
      const box = boxOfState();
      const node = places.named(box)!.text;
      const { contributions } = seen;
      return {
        data: {
          case: facts.id,
          node,
          variables: notes.get(box),
          effects: seen.effects?.effects.nodes.find((one) => one.text === node),
          edges: seen.ranking && {
            rankedBy: seen.ranking.name,
            ...edgesOf(circuit, seen.ranking, node),
          },
          contributions: contributions && {
            input: formatInput(facts, contributions.input),
            ...plain(nodeContributions(contributions, node)),
          },
          weights: weights.root.hidden
            ? undefined
            : seen.weights?.map((one) => ({ ...one, values: [...one.values] })),
        },
        svg: drawCircuitSvg({
          shape,
          circuit: filterEdges(circuit.whole.qkv, (edge) => {
            return formatNode(edge[0]) === node || readerOf(edge) === node;
          }),
          truth: circuit.truth,
          scores: seen.ranking?.by,
          scoreName: seen.ranking?.name,
          title: `The edges of ${box}, case ${facts.id}`,
        }),
        command: commandLine("audit", { i: facts.word, model: modelWord(model.ref, facts.id) }),
      };
    },
  } satisfies View<SubjectProps>;
};

const WRITERS: Readonly<Record<string, string>> = {
  hook_embed: "tokens",
  hook_pos_embed: "positions",
};

function matrixElements(props: MatrixProps): HTMLElement[] {
  const host = el("div", { class: "scrolls" });
  mountMatrix(host, props);
  return [el("p", { class: "note" }, [props.title]), host];
}

function weightMatrix({ title, axes, rows, columns, values }: NamedMatrix): MatrixProps {
  const [down, across] = [rows.slice(0, MOST), columns.slice(0, MOST)];
  const left = rows.length + columns.length - down.length - across.length;
  return matrix({
    title: `${title}${left > 0 ? `, without ${left} more rows and columns` : ""}`,
    axes,
    rows: down,
    columns: across,
    value: (row, column) => values[row * columns.length + column]!,
  });
}

const plain = ({ title, rows, columns, text }: MatrixProps) => ({
  title,
  columns,
  rows: rows.map((name, i) => [name, ...columns.map((_, j) => text(i, j))]),
});
