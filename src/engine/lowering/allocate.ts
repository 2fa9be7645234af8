import { operandsOf, type Schedule, type Storage } from "./steps.ts";

/** Elements to which every value's start is rounded up: one vector of 16 floats. */
const ALIGNMENT = 16;

const aligned = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

/** Where each value lies in its space, and how large the spaces are, in elements. */
export interface Layout {
  readonly offsets: ReadonlyMap<Storage, number>;
  readonly tileSize: number;
  readonly sharedSize: number;
  readonly constantSize: number;
  readonly scalarSize: number;
  readonly accumulatorSize: number;
}

interface Interval {
  readonly storage: Storage;
  readonly size: number;
  first: number;
  last: number;
}

/** Whether a value is there before the first step. */
const isGiven = ({ space }: Storage): boolean => space === "constant" || space === "scalar";

/** When each value is first written and last read, counted in steps over all three phases. */
function lifetimes(schedule: Schedule): Map<Storage, Interval> {
  const intervals = new Map<Storage, Interval>();
  const tilesStart = schedule.before.length;
  const tilesEnd = tilesStart + schedule.perTile.length;
  const steps = [...schedule.before, ...schedule.perTile, ...schedule.after];
  for (const [at, step] of steps.entries()) {
    for (const { storage } of operandsOf(step)) {
      if (storage.space === "binding" || isGiven(storage)) continue;
      const interval = intervals.get(storage) ?? {
        storage,
        size: storage.size,
        first: at,
        last: at,
      };
      interval.last = at;
      // Shared values that the tiles read are read by the last tile too.
      const inTiles = at >= tilesStart && at < tilesEnd;
      if (storage.space === "shared" && inTiles) interval.last = Math.max(at, tilesEnd - 1);
      intervals.set(storage, interval);
    }
  }
  return intervals;
}

/** Lowest places such that values alive at the same time do not overlap; returns the total size. */
function pack(intervals: readonly Interval[], offsets: Map<Storage, number>): number {
  let total = 0;
  let active: { from: number; to: number; last: number }[] = [];
  for (const interval of intervals.toSorted((a, b) => a.first - b.first)) {
    active = active.filter((other) => other.last >= interval.first);
    const size = aligned(interval.size);
    let [at, place] = [0, 0];
    for (const other of active) {
      if (at + size <= other.from) break;
      at = Math.max(at, other.to);
      place++;
    }
    offsets.set(interval.storage, at);
    active.splice(place, 0, { from: at, to: at + size, last: interval.last });
    total = Math.max(total, at + size);
  }
  return total;
}

/** Values one after the other. */
function stackUp(storages: Iterable<Storage>, offsets: Map<Storage, number>): number {
  let at = 0;
  for (const storage of storages) {
    offsets.set(storage, at);
    at += storage.space === "binding" ? 0 : aligned(storage.size);
  }
  return at;
}

/** Gives every value of a schedule a place; memory is used again after a value's last use. */
export function allocate(schedule: Schedule): Layout {
  const offsets = new Map<Storage, number>();
  const scalars = schedule.scalars.map(({ storage }) => storage);
  if (schedule.batchSize !== undefined) scalars.push(schedule.batchSize);
  const constants = schedule.constants.map(({ storage }) => storage);
  const intervals = [...lifetimes(schedule).values()];
  const inSpace = (space: Storage["space"]) => intervals.filter((i) => i.storage.space === space);
  const accumulators = inSpace("accumulator").map((interval) => interval.storage);
  return {
    offsets,
    tileSize: pack(inSpace("tile"), offsets),
    sharedSize: pack(inSpace("shared"), offsets),
    constantSize: stackUp(constants, offsets),
    scalarSize: stackUp(scalars, offsets),
    accumulatorSize: stackUp(accumulators, offsets),
  };
}
