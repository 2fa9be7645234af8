import "./attention.css";
import { drawHeatMapSvg, type HeatMap, heatMapSpec } from "../../../src/report/index.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el, messageOf } from "../dom.ts";
import { inputPanel } from "../input/panel.ts";
import { inputOf } from "../input/text.ts";
import { latestCalls } from "../latest.ts";
import { EMPTY_MATRIX, mountMatrix } from "../matrix.ts";
import { kindOf, variablesByBox } from "../variables.ts";
import { headGrid } from "./grid.ts";
import {
  attentionAt,
  type Head,
  headsOf,
  headText,
  type Patterns,
  patternsOf,
} from "./patterns.ts";
import { tokenLine } from "./tokens.ts";

/** What this view keeps in the address: the head, and the position of a query. */
const STATE = { head: "attention.head", query: "attention.query" } as const;

/** The attention of all heads on an input, one of them large. */
export const mountAttention: Mount<SubjectProps> = (element, first) => {
  const { subject, engine } = first;
  const { model } = subject;
  const facts = subject.case!;
  let props = first;
  let patterns: Patterns | undefined;
  const call = latestCalls();

  const inputs = inputPanel(facts, engine, ["Input"], (changes) => props.onState(changes));
  const keep = (head: Head) => props.onState({ [STATE.head]: headText(head) });
  const notes = variablesByBox(facts, kindOf(model, facts));
  const grid = headGrid(model, notes, keep);
  const heads = headsOf(model);
  const choice = el(
    "select",
    {},
    heads.map((head) => el("option", { value: headText(head) }, [`a${headText(head)}`])),
  );
  choice.addEventListener("change", () => props.onState({ [STATE.head]: choice.value }));
  const tokens = tokenLine((query) =>
    props.onState({ [STATE.query]: query === undefined ? undefined : String(query) }),
  );
  const host = el("div", { class: "scrolls" });
  const matrix = mountMatrix(host, EMPTY_MATRIX);
  element.append(
    inputs.root,
    el("div", { class: "attention-view" }, [
      el("div", { class: "scrolls" }, [grid.root]),
      el("div", { class: "attention-one" }, [
        el("label", { class: "attention-head" }, ["Head ", choice]),
        tokens.root,
        host,
      ]),
    ]),
  );

  const chosenHead = (): Head => {
    const isTrue = ({ layer, head }: Head) =>
      model.truth?.nodes.includes(`blocks.${layer}.attn.hook_result[${head}]`) === true;
    const { [STATE.head]: named, "circuit.pin": pin } = props.state;
    return (
      heads.find((head) => headText(head) === named) ??
      heads.find((head) => `box:a${headText(head)}` === pin) ??
      heads.find(isTrue) ??
      heads[0]!
    );
  };

  const run = async () => {
    const isLatest = call();
    const input = inputOf(facts, props.state.input);
    inputs.show([input]);
    try {
      const found = await patternsOf(engine, facts, model, input);
      if (!isLatest()) return;
      patterns = found;
      void grid.paint(found);
      show();
    } catch (error) {
      const reason = messageOf(error);
      if (isLatest()) host.replaceChildren(el("p", { role: "alert" }, [reason]));
    }
  };
  const show = () => {
    if (patterns === undefined) return;
    const { names } = patterns;
    const head = chosenHead();
    const at = (query: number, key: number) => attentionAt(patterns!, head, query, key);
    const query = names.findIndex((_, i) => String(i) === props.state[STATE.query]);
    const chosen = query < 0 ? undefined : query;
    choice.value = headText(head);
    grid.mark(head);
    tokens.show({ names, at, chosen });
    matrix.update({
      title: `attention of head ${head.head} in layer ${head.layer}`,
      rows: names,
      columns: names,
      axes: ["query", "key"],
      value: at,
      text: (row, column) => at(row, column).toFixed(2),
      marked: new Set(chosen === undefined ? [] : [chosen]),
    });
  };
  void run();

  return {
    update: (next) => {
      const isOther = next.state.input !== props.state.input;
      const before = choiceIn(props);
      props = next;
      if (isOther) void run();
      else if (choiceIn(next) !== before) show();
    },
    destroy: () => {
      call();
      for (const view of [inputs, matrix]) view.destroy();
      element.replaceChildren();
    },
    snapshot: () => {
      if (patterns === undefined) return { data: undefined };
      const head = chosenHead();
      const figure = heatMapOf(patterns, head);
      return {
        data: { head: `a${headText(head)}`, ...patterns },
        svg: drawHeatMapSvg(figure),
        vegaLite: heatMapSpec(figure),
      };
    },
  } satisfies View<SubjectProps>;
};

/** What of the address decides which head and query are seen. */
const choiceIn = ({ state }: SubjectProps) =>
  [state[STATE.head], state[STATE.query], state["circuit.pin"]].join(" ");

/** The pattern of one head as a figure; positions are numbered, since tokens come twice. */
function heatMapOf(patterns: Patterns, head: Head): HeatMap {
  const names = patterns.names.map((name, i) => `${i} ${name}`);
  return {
    title: `Attention of head a${headText(head)}`,
    axis: "attention, queries downwards, keys to the right",
    rows: names,
    columns: names,
    cells: names.map((_, query) =>
      names.map((_, key) => ({ value: attentionAt(patterns, head, query, key) })),
    ),
  };
}
