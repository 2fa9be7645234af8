/**
 * Does `work` on all items, at most `lanes` at a time, in their order; the results are in that
 * order too.
 *
 * If `work` rejects, no further item is begun; when all that have been are at their end, the first
 * error is thrown.
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const errors: unknown[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [i, item] of queue) {
      try {
        results[i] = await work(item);
      } catch (error) {
        errors.push(error);
      }
      if (errors.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (errors.length > 0) throw errors[0];
  return results;
}
