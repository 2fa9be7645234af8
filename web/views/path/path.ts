import { parseEdge } from "../../../src/circuit/index.ts";
import { boxOfNode, formatNumber, type LineChart } from "../../../src/report/index.ts";
import type { PathPoint } from "../../engine/methods/watch.ts";
import { boxOf } from "../box.ts";
import { chartFiles, showCharts } from "../chart.ts";
import { drawGraph } from "../circuit/drawing.ts";
import { circuitFacts } from "../circuit/facts.ts";
import { boxMarksOf } from "../circuit/paint.ts";
import { markOf } from "../circuit/selection.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el, reachIfScrolled, tableHead } from "../dom.ts";
import { isOtherState } from "../own-state.ts";
import { scrubber, stepOf } from "../scrubber.ts";
import { watchedWork } from "../work/work.ts";
import { aurocChart, estimateChart, lossChart, type PathCharts } from "./charts.ts";
import { aurocOf, largestEffects, mergedEffects, runningEstimates } from "./estimates.ts";

/** What this view keeps in the address, besides the method. */
const STATE = { step: "path.step", of: "path.of" } as const;

const USUAL = { algorithm: "eap-ig-inputs", model: 0, seed: 0, texts: { steps: "10" } };
/** Milliseconds that a point is shown when the path plays by itself. */
const BEAT = 500;
/** Edges that are listed. */
const LISTED = 12;
/** Where nobody knows how many edges are true, so many stand out. */
const STANDING_OUT = 10;

/** Everything that is told of a path, between components. */
interface Walked extends Pick<PathCharts, "points" | "estimates" | "aurocs"> {
  /** The effects by each point's own gradient. */
  readonly own: readonly ReadonlyMap<string, number>[];
}

