import { InterpBenchError } from "../errors/index.ts";
import { compareDirections, type Direction } from "./direction.ts";

/** A vector space with a basis of distinct directions in {@link compareDirections} order. */
export interface Space {
  readonly directions: readonly Direction[];
  /** The position of a direction in the basis, by its key. */
  readonly index: ReadonlyMap<string, number>;
}

/** The space spanned by all the directions and spaces given; what occurs twice counts once. */
export function span(...parts: readonly (Direction | Space)[]): Space {
  return spanOf(parts);
}

/** The same for any number of parts. */
export function spanOf(parts: Iterable<Direction | Space>): Space {
  const byKey = new Map<string, Direction>();
  for (const part of parts) {
    for (const direction of "directions" in part ? part.directions : [part]) {
      if (!byKey.has(direction.key)) byKey.set(direction.key, direction);
    }
  }
  const directions = [...byKey.values()].sort(compareDirections);
  return Object.freeze({
    directions: Object.freeze(directions),
    index: new Map(directions.map((direction, i) => [direction.key, i])),
  });
}

/** The number of dimensions. */
export function sizeOf(space: Space): number {
  return space.directions.length;
}

/** The position of a direction in the basis of a space that contains it. */
export function positionOf(space: Space, direction: Direction): number {
  const position = space.index.get(direction.key);
  if (position !== undefined) return position;
  throw new InterpBenchError("E_TRACR_DIRECTION", `internal: no direction "${direction.label}"`, {
    expected: `one of ${space.directions.length} directions`,
  });
}

/** For each direction of `space`, its position in `within`, which contains them all. */
export function positionsIn(within: Space, space: Space): Int32Array {
  return Int32Array.from(space.directions, (direction) => positionOf(within, direction));
}

/** Whether two spaces have a direction in common. */
export function overlap(a: Space, b: Space): boolean {
  return a.directions.some(({ key }) => b.index.has(key));
}
