import type { CompiledProgram, HeadWiring, MlpWiring } from "../../tracr/index.ts";
import { type Style, styleOf } from "./style.ts";
import { formatTable } from "./table.ts";

/** A head, an MLP, or an end of the block diagram; lists take one line per item. */
interface WiringRow {
  readonly place: string;
  readonly part: string;
  readonly writes: readonly string[];
  readonly reads: readonly string[];
}

/**
 * The blocks of a compiled transformer as text, output on top: which head or MLP of which layer
 * writes which variables, and what it reads. Ends with a newline.
 */
export function drawWiring(compiled: CompiledProgram, style: Style = styleOf(false)): string {
  const { wiring, graph, config } = compiled;
  const layers = Array.from({ length: config.nLayers }, (_, i) => config.nLayers - 1 - i);
  const rows: WiringRow[] = [
    { place: "output", part: "", writes: [], reads: [graph.sink] },
    ...layers.flatMap((layer) => layerRows(wiring.filter((part) => part.layer === layer))),
    { place: "input", part: "", writes: graph.sources, reads: [] },
  ];
  return formatTable(
    [
      { heading: "", value: ({ place }) => place, paint: style.dim },
      { heading: "", value: ({ part }) => part, paint: style.bold },
      { heading: "writes", value: ({ writes }) => writes },
      { heading: "reads", value: ({ reads }) => reads },
    ],
    rows.flatMap(linesOf),
    style,
  );
}

/** A row as lines with one item of each list. */
function linesOf({ place, part, writes, reads }: WiringRow) {
  const count = Math.max(1, writes.length, reads.length);
  return Array.from({ length: count }, (_, i) => ({
    place: i === 0 ? place : "",
    part: i === 0 ? part : "",
    writes: writes[i] ?? "",
    reads: reads[i] ?? "",
  }));
}

/** The MLP above the heads; the layer is named on the upper row. */
function layerRows(parts: CompiledProgram["wiring"]): WiringRow[] {
  const mlps = parts.filter((part) => part.kind === "mlp").map(mlpRow);
  const heads = parts.filter((part) => part.kind === "head").map(headRow);
  return [...mlps, ...heads].map((row, i) => ({
    ...row,
    place: i === 0 ? `layer ${parts[0]!.layer}` : "",
  }));
}

function mlpRow({ layer, writes, reads }: MlpWiring): WiringRow {
  return { place: "", part: `m${layer}`, writes, reads };
}

function headRow({ layer, head, writes, query, key, value }: HeadWiring): WiringRow {
  const sides = [
    ["query", query],
    ["key", key],
    ["value", value],
  ] as const;
  const reads = sides.flatMap(([side, names]) => names.map((name) => `${side} ${name}`));
  return { place: "", part: `a${layer}.${head}`, writes, reads };
}
