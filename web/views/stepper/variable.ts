import "./variable.css";
import type { CaseFacts } from "../../engine/methods/cases.ts";
import type { Mount, View } from "../contract.ts";
import { el } from "../dom.ts";
import { type MatrixProps, mountMatrix } from "../matrix.ts";
import { shortNumber } from "../outputs.ts";
import {
  attentionOf,
  type CaseRuns,
  type ModelRun,
  type NodePlace,
  placeOf,
  writtenBy,
} from "./runs.ts";

/** A variable of a case on an input: what selects it, and what holds it in each model. */
export interface VariableProps {
  readonly facts: CaseFacts;
  readonly runs: CaseRuns;
  /** `undefined` shows nothing. */
  readonly label: string | undefined;
}

export const mountVariable: Mount<VariableProps> = (element, first) => {
  let props = first;
  const draw = () => {
    const { label } = props;
    element.hidden = label === undefined;
    element.setAttribute("aria-label", `Variable ${label}`);
    element.replaceChildren();
    if (label !== undefined) fill(element, props, label);
  };
  draw();
  return {
    update(next) {
      props = next;
      draw();
    },
    destroy: () => element.replaceChildren(),
    snapshot: () => ({ data: props.label }),
  } satisfies View<VariableProps>;
};

function fill(element: HTMLElement, { facts, runs }: VariableProps, label: string): void {
  const line = facts.program.find((one) => one.label === label);
  const matrix = (props: MatrixProps) => {
    const host = el("div", { class: "scrolls" });
    element.append(host);
    mountMatrix(host, props);
  };
  const note = (text: string) => element.append(el("p", { class: "note" }, [text]));

  element.append(el("h3", {}, [el("code", {}, [label])]));
  if (line?.details !== undefined) {
    element.append(el("p", { class: "details" }, [el("code", {}, [line.details])]));
  }
  if (line?.encoding !== undefined) {
    note(
      line.encoding === "numerical"
        ? "A number on one direction"
        : `One direction for each of ${line.values.length} values`,
    );
  }
  const selected = selection(runs, label);
  if (selected !== undefined) {
    element.append(el("h4", {}, ["Selects"]));
    matrix(selected);
    note("A selector is no variable: the head that uses it attends like this.");
  }
  for (const { title, node, run, place, directions } of holdersOf(facts, runs, label)) {
    const code = el("small", {}, [el("code", {}, [node])]);
    element.append(el("h4", {}, [`${title}: ${placeText(place)} `, code]));
    if (place.head !== undefined) matrix(attention(runs, run, place.layer, place.head));
    const by = directions.length > 0 ? "named directions" : "dimensions";
    note(`Writes, by ${by} of the residual stream`);
    matrix(written(runs, run, place, directions));
  }
}

/** A node of a model that holds the variable. */
interface Holder {
  readonly title: string;
  readonly node: string;
  readonly run: ModelRun;
  readonly place: NodePlace;
  /** Names of the directions of its residual stream, where they have any. */
  readonly directions: readonly string[];
}

function holdersOf(
  { variables, residualLabels }: CaseFacts,
  { compiled, trained }: CaseRuns,
  label: string,
): Holder[] {
  const holder = (
    title: string,
    node: string,
    run: ModelRun | undefined,
    directions: readonly string[],
  ): Holder[] => {
    const place = placeOf(node);
    return run === undefined || place === undefined
      ? []
      : [{ title, node, run, place, directions }];
  };
  return variables
    .filter((one) => one.label === label)
    .flatMap((variable) => [
      ...holder("Compiled", variable.compiled, compiled, residualLabels),
      ...variable.trained.flatMap((node) => holder("Trained", node, trained, [])),
    ]);
}

const placeText = ({ layer, head }: NodePlace) =>
  head === undefined ? `MLP of layer ${layer}` : `head ${head} of layer ${layer}`;

const tokensOf = ({ input }: CaseRuns) => input.map(({ text }) => text);
const positionsOf = (runs: CaseRuns) => ["BOS", ...tokensOf(runs)];

function selection(runs: CaseRuns, label: string): MatrixProps | undefined {
  const step = runs.trace?.steps.find((one) => one.label === label);
  if (step?.kind !== "selector") return undefined;
  const isSelected = (row: number, column: number) => step.matrix[row]?.[column] === true;
  return {
    title: `which keys ${label} selects`,
    rows: tokensOf(runs),
    columns: tokensOf(runs),
    axes: ["query", "key"],
    value: (row, column) => (isSelected(row, column) ? 1 : 0),
    text: (row, column) => (isSelected(row, column) ? "■" : "·"),
  };
}

function attention(runs: CaseRuns, run: ModelRun, layer: number, head: number): MatrixProps {
  const pattern = attentionOf(run, layer, head);
  return {
    title: `attention of head ${head} in layer ${layer}`,
    rows: positionsOf(runs),
    columns: positionsOf(runs),
    axes: ["query", "key"],
    value: (row, column) => pattern[row]![column]!,
    text: (row, column) => shortNumber(pattern[row]![column]!),
  };
}

function written(
  runs: CaseRuns,
  run: ModelRun,
  place: NodePlace,
  directions: readonly string[],
): MatrixProps {
  const { columns, values } = writtenBy(run, place, directions);
  const largest = Math.max(1e-6, ...values.flat().map(Math.abs));
  return {
    title: "what it writes into the residual stream",
    rows: positionsOf(runs),
    columns,
    axes: ["position", directions.length > 0 ? "direction" : "dimension"],
    value: (row, column) => values[row]![column]! / largest,
    text: (row, column) => shortNumber(values[row]![column]!),
  };
}
