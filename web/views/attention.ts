import "./attention.css";
import type { Numbers } from "../engine/methods/run.ts";
import type { Mount, SubjectProps, View, ViewState } from "./contract.ts";
import { el } from "./dom.ts";
import { mountMatrix } from "./matrix.ts";

/** What this view keeps in the address: the head, as pictures call it without its letter. */
const HEAD = "attention.head";

/** One head of a model. */
interface Head {
  readonly layer: number;
  readonly head: number;
}

/** The patterns of all heads on one input. */
interface Patterns {
  readonly names: readonly string[];
  /** By layer, `[row, head, query, key]`. */
  readonly layers: readonly Numbers[];
}

/** The attention of any head on the example of the case. */
export const mountAttention: Mount<SubjectProps> = (element, first) => {
  let props = first;
  let patterns: Patterns | undefined;
  let shown: string | undefined;
  const controller = new AbortController();
  const choice = el("select", {});
  const host = el("div", { class: "scrolls" });
  element.append(el("label", { class: "attention-head" }, ["Head ", choice]), host);
  choice.addEventListener("change", () => props.onState({ [HEAD]: choice.value }));

  const run = async () => {
    const { engine, subject } = props;
    const { model, case: facts } = subject;
    if (facts === undefined) return;
    const { nLayers, nHeads } = model.config;
    choice.replaceChildren(
      ...headsOf(nLayers, nHeads).map((one) =>
        el("option", { value: textOf(one) }, [`a${textOf(one)}`]),
      ),
    );
    const tokens = facts.example.map((value) => facts.tokens.find((one) => one.value === value)!);
    const hooks = Array.from(
      { length: nLayers },
      (_, layer) => `blocks.${layer}.attn.hook_pattern`,
    );
    const { at } = await engine.call(
      "run",
      {
        model: model.ref,
        tokens: [[facts.bosId, ...tokens.map(({ id }) => id)]],
        capture: hooks,
      },
      { signal: controller.signal },
    );
    patterns = {
      names: ["BOS", ...tokens.map(({ text }) => text)],
      layers: hooks.map((hook) => at[hook]!),
    };
    show();
  };

  const show = () => {
    if (patterns === undefined) return;
    const { names, layers } = patterns;
    const chosen = chosenHead(props);
    shown = textOf(chosen);
    choice.value = shown;
    const { data } = layers[chosen.layer]!;
    const start = chosen.head * names.length ** 2;
    const value = (row: number, column: number) => data[start + row * names.length + column]!;
    mountMatrix(host, {
      title: `attention of head ${chosen.head} in layer ${chosen.layer}`,
      rows: names,
      columns: names,
      axes: ["query", "key"],
      value,
      text: (row, column) => value(row, column).toFixed(2),
    });
  };
  void run();

  return {
    update: (next) => {
      const isOther = next.subject !== props.subject;
      props = next;
      if (isOther) void run();
      else if (shown !== textOf(chosenHead(props))) show();
    },
    destroy: () => {
      controller.abort();
      element.replaceChildren();
    },
    snapshot: () => ({
      data: patterns && { head: `a${textOf(chosenHead(props))}`, ...patterns },
    }),
  } satisfies View<SubjectProps>;
};

const headsOf = (nLayers: number, nHeads: number): Head[] =>
  Array.from({ length: nLayers * nHeads }, (_, i) => ({
    layer: Math.floor(i / nHeads),
    head: i % nHeads,
  }));

const textOf = ({ layer, head }: Head) => `${layer}.${head}`;

/** The head of the address; where that has none of the model, the first true one, or the first of all. */
function chosenHead({
  subject,
  state,
}: {
  subject: SubjectProps["subject"];
  state: ViewState;
}): Head {
  const { config, truth } = subject.model;
  const heads = headsOf(config.nLayers, config.nHeads);
  const isTrue = ({ layer, head }: Head) =>
    truth?.nodes.includes(`blocks.${layer}.attn.hook_result[${head}]`) === true;
  return heads.find((one) => textOf(one) === state[HEAD]) ?? heads.find(isTrue) ?? heads[0]!;
}
