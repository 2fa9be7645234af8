import { element, textElement } from "../drawing/markup.ts";
import { formatNumber } from "../number.ts";
import { INK, LETTER, pathThrough, pictureOf, SERIES_COLOURS, scaleOf } from "./frame.ts";

/** What a diagram of critical differences shows. */
export interface RankDiagram {
  readonly title: string;
  /** Methods with their mean ranks; 1 is the best. */
  readonly methods: readonly { readonly name: string; readonly rank: number }[];
  /** Two methods differ if their mean ranks are further apart than this. */
  readonly criticalDifference: number;
}

/** Methods that cannot be told apart, as places in the order of their ranks. */
type Clique = readonly [first: number, last: number];

/**
 * The largest sets of neighbours whose mean ranks lie within the critical difference of each other; none of a
 * single method, none within another.
 */
export function rankCliques(ranks: readonly number[], criticalDifference: number): Clique[] {
  const reaches = ranks.map((rank) =>
    ranks.findLastIndex((other) => other - rank <= criticalDifference),
  );
  return reaches.flatMap((last, first): Clique[] =>
    last > first && (first === 0 || reaches[first - 1]! < last) ? [[first, last]] : [],
  );
}

const SIZES = { axis: 520, top: 96, row: 17, bar: 7 } as const;

/**
 * Mean ranks on an axis with the best at the left, every method by its name, and bars over those that cannot be told
 * apart. (Demšar 2006, figure 1)
 */
export function drawRankDiagramSvg({ title, methods, criticalDifference }: RankDiagram): string {
  const sorted = [...methods].sort((a, b) => a.rank - b.rank);
  const count = sorted.length;
  const half = Math.ceil(count / 2);
  const label = ({ name, rank }: (typeof sorted)[number]) => `${name} (${formatNumber(rank, 3)})`;
  const longest = Math.max(0, ...sorted.map((one) => label(one).length));
  const left = 30 + LETTER * longest;
  const right = left + SIZES.axis;
  const toX = scaleOf({ title: "", domain: [1, Math.max(2, count)] }, left, right);
  const cliques = rankCliques(
    sorted.map(({ rank }) => rank),
    criticalDifference,
  );
  const names = SIZES.top + 14 + SIZES.bar * cliques.length;
  const line = (x1: number, x2: number, y1: number, y2: number, width = 1) =>
    element("line", { x1, x2, y1, y2, stroke: INK.text, "stroke-width": width });
  const step = count > 16 ? 2 : 1;
  const ticks = Array.from({ length: count }, (_, i) => i + 1).flatMap((rank) => [
    line(toX(rank), toX(rank), SIZES.top - 5, SIZES.top),
    ...((rank - 1) % step === 0
      ? [
          textElement(
            "text",
            {
              x: toX(rank),
              y: SIZES.top - 10,
              "text-anchor": "middle",
              fill: INK.quiet,
              "font-size": 11,
            },
            String(rank),
          ),
        ]
      : []),
  ]);
  const scale = [
    line(left, toX(Math.min(count, 1 + criticalDifference)), 56, 56, 2),
    textElement(
      "text",
      { x: left, y: 50, "font-size": 11 },
      `critical difference ${formatNumber(criticalDifference, 3)}`,
    ),
  ];
  const methodsDrawn = sorted.flatMap((one, i) => {
    const isLeft = i < half;
    const y = names + SIZES.row * (isLeft ? i : count - 1 - i);
    const x = toX(one.rank);
    const end = isLeft ? left - 6 : right + 6;
    return [
      element("path", {
        d: pathThrough([
          [x, SIZES.top],
          [x, y],
          [end, y],
        ]),
        fill: "none",
        stroke: INK.faint,
      }),
      textElement(
        "text",
        { x: isLeft ? end - 4 : end + 4, y: y + 4, "text-anchor": isLeft ? "end" : "start" },
        label(one),
      ),
    ];
  });
  const bars = cliques.map(([first, last], i) => {
    const y = SIZES.top + 8 + SIZES.bar * i;
    return element("line", {
      x1: toX(sorted[first]!.rank) - 3,
      x2: toX(sorted[last]!.rank) + 3,
      y1: y,
      y2: y,
      stroke: SERIES_COLOURS[0],
      "stroke-width": 3.5,
      "stroke-linecap": "round",
    });
  });
  return pictureOf(title, right + left, names + SIZES.row * half + 12, [
    ...scale,
    line(left, right, SIZES.top, SIZES.top, 1.5),
    ...ticks,
    ...methodsDrawn,
    ...bars,
  ]);
}

/** The same as a specification of Vega-Lite, with its numbers in it: ranks as dots, bars below them. */
export function rankDiagramSpec({ title, methods, criticalDifference }: RankDiagram) {
  const sorted = [...methods].sort((a, b) => a.rank - b.rank);
  const names = sorted.map(({ name }) => name);
  const cliques = rankCliques(
    sorted.map(({ rank }) => rank),
    criticalDifference,
  );
  const across = {
    type: "quantitative",
    title: `mean rank; critical difference ${formatNumber(criticalDifference, 3)}`,
    scale: { domain: [1, Math.max(2, names.length)] },
  } as const;
  const down = { type: "nominal", title: null, sort: names } as const;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title,
    width: SIZES.axis,
    height: { step: SIZES.row },
    layer: [
      {
        data: {
          values: cliques.flatMap(([first, last]) => {
            const [from, to] = [sorted[first]!.rank, sorted[last]!.rank];
            return [{ name: sorted[first]!.name, from, to }];
          }),
        },
        mark: { type: "bar", height: 4, color: SERIES_COLOURS[0], opacity: 0.5 },
        encoding: {
          x: { field: "from", ...across },
          x2: { field: "to" },
          y: { field: "name", ...down },
        },
      },
      {
        data: { values: sorted },
        mark: { type: "point", filled: true, size: 60, tooltip: { content: "data" } },
        encoding: {
          x: { field: "rank", ...across },
          y: { field: "name", ...down },
          color: { value: INK.text },
        },
      },
    ],
  } as const;
}
