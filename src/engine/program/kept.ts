/** Something that is made of a key, and how much it counts. */
interface Kept {
  readonly value: unknown;
  readonly size: number;
}

/** Things that are made once of what they depend on, and kept as long as there is room for them. */
export interface Keeper {
  /**
   * What was made of this key before, or what `make` makes now. Equal keys have to mean equal things;
   * nothing is kept of an `undefined` one.
   *
   * @param sizeOf how much of the room it takes
   */
  kept<T>(key: string | undefined, make: () => T, sizeOf: (made: T) => number): T;
  /** The room that is taken. */
  size(): number;
}

/** Keeps what was asked for last, as much as there is room for. */
export function keeper(room: number): Keeper {
  const all = new Map<string, Kept>();
  let taken = 0;
  const forget = (key: string) => {
    taken -= all.get(key)?.size ?? 0;
    all.delete(key);
  };
  return {
    kept: <T>(key: string | undefined, make: () => T, sizeOf: (made: T) => number): T => {
      if (key === undefined) return make();
      const known = all.get(key);
      const made = known ?? keptOf(make(), sizeOf);
      forget(key);
      all.set(key, made);
      taken += made.size;
      for (const oldest of all.keys()) {
        if (taken <= room) break;
        forget(oldest);
      }
      return made.value as T;
    },
    size: () => taken,
  };
}

const keptOf = <T>(value: T, sizeOf: (made: T) => number): Kept => ({ value, size: sizeOf(value) });

/** Nodes of the programs that are kept: about 50 MB, with what they were lowered to. */
const MOST_NODES = 50_000;

/**
 * Programs that are made again and again of equal graphs, by what decides these: a search for a circuit
 * takes as long as its runs then, and not as its programs take to make. Their size is their nodes.
 */
export const keptPrograms: Keeper = keeper(MOST_NODES);
