import type { LineChart, LineSeries } from "../../../src/report/index.ts";
import type { FrameFacts } from "./frames.ts";

/** Points that a curve of losses has at most: the mean of so many steps each. */
const MOST_POINTS = 300;

/** What charts are drawn of. */
export interface MasksCharts {
  readonly frames: readonly FrameFacts[];
  readonly losses: readonly number[];
  /** Steps in all. */
  readonly total: number;
  /** The step that is looked at. */
  readonly at: number;
  readonly isNarrow: boolean;
}

/** What is minimised, which has the penalty in it: it may rise when more is asked for. */
export function lossChart({ losses, total, at, isNarrow }: MasksCharts): LineChart {
  const points = meansOf(losses);
  const values = points.map(({ y }) => y);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const domain = [low, high === low ? 1 : high] as const;
  return {
    title: "Loss, with what it is penalised by",
    x: stepAxis(total),
    y: { title: "loss", domain },
    series: [{ name: "loss", points }, here(at, domain)],
    ...placed(isNarrow),
  };
}

/** How many edges are off, by the circuit and by the masks, and how many are to be. */
export function sparsityChart({ frames, total, at, isNarrow }: MasksCharts): LineChart {
  const line = (
    name: string,
    of: (frame: FrameFacts) => number | undefined,
    dash: string,
  ): LineSeries => ({ name, points: pointsOf(frames, of), dash });
  const wanted = line("asked for", ({ wanted }) => wanted, "2 3");
  return {
    title: "Sparsity",
    x: stepAxis(total),
    y: { title: "share of edges off", domain: [0, 1] },
    series: [
      line("circuit", ({ sparsity }) => sparsity, "1 0"),
      line("masks, mean", ({ softSparsity }) => softSparsity, "7 3"),
      ...(wanted.points.length === 0 ? [] : [wanted]),
      here(at, [0, 1]),
    ],
    ...placed(isNarrow),
  };
}

/** How the circuit compares with the truth; none where nobody knows it. */
export function truthChart({ frames, total, at, isNarrow }: MasksCharts): LineChart | undefined {
  if (frames.every(({ counts }) => counts === undefined)) return undefined;
  return {
    title: "Against the truth",
    x: stepAxis(total),
    y: { title: "share of edges", domain: [0, 1] },
    series: [
      { name: "recall", points: pointsOf(frames, ({ recall }) => recall), dash: "1 0" },
      { name: "precision", points: pointsOf(frames, ({ precision }) => precision), dash: "7 3" },
      here(at, [0, 1]),
    ],
    ...placed(isNarrow),
  };
}

const pointsOf = (frames: readonly FrameFacts[], of: (frame: FrameFacts) => number | undefined) =>
  frames.flatMap((frame) => {
    const y = of(frame);
    return y === undefined ? [] : [{ x: frame.step, y: Math.min(1, y) }];
  });

/** Means of as many losses as make few enough points, each at the middle of its steps. */
export function meansOf(losses: readonly number[]): { readonly x: number; readonly y: number }[] {
  const each = Math.max(1, Math.ceil(losses.length / MOST_POINTS));
  return Array.from({ length: Math.ceil(losses.length / each) }, (_, i) => {
    const part = losses.slice(i * each, (i + 1) * each);
    const y = part.reduce((sum, loss) => sum + loss, 0) / part.length;
    return { x: i * each + (part.length + 1) / 2, y };
  });
}

const here = (at: number, domain: readonly [number, number]): LineSeries => ({
  name: `step ${at}`,
  points: domain.map((y) => ({ x: at, y })),
  isReference: true,
});

const stepAxis = (total: number) => ({ title: "steps", domain: [0, Math.max(1, total)] as const });

const placed = (isNarrow: boolean) =>
  isNarrow
    ? ({ plot: { width: 230, height: 150 }, legend: "below" } as const)
    : { plot: { width: 190, height: 170 } };
