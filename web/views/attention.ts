import type { Mount, SubjectProps, View } from "./contract.ts";
import { el } from "./dom.ts";
import { mountMatrix } from "./matrix.ts";

/** The attention of one head on the example of the case: how a view asks the engine, and shows what came. */
export const mountAttention: Mount<SubjectProps> = (element, first) => {
  const host = el("div", { class: "scrolls" });
  element.append(host);
  let props = first;
  let shown: unknown;
  const controller = new AbortController();

  const show = async () => {
    const { engine, subject } = props;
    const { model, case: facts } = subject;
    if (facts === undefined) return;
    const tokens = facts.example.map((value) => facts.tokens.find((one) => one.value === value)!);
    const hook = "blocks.0.attn.hook_pattern";
    const { at } = await engine.call(
      "run",
      {
        model: model.ref,
        tokens: [[facts.bosId, ...tokens.map(({ id }) => id)]],
        capture: [hook],
      },
      { signal: controller.signal },
    );
    const names = ["BOS", ...tokens.map(({ text }) => text)];
    const { data } = at[hook]!;
    const value = (row: number, column: number) => data[row * names.length + column]!;
    shown = { hook, head: 0, names, pattern: [...data.subarray(0, names.length ** 2)] };
    mountMatrix(host, {
      title: "attention of head 0 in layer 0",
      rows: names,
      columns: names,
      axes: ["query", "key"],
      value,
      text: (row, column) => value(row, column).toFixed(2),
    });
  };
  void show();

  return {
    update: (next) => {
      const isOther = next.subject !== props.subject;
      props = next;
      if (isOther) void show();
    },
    destroy: () => {
      controller.abort();
      element.replaceChildren();
    },
    snapshot: () => ({ data: shown }),
  } satisfies View<SubjectProps>;
};
