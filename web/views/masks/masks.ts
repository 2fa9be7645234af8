import { formatNumber, type LineChart, type Mark } from "../../../src/report/index.ts";
import type { Discovered } from "../../engine/methods/discover.ts";
import type { MasksFrame } from "../../engine/methods/watch.ts";
import { chartFiles, showCharts } from "../chart.ts";
import { drawGraph } from "../circuit/drawing.ts";
import { circuitFacts } from "../circuit/facts.ts";
import { boxMarksOf } from "../circuit/paint.ts";
import { markOf } from "../circuit/selection.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el, oncePerFrame } from "../dom.ts";
import { isOtherState } from "../own-state.ts";
import { scrubber } from "../scrubber.ts";
import { watchedWork } from "../work/work.ts";
import { lossChart, type MasksCharts, sparsityChart, truthChart } from "./charts.ts";
import { addFrame, type FrameFacts, frameFacts, keptHeads, type Learning } from "./frames.ts";

/** What this view keeps in the address, besides the method: the step of the frame that is looked at. */
const STATE = { step: "masks.step" } as const;

const USUAL = {
  algorithm: "edge-pruning",
  model: 0,
  seed: 0,
  texts: { edgeSparsity: "0.95", steps: "1000" },
};
/** Milliseconds that a frame is shown when learning plays again. */
const BEAT = 80;
const nothing = (): Learning => ({ frames: [], losses: [] });

/** Masks while they learn: the circuit that they stand for, step by step. */
export const mountMasks: Mount<SubjectProps> = (element, first) => {
  let props = first;
  let learning = nothing();
  let told: FrameFacts[] = [];
  const facts = circuitFacts({ ...first.subject, result: undefined });
  const drawing = drawGraph(facts, "qkv", "edges by their masks");
  drawing.svg.classList.toggle("has-truth", facts.truth !== undefined);
  const places = new Map(facts.edges.map((text, i) => [text, i]));
  const scrub = scrubber({ label: "moment of learning", beat: BEAT, from: 1 }, (frame) =>
    props.onState({
      [STATE.step]: frame === told.length ? undefined : String(told[frame - 1]!.step),
    }),
  );
  const work = watchedWork<MasksFrame>(first, {
    prefix: "masks",
    watchable: "masks",
    usual: USUAL,
    isQuick: false,
    begin: () => {
      [learning, told] = [nothing(), []];
      props.onState({ [STATE.step]: undefined });
    },
    told: (frame) => {
      addFrame(learning, frame);
      told.push(frameFacts(facts, frame));
      draw();
    },
    ended: (found) => {
      if (found !== undefined) endAs(found);
      draw();
    },
  });
  const words = el("div", { "aria-live": "polite" });
  const charts = el("div", { class: "work-charts" });
  const row = el("div", { class: "work-head scrubber" }, scrub.parts);
  row.hidden = true;
  element.append(
    el("div", { class: "work" }, [
      work.root,
      row,
      el("div", { class: "scrolls work-stage" }, [drawing.svg]),
      el("div", { class: "work-side" }, [words]),
      charts,
    ]),
  );

  /** What is found in the end may have been pruned. */
  const endAs = ({ circuit }: Discovered) => {
    const last = learning.frames.at(-1);
    if (circuit === undefined || last === undefined) return;
    const texts = new Set(circuit.edges.map((ends) => ends.join("->")));
    const kept = Uint8Array.from(facts.edges, (text) => (texts.has(text) ? 1 : 0));
    const frame = { ...last, kept };
    learning.frames.splice(-1, 1, frame);
    told.splice(-1, 1, frameFacts(facts, frame));
  };

  const frameAt = (): number => {
    const asked = Number(props.state[STATE.step] ?? Number.POSITIVE_INFINITY);
    const next = told.findIndex(({ step }) => step >= asked);
    return next < 0 ? told.length - 1 : next;
  };

  const chartsOf = (at: number): LineChart[] => {
    const { settings, steps } = learning.frames[at]!;
    const given: MasksCharts = {
      frames: told,
      losses: learning.losses,
      total: settings * steps,
      at: told[at]!.step,
      isNarrow: element.clientWidth < 720,
    };
    return [lossChart(given), sparsityChart(given), truthChart(given)].flatMap((chart) =>
      chart === undefined ? [] : [chart],
    );
  };

  /** At most once a frame of the page: masks learn faster than that. */
  const draw = oncePerFrame(() => show());

  const show = () => {
    const at = frameAt();
    const frame = learning.frames[at];
    if (frame === undefined) {
      words.replaceChildren(
        el("p", {}, ["Run it to see the circuit of the masks while they learn."]),
      );
      paint(undefined);
      return;
    }
    row.hidden = false;
    scrub.show(at + 1, told.length);
    paint(frame);
    words.replaceChildren(...wordsOf(frame, told[at]!).map((line) => el("p", {}, [line])));
    showCharts(charts, chartsOf(at));
  };

  const paint = (frame: MasksFrame | undefined) => {
    const heads = frame === undefined ? new Set<string>() : keptHeads(facts, frame);
    const isKept = (edge: string) => frame?.kept[places.get(edge)!] === 1;
    const edgeMark = (edge: string): Mark => {
      if (frame === undefined) return "outside";
      const head = facts.headEdgeOf.get(edge) ?? edge;
      const isTrue = facts.truth?.edges.has(head);
      // A true edge into a head is there as soon as one of its inputs is.
      if (isTrue === true && !isKept(edge) && heads.has(head)) return "trueNegative";
      return markOf(isKept(edge), isTrue, "difference");
    };
    drawing.paint({
      markOf: edgeMark,
      boxMarkOf: boxMarksOf(drawing, isKept),
      scoreOf: (edge) => frame?.scores[places.get(edge)!],
      largest: 1,
    });
  };
  show();

  return {
    update(next) {
      const isOther = isOtherState(props.state, next.state, ["masks."]);
      props = next;
      work.update(next);
      if (isOther) draw();
    },
    destroy: () => {
      scrub.stop();
      work.destroy();
      element.replaceChildren();
    },
    snapshot: () => {
      const made = told.length === 0 ? undefined : chartsOf(frameAt());
      return {
        data: {
          edges: facts.edges,
          losses: learning.losses,
          frames: learning.frames.map(({ scores, kept, losses: _, ...frame }) => ({
            ...frame,
            scores: [...scores],
            kept: [...kept],
          })),
        },
        ...(made && chartFiles(made)),
        command: work.command(),
      };
    },
  } satisfies View<SubjectProps>;
};

/** What is said of a frame. */
function wordsOf({ setting, settings, step, steps, losses, wanted }: MasksFrame, said: FrameFacts) {
  const { size, sparsity, counts } = said;
  const share = (value: number) => `${formatNumber(100 * value, 3)} %`;
  return [
    `${settings > 1 ? `Setting ${setting + 1} of ${settings}, step` : "Step"} ${step} of ${steps}. Loss ${formatNumber(losses.at(-1)!, 3)}.`,
    `${size} edges in the circuit: ${share(sparsity)} are off${wanted === undefined ? "" : `, ${share(wanted)} of the masks are to be`}.`,
    ...(counts === undefined
      ? []
      : [
          `Between components ${counts.tp} of ${counts.tp + counts.fn} true edges, and ${counts.fp} that are not true.`,
        ]),
  ];
}