/** Gradients on their path: what each point says of every edge, and what they add up to. */
export const mountPath: Mount<SubjectProps> = (element, first) => {
  let props = first;
  let points: PathPoint[] = [];
  let walked: Walked | undefined;
  const facts = circuitFacts({ ...first.subject, result: undefined });
  const drawing = drawGraph(facts, "merged", "edges by the size of their effects");
  drawing.svg.classList.toggle("has-truth", facts.truth !== undefined);
  const count = facts.truth?.edges.size ?? STANDING_OUT;
  const scrub = scrubber({ label: "point of the path", beat: BEAT, from: 1 }, (step) =>
    props.onState({ [STATE.step]: step === walked?.points.length ? undefined : String(step) }),
  );
  const work = watchedWork<PathPoint>(first, {
    prefix: "path",
    watchable: "path",
    usual: USUAL,
    isQuick: true,
    begin: () => {
      points = [];
    },
    told: (point) => points.push(point),
    ended: (found) => {
      if (found === undefined) return;
      walked = walkedOf(points);
      show();
    },
  });
  const choices = (["sum", "point"] as const).map((value) =>
    el("input", { type: "radio", name: "path-of", value }),
  );
  const which = el("fieldset", { class: "work-which" }, [
    el("legend", { class: "unseen" }, ["effects that are drawn"]),
    el("label", {}, [choices[0]!, " added up so far"]),
    el("label", {}, [choices[1]!, " of this point alone"]),
  ]);
  for (const choice of choices) {
    choice.addEventListener("change", () =>
      props.onState({ [STATE.of]: choice.value === "point" ? "point" : undefined }),
    );
  }
  const words = el("div", { "aria-live": "polite" });
  const table = el("div", { class: "scrolls" });
  const charts = el("div", { class: "work-charts" });
  const body = [
    el("div", { class: "work-head scrubber" }, [...scrub.parts, which]),
    el("div", { class: "scrolls work-stage" }, [drawing.svg]),
    el("div", { class: "work-side" }, [words, table]),
    charts,
  ];
  for (const part of body) part.hidden = true;
  element.append(el("div", { class: "work" }, [work.root, ...body]));

  const walkedOf = (all: readonly PathPoint[]): Walked => {
    const estimates = runningEstimates(all).map((values) => mergedEffects(facts, values));
    return {
      points: all,
      estimates,
      aurocs: estimates.map((one) => aurocOf(one, facts)),
      own: all.map(({ effects }) => mergedEffects(facts, effects)),
    };
  };
  const pointOf = ({ points: { length } }: Walked) => stepOf(props.state[STATE.step], length, 1);
  const isTrue = (edge: string) => facts.truth?.edges.has(edge);
  const nameOf = (edge: string) => {
    const ends = parseEdge(edge).map((node) => boxOfNode(node, facts.shape));
    return `${isTrue(edge) === true ? "● " : ""}${ends.join(" → ")}`;
  };
  const chartsOf = (all: Walked, at: number): LineChart[] => {
    const edges = largestEffects(all.estimates.at(-1)!, LISTED).map(
      (edge) => [edge, nameOf(edge)] as const,
    );
    const given = { ...all, edges, at, isNarrow: element.clientWidth < 720 };
    return [estimateChart(given), lossChart(given), aurocChart(given)].flatMap((chart) =>
      chart === undefined ? [] : [chart],
    );
  };

  const show = () => {
    if (walked === undefined) return;
    for (const part of body) part.hidden = false;
    const at = pointOf(walked);
    const isOwn = props.state[STATE.of] === "point";
    const [total, so, own] = [
      walked.estimates.at(-1)!,
      walked.estimates[at - 1]!,
      walked.own[at - 1]!,
    ];
    const shown = isOwn ? own : so;
    scrub.show(at, walked.points.length);
    choices[isOwn ? 1 : 0]!.checked = true;
    const top = new Set(largestEffects(shown, count));
    const isTop = (edge: string) => top.has(edge);
    drawing.paint({
      markOf: (edge) => markOf(isTop(edge), isTrue(edge), "difference"),
      boxMarkOf: boxMarksOf(drawing, isTop),
      scoreOf: (edge) => shown.get(edge),
      largest: Math.max(...[...shown.values()].map(Math.abs)),
    });
    words.replaceChildren(...wordsOf(walked, at).map((line) => el("p", {}, [line])));
    const rows = largestEffects(shown, LISTED).map((edge) => [nameOf(edge), edge] as const);
    table.replaceChildren(
      el("table", {}, [
        tableHead(["edge", "this point", "so far", "in the end"]),
        el(
          "tbody",
          {},
          rows.map(([name, edge]) =>
            el("tr", {}, [
              el("th", { scope: "row" }, [name]),
              ...[own, so, total].map((one) =>
                el("td", { class: "number" }, [formatNumber(one.get(edge) ?? 0, 3)]),
              ),
            ]),
          ),
        ),
      ]),
    );
    showCharts(charts, chartsOf(walked, at));
    reachIfScrolled(table, "effects of edges");
  };

  return {
    update(next) {
      const isOther = isOtherState(props.state, next.state, ["path."]);
      props = next;
      work.update(next);
      if (isOther) show();
    },
    destroy: () => {
      scrub.stop();
      work.destroy();
      element.replaceChildren();
    },
    snapshot: () => {
      const made = walked && chartsOf(walked, pointOf(walked));
      return {
        data: walked && {
          edges: facts.edges,
          points: walked.points.map(({ effects, ...point }) => ({
            ...point,
            effects: [...effects],
          })),
        },
        ...(made && chartFiles(made)),
        command: work.command(),
      };
    },
  } satisfies View<SubjectProps>;
};

/** What is said of a point. */
function wordsOf({ points, aurocs }: Walked, at: number): string[] {
  const { alpha, moves, weight, loss } = points[at - 1]!;
  const where = [
    ...(alpha === undefined ? [] : [`${formatNumber(100 * alpha, 3)} % of the way to ablated`]),
    ...(moves === undefined ? [] : [`${boxOf(moves) ?? moves} on its way, by itself`]),
  ];
  const [now, end] = [aurocs[at - 1], aurocs.at(-1)];
  return [
    `Point ${at} of ${points.length}${where.length === 0 ? "" : `: ${where.join(", ")}`}. Loss ${formatNumber(loss, 4)}, weight ${formatNumber(weight, 3)}.`,
    ...(now === undefined || end === undefined
      ? []
      : [
          `AUROC of what is added up so far ${formatNumber(now, 3)}, in the end ${formatNumber(end, 3)}.`,
        ]),
  ];
}
