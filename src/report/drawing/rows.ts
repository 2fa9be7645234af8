import type { BoxFacts, DiagramFacts } from "./picture.ts";

/** Distances of the drawing, in SVG user units (1 unit = 1 CSS pixel). */
export const SIZES = {
  /** Distance of the columns of heads. */
  pitch: 104,
  headWidth: 60,
  mlpWidth: 72,
  boxHeight: 30,
  /** Least height between two rows of boxes; grows with the number of lines that turn in it. */
  gap: 40,
  /** Distance of parallel lines. */
  lane: 8,
  /** What a line keeps away from a box it passes. */
  clearance: 6,
} as const;

/** A box with its place in the grid; `x` is its centre. */
export interface PlacedBox {
  readonly box: BoxFacts;
  /** 0 is the input, rows grow upwards. */
  readonly row: number;
  readonly x: number;
  readonly width: number;
  /** Bars span the picture: their lines may start and end anywhere along them. */
  readonly isBar: boolean;
}

/** All boxes by id, and the number of rows. */
export interface Grid {
  readonly boxes: ReadonlyMap<string, PlacedBox>;
  readonly rows: number;
  /** Width of the columns of heads together. */
  readonly width: number;
}

/**
 * Puts boxes in rows: the inputs below, per layer a row of heads and a row with the MLP, the output
 * on top. Heads stand in columns, so head h of every layer is above head h of the one before.
 */
export function gridOf({ boxes, shape }: Pick<DiagramFacts, "boxes" | "shape">): Grid {
  const { nLayers, nHeads, attnOnly = false } = shape;
  const rowsPerLayer = attnOnly ? 1 : 2;
  const rows = nLayers * rowsPerLayer + 2;
  const width = Math.max(nHeads, 2) * SIZES.pitch;
  const inset = (width - nHeads * SIZES.pitch) / 2;
  const inputs = boxes.filter(({ place }) => place.kind === "input");
  const place = (box: BoxFacts): PlacedBox => {
    switch (box.place.kind) {
      case "input": {
        const share = width / inputs.length;
        const x = (inputs.indexOf(box) + 0.5) * share;
        const margin = inputs.length > 1 ? SIZES.clearance : 0;
        return { box, row: 0, x, width: share - margin, isBar: true };
      }
      case "head": {
        const row = 1 + box.place.layer * rowsPerLayer;
        const x = inset + (box.place.head + 0.5) * SIZES.pitch;
        return { box, row, x, width: SIZES.headWidth, isBar: false };
      }
      case "mlp": {
        const row = 2 + box.place.layer * rowsPerLayer;
        return { box, row, x: width / 2, width: SIZES.mlpWidth, isBar: false };
      }
      case "output":
        return { box, row: rows - 1, x: width / 2, width, isBar: true };
    }
  };
  return { boxes: new Map(boxes.map((box) => [box.id, place(box)])), rows, width };
}
