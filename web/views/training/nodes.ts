import { formatPercent } from "../../../src/report/index.ts";
import type { AuditFacts, PartEffects } from "../../engine/methods/audit.ts";
import { boxOf } from "../box.ts";
import { el, tableHead } from "../dom.ts";

const ABLATIONS = [
  ["resample", "exchanged"],
  ["mean", "mean"],
  ["zero", "zero"],
] as const;

/** Share of broken runs from which a node outside of the truth is pointed out. */
const NOTICEABLE = 0.01;

/** What every node does to the outputs, those outside of the truth first; beside it what it did in another run. */
export function nodeTable(audit: AuditFacts, before: AuditFacts | undefined): HTMLElement {
  const earlier = new Map(before?.nodes.map((node) => [node.text, node]));
  const outside = audit.nodes.filter(({ inTruth }) => !inTruth);
  const inside = audit.nodes.filter(({ inTruth }) => inTruth);
  const columns = [
    ...ABLATIONS.map(([, title]) => title),
    ...(before === undefined ? [] : ["exchanged, the run before"]),
  ];
  const row = (
    name: string,
    effects: PartEffects,
    then: PartEffects | undefined,
    isOutside: boolean,
  ) =>
    el("tr", {}, [
      el("th", { scope: "row" }, [name]),
      ...ABLATIONS.map(([key]) => cellOf(effects[key], isOutside && key === "resample")),
      ...(before === undefined
        ? []
        : [then === undefined ? el("td") : cellOf(then.resample, isOutside)]),
    ]);
  const group = (title: string) =>
    el("tr", {}, [
      el("th", { scope: "colgroup", colspan: columns.length + 1, class: "training-group" }, [
        title,
      ]),
    ]);
  const named = (text: string) => boxOf(text) ?? text;
  return el("table", { class: "list training-nodes" }, [
    el("caption", {}, ["Share of runs in which an output breaks when a node is put out of action"]),
    tableHead(["Node", ...columns]),
    el("tbody", {}, [
      group("Outside of the truth: nothing should break"),
      ...outside.map((node) => row(named(node.text), node, earlier.get(node.text), true)),
      row("all of them together", audit.outside, before?.outside, true),
      group("In the truth"),
      ...inside.map((node) => row(named(node.text), node, earlier.get(node.text), false)),
    ]),
  ]);
}

function cellOf({ share, interval }: PartEffects["resample"], isChecked: boolean): HTMLElement {
  const isWrong = isChecked && share >= NOTICEABLE;
  const text = formatPercent(share);
  const cell = el(
    "td",
    {
      class: isWrong ? "training-effect training-wrong" : "training-effect",
      title: `95 %: ${formatPercent(interval.low)} to ${formatPercent(interval.high)}`,
    },
    [el("span", {}, [isWrong ? `⚠ ${text}` : text])],
  );
  cell.style.setProperty("--share", String(share));
  return cell;
}

/** What an audit comes to, in a sentence. */
export function verdictOf({ nodes, outside, pairs }: AuditFacts): string {
  const wrong = nodes
    .filter(({ inTruth, resample }) => !inTruth && resample.share >= NOTICEABLE)
    .sort((a, b) => b.resample.share - a.resample.share);
  const together = `exchanged all together, ${formatPercent(outside.resample.share)} of ${pairs} runs break`;
  const [worst] = wrong;
  if (worst === undefined) return `No node outside of the truth matters by itself; ${together}.`;
  const name = boxOf(worst.text) ?? worst.text;
  return `${wrong.length} ${wrong.length === 1 ? "node" : "nodes"} outside of the truth ${wrong.length === 1 ? "matters" : "matter"}, ${name} most: exchanged by itself, ${formatPercent(worst.resample.share)} of ${pairs} runs break; ${together}.`;
}
