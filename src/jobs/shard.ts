import { InterpBenchError } from "../errors/index.ts";
import { canonicalJson } from "../formats/index.ts";
import { sha256 } from "../store/index.ts";
import { type Plan, withoutAdvice } from "./plan.ts";

/** One of several parts of the same work, each of which a process of its own does. */
export interface Shard {
  /** 1 … `count`. */
  readonly index: number;
  readonly count: number;
}

/** More parts than this are a slip of the finger. */
const MOST_SHARDS = 100_000;

/** A part written as `2/10`. `E_SHARD` for all other texts. */
export function parseShard(text: string): Shard {
  const [, first, second] = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim()) ?? [];
  const [index, count] = [Number(first), Number(second)];
  if (index >= 1 && index <= count && count <= MOST_SHARDS) return { index, count };
  throw new InterpBenchError("E_SHARD", "this is no part of the work", {
    expected: `i/n with 1 ≤ i ≤ n ≤ ${MOST_SHARDS}, such as 2/10: the second of ten parts`,
    received: JSON.stringify(text),
  });
}

/**
 * The items of one part, in their order. Every item is in exactly one of the `count` parts, whatever order
 * they are listed in: those with the most plans are dealt first, each to the part that has the least.
 * Items that have a plan in common are in the same part, so that no plan is done twice.
 *
 * @param plansOf an item's own plan, and those that have to be done before it
 */
export function itemsOfShard<Item>(
  items: readonly Item[],
  { index, count }: Shard,
  plansOf: (item: Item) => readonly Plan[],
): Item[] {
  const loads = Array.from({ length: count }, () => 0);
  const parts = new Map<Item, number>();
  for (const group of groupsOf(items, plansOf)) {
    const part = loads.indexOf(Math.min(...loads));
    loads[part]! += group.plans.size;
    for (const item of group.items) parts.set(item, part);
  }
  return items.filter((item) => parts.get(item) === index - 1);
}

/** Items that have plans in common, directly or through others; `plans` are the keys of all of them. */
interface Group<Item> {
  readonly items: readonly Item[];
  readonly plans: ReadonlySet<string>;
}

/** All groups: those with the most plans first, and else by their smallest keys. */
function groupsOf<Item>(
  items: readonly Item[],
  plansOf: (item: Item) => readonly Plan[],
): readonly Group<Item>[] {
  const groupOfKey = new Map<string, Group<Item>>();
  for (const item of items) {
    const keys = plansOf(item).map(keyOf);
    const met = new Set(keys.flatMap((key) => groupOfKey.get(key) ?? []));
    const joined: Group<Item> = {
      items: [...[...met].flatMap((group) => group.items), item],
      plans: new Set([...[...met].flatMap(({ plans }) => [...plans]), ...keys]),
    };
    for (const key of joined.plans) groupOfKey.set(key, joined);
  }
  return [...new Set(groupOfKey.values())]
    .map((group) => ({ group, first: [...group.plans].reduce((a, b) => (a < b ? a : b)) }))
    .sort((a, b) => b.group.plans.size - a.group.plans.size || (a.first < b.first ? -1 : 1))
    .map(({ group }) => group);
}

/** What tells plans apart: all but who does them, and what is said to whom. */
function keyOf(plan: Plan): string {
  const { engine, ...rest } = withoutAdvice(plan);
  return sha256(canonicalJson({ ...rest, backend: engine?.backend }));
}
